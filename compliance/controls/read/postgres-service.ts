/** How controls read a PostgreSQL that Compose starts: its arguments, and what archives its log beside it. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { commandsOf } from '../../gather/shell/script.ts'
import type { Verdict } from '../control.ts'
import type { Judge } from '../verdict.ts'
import { textOf } from '../text.ts'
import { commandLine } from './command-line.ts'
import { imageNameOf, isService } from './compose.ts'
import { inFile, oncePerFile } from './neighbours.ts'

/** True for a service whose image is that of a PostgreSQL server. */
export function isPostgresService(resource: Resource): boolean {
  return (
    isService(resource) &&
    /^(postgres|postgresql|postgis|timescaledb|pgvector)$/.test(imageNameOf(resource) ?? '')
  )
}

const archivers = /(^|[-_/])(wal-g|wal-e|walg|pgbackrest|barman|pghoard|pg_receivewal|spilo)([-_:/]|$)/

/** The first two: one of them is not the server itself. */
const archiversIn = oncePerFile((of, evidence) =>
  inFile(evidence, of)
    .filter(
      (each) =>
        isService(each) &&
        (archivers.test(textOf(knownValueOf(each, 'image'))) ||
          /pg_receivewal|wal-g|pgbackrest/.test(commandLine(each, 'command').text)),
    )
    .slice(0, 2),
)

/** Judges whether what the server writes is archived all the time. */
export function archiving(judge: Judge, service: Resource, evidence: Evidence): Verdict {
  const sidecar = archiversIn(service, evidence).find((each) => each !== service)
  if (sidecar !== undefined) return judge.pass(`${sidecar.address} archives`, sidecar.position)
  const command = attributeOf(service, 'command')
  const { text, hidden } = commandLine(service, 'command')
  if (hidden !== undefined) return judge.unknown(`command ${hidden.why}`, hidden)
  if (/config_file\s*=/.test(text)) return judge.unknown('a file that is not read configures it', command)
  const isOn = /\barchive_mode\s*=\s*(on|always)\b/.test(text)
  const hasWay = wordsOf(service).some((word) => {
    const [, way] = /^(?:-c\s*|--)?archive_(?:command|library)\s*=(.*)$/s.exec(word) ?? []
    return way !== undefined && archives(way)
  })
  if (isOn && hasWay) return judge.pass('archive_mode is on', command)
  return judge.fail(isOn ? 'archive_mode is on without a way' : 'nothing archives its log', command)
}

/** Commands that say that all went well and keep nothing; the settings of none, too. */
const nothing =
  /^(?:|''|""|\(disabled\)|(?:\/usr)?(?:\/bin\/)?true|:|exit 0|cd \.|(?:\/usr)?(?:\/bin\/)?echo\b[^|>&;]*)$/

/** True for an archive_command or archive_library that keeps what it is given. */
export function archives(way: string): boolean {
  return !nothing.test(way.trim())
}

/** The words of its command, without their quotes; an element of a list is one, also where it holds blanks. */
function wordsOf(service: Resource): readonly string[] {
  const split = (text: string): readonly string[] => commandsOf(text).flatMap(({ words }) => words)
  const whole = knownValueOf(service, 'command')
  if (typeof whole === 'string') return split(whole)
  const elements = childrenOf(service, 'command').map((path) => textOf(knownValueOf(service, path)))
  return [...elements, ...elements.filter((each) => /\s-c\s/.test(each)).flatMap(split)]
}
