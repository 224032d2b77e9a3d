/** Queries are never made of texts somebody sent; a tool that reads code says so on every change. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { ofKind } from '../read/of-kind.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'CI runs a static analysis that finds queries built from texts',
  'add github/codeql-action/analyze, semgrep or the like to the workflow of pull requests',
)

const analysers =
  /github\/codeql-action\/analyze|(?:^|[\s/])semgrep(?:\s+(?:ci|scan)|-action|@|$)|sonarsource\/|sonar-scanner|\bbandit\s+-|\bnjsscan\b|\bgosec\b|\bbrakeman\b|snyk\s+code|\bpsalm\b.*--taint|checkmarx|\bspotbugs\b/i

const workflow = (step: string) => ({
  file: '.github/workflows/checks.yml',
  text: `on: pull_request
permissions: { contents: read }
jobs:
  checks:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683
      - ${step}
`,
})

const isStep = ({ kind, type }: Resource) => kind === 'workflow' && type === 'step'

const machine: Control = {
  id: 'APP-20',
  sources: ['workflow'],
  page: {
    why: 'One query glued together from a search field reads or deletes every table. People overlook it, tools that follow data do not.',
    good: [workflow('run: semgrep ci --config p/sql-injection')],
    bad: [workflow('run: npm test')],
  },
  applies: isStep,
  check: judgeStep,
  missing: notAnalysed,
}

export const control = withStatement(
  machine,
  'every finding of the static analysis about queries was closed before the last release',
)

function judgeStep(step: Resource, evidence: Evidence): Verdict {
  const hidden = hiddenIn(step)
  if (hidden !== undefined) return judge.unknown(hidden)
  if (analyses(step)) return judge.pass('it reads the code')
  const steps = ofKind(evidence, 'workflow', 'step')
  if (steps.some(analyses)) return judge.notApplicable('another step reads the code')
  if (steps[0] !== step) return judge.notApplicable('said of the first step')
  return steps.some((each) => hiddenIn(each) !== undefined)
    ? judge.unknown('not every step could be read')
    : judge.fail('no step of any workflow reads the code')
}

function analyses(step: Resource): boolean {
  return ['uses', 'run'].some((name) => {
    const value = attributeOf(step, name)
    return value?.known === true && analysers.test(textOf(value.value))
  })
}

function hiddenIn(step: Resource): string | undefined {
  for (const name of ['uses', 'run']) {
    const value = attributeOf(step, name)
    if (value?.known === false) return `${name} ${value.why}`
  }
  return undefined
}

/** Workflows without any step: nothing reads the code. */
function notAnalysed(evidence: Evidence): { resource: Resource; verdict: Verdict } | undefined {
  const [first] = ofKind(evidence, 'workflow', 'workflow')
  return first === undefined ? undefined : { resource: first, verdict: judge.unknown('it shows no step') }
}
