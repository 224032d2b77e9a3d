/** Packages are installed from a fresh list, nothing is left over, and no door for a shell is opened. */
import { attributeOf, childrenOf, type Resource } from '../../evidence.ts'
import { hasOption, programOf, programWords, type ShellCommand } from '../../gather/shell/command.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { runsOf, type Run } from '../read/run.ts'
import { isFinalStage, isStage } from '../read/stage.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'
import { dockerfileExample } from './examples.ts'

const judge = judgeBy(
  'lists are fetched and used in one RUN, caches are removed in it, no sudo, no port 22',
  'RUN apt-get update && apt-get install --yes --no-install-recommends x && rm -rf /var/lib/apt/lists/*',
)

const managers = new Set(['apt-get', 'apt', 'aptitude', 'apk', 'yum', 'dnf', 'microdnf', 'zypper'])
const installing = new Set([
  'install',
  'add',
  'upgrade',
  'dist-upgrade',
  'full-upgrade',
  'groupinstall',
  'in',
])

export const control: Control = {
  id: 'CTR-14',
  sources: ['dockerfile'],
  applies: isStage,
  check: (resource) => {
    if (attributeOf(resource, 'instruction')?.known === false)
      return judge.unknown('its instructions are not known')
    const isFinal = isFinalStage(resource)
    const verdicts = [
      ...runsOf(resource).map((run) => ({ ...judgeRun(run, isFinal), part: run.path })),
      ...childrenOf(resource, 'expose').map((path) => ({ ...judgePort(resource, path), part: path })),
    ]
    return verdicts.length === 0 ? judge.notApplicable('it runs nothing and opens nothing') : verdicts
  },
  page: {
    why: 'A list of packages kept in a layer of its own grows old and installs holes long mended; sudo and ssh are doors a container never needs.',
    good: [
      dockerfileExample(
        'FROM debian:12.11-slim',
        'RUN apt-get update && apt-get install --yes curl && rm -rf /var/lib/apt/lists/*',
      ),
    ],
    bad: [
      dockerfileExample('FROM debian:12.11-slim', 'RUN apt-get update', 'RUN apt-get install --yes curl'),
      dockerfileExample('FROM node:24.4.1-bookworm-slim', 'EXPOSE 22'),
    ],
  },
}

function judgeRun(run: Run, isFinal: boolean): Verdict {
  const { commands, attribute, text } = run
  if (!attribute.known) return judge.unknown(`RUN ${attribute.why}`, attribute)
  if (commands.some(({ words }) => words[0] === 'sudo')) return judge.fail('it runs sudo', attribute)
  const used = commands.filter((each) => managers.has(programOf(each)))
  const isUpdated = used.some((each) => verbOf(each) === 'update')
  const installs = used.filter((each) => installing.has(verbOf(each)))
  if (isUpdated && installs.length === 0)
    return judge.fail('it updates the lists and installs nothing', attribute)
  const kept = installs.find((each) => isFinal && !isCleaned(each, run))
  if (kept !== undefined && !/--mount=[^\s]{0,200}type=cache/.test(text)) {
    return mended(
      judge.fail(`it leaves the cache of ${programOf(kept)}`, attribute),
      ...cleaning(run, programOf(kept)),
    )
  }
  return judge.pass('nothing is left over', attribute)
}

/** Cleans at the end of an instruction of one line. */
function cleaning({ attribute, text, commands }: Run, program: string): readonly Mend[] {
  if (attribute.startLine !== attribute.endLine || /^\[|#/.test(text)) return []
  if (program === 'apk') return [{ instead: `RUN ${text.replaceAll(/\bapk add\b/g, 'apk add --no-cache')}` }]
  const isList = commands.every(({ before }) => before === '' || before === '&&')
  return program.startsWith('apt') && isList
    ? [{ instead: `RUN ${text} && rm -rf /var/lib/apt/lists/*` }]
    : []
}

function verbOf(command: ShellCommand): string {
  return (
    programWords(command)
      .slice(1)
      .find((word) => !word.startsWith('-')) ?? ''
  )
}

/** Official images of Debian clean the archive of packages by themselves, the lists never. */
function isCleaned(install: ShellCommand, { commands }: Run): boolean {
  const program = programOf(install)
  const removes = (path: RegExp) =>
    commands.some((each) => programOf(each) === 'rm' && each.words.some((word) => path.test(word)))
  const cleans = commands.some((each) => programOf(each) === program && each.words.includes('clean'))
  if (program === 'apk') return hasOption(install, '--no-cache') || removes(/^\/var\/cache\/apk/)
  if (program.startsWith('apt')) return removes(/^\/var\/lib\/apt/)
  return cleans || removes(/^\/var\/cache\/(?:yum|dnf|zypp)/)
}

function judgePort(resource: Resource, path: string): Verdict {
  const port = attributeOf(resource, path)
  if (port?.known !== true) return judge.unknown('a port is not known', port)
  return /(?:^|\s)22(?:\/tcp)?(?:\s|$)/i.test(textOf(port.value))
    ? judge.fail('port 22 is for ssh', port)
    : judge.pass('no port of ssh', port)
}
