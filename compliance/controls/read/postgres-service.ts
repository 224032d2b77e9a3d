/** How controls read a PostgreSQL that Compose starts: its arguments, and what archives its log beside it. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import type { Judge } from '../verdict.ts'
import { textOf } from '../text.ts'
import { imageNameOf, isService } from './compose.ts'
import { inFile } from './neighbours.ts'

/** True for a service whose image is that of a PostgreSQL server. */
export function isPostgresService(resource: Resource): boolean {
  return (
    isService(resource) &&
    /^(postgres|postgresql|postgis|timescaledb|pgvector)$/.test(imageNameOf(resource) ?? '')
  )
}

const archivers = /(^|[-_/])(wal-g|wal-e|walg|pgbackrest|barman|pghoard|pg_receivewal|spilo)([-_:/]|$)/

/** Judges whether what the server writes is archived all the time. */
export function archiving(judge: Judge, service: Resource, evidence: Evidence): Verdict {
  const sidecar = inFile(evidence, service).find(
    (each) =>
      each !== service &&
      isService(each) &&
      (archivers.test(textOf(knownValueOf(each, 'image'))) ||
        /pg_receivewal|wal-g|pgbackrest/.test(commandOf(each))),
  )
  if (sidecar !== undefined) return judge.pass(`${sidecar.address} archives`, sidecar.position)
  const command = attributeOf(service, 'command')
  if (command?.known === false) return judge.unknown(`command ${command.why}`, command)
  const text = commandOf(service)
  if (/config_file\s*=/.test(text)) return judge.unknown('a file that is not read configures it', command)
  const isOn = /\barchive_mode\s*=\s*(on|always)\b/.test(text)
  const way = /\barchive_(?:command|library)\s*=\s*\S/.test(text)
  if (isOn && way) return judge.pass('archive_mode is on', command)
  return judge.fail(isOn ? 'archive_mode is on without a way' : 'nothing archives its log', command)
}

function commandOf(service: Resource): string {
  const whole = knownValueOf(service, 'command')
  if (typeof whole === 'string') return whole
  return childrenOf(service, 'command')
    .map((path) => textOf(knownValueOf(service, path)))
    .join(' ')
}
