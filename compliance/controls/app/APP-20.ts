/** Queries are never made of texts somebody sent; a tool that reads code says so on every change. */
import { hasOption, programOf, programWords, type ShellCommand } from '../../gather/shell/command.ts'
import { withStatement } from '../attested.ts'
import { stepsExample } from '../cic/examples.ts'
import { gateControl } from '../read/gate.ts'
import { worksOnCode } from '../read/workflow.ts'

const machine = gateControl({
  id: 'APP-20',
  expected: 'CI runs a static analysis that finds queries built from texts, and its failure counts',
  fix: 'add github/codeql-action/analyze, semgrep or the like to the workflow of pull requests',
  absence: 'no step of any workflow reads the code',
  action:
    /^(?:github\/codeql-action\/analyze|(?:semgrep|returntocorp)\/semgrep-action|sonarsource\/.*|securego\/gosec|snyk\/actions\/.*|checkmarx\/.*)$/i,
  command: isAnalysis,
  asks: worksOnCode,
  page: {
    why: 'One query glued together from a search field reads or deletes every table. People overlook it, tools that follow data do not.',
    good: [stepsExample('run: semgrep ci --config p/sql-injection')],
    bad: [
      stepsExample('run: npm test'),
      stepsExample('run: semgrep ci --config p/sql-injection\ncontinue-on-error: true'),
    ],
  },
})

export const control = withStatement(
  machine,
  'every finding of the static analysis about queries was closed before the last release',
)

function isAnalysis(command: ShellCommand): boolean {
  const [program, words] = [programOf(command), programWords(command).slice(1)]
  if (/^(?:sonar-scanner|njsscan|gosec|brakeman|spotbugs|cx)$/.test(program))
    return !words.includes('--version')
  if (program === 'semgrep')
    return words[0] === 'ci' || words[0] === 'scan' || words[0]?.startsWith('-') === true
  if (program === 'bandit') return words.length > 0 && words[0] !== '--version'
  if (program === 'snyk') return words[0] === 'code'
  if (program === 'psalm') return hasOption(command, '--taint-analysis')
  // In a container of its own: `docker run --rm semgrep/semgrep semgrep ci`.
  return (
    /^(?:docker|podman)$/.test(program) &&
    words[0] === 'run' &&
    /\bsemgrep (?:ci|scan)\b/.test(words.join(' '))
  )
}
