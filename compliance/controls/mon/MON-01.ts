/** Prometheus loads its configuration and rules, and every alert can fire. */
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isAlert, textsOf } from '../read/alerting.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'promtool takes the file, and nothing in it keeps an alert from firing',
  'correct what is named; promtool check config and promtool check rules say the same',
)

export const control: Control = {
  id: 'MON-01',
  sources: ['prometheus'],
  page: {
    why: 'A configuration that does not load leaves Prometheus on the old one, or down. An alert whose comparison can never hold looks like a watchman and is none.',
    good: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: availability\n    rules:\n      - alert: Down\n        expr: up == 0\n        for: 5m\n',
      },
    ],
    bad: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: availability\n    rules:\n      - alert: Down\n        expr: count by (job) (up) == 0\n        forr: 5m\n',
      },
    ],
  },
  applies: (resource) =>
    isAlert(resource) || (resource.kind === 'prometheus' && ['config', 'rules'].includes(resource.type)),
  check: judgeFile,
}

function judgeFile(resource: Resource): Verdict | readonly Verdict[] {
  if (isAlert(resource)) return judgeAlert(resource)
  const problems = attributeOf(resource, 'problems')
  if (problems?.known !== true) return judge.unknown(problems?.why ?? 'nobody looked for problems')
  const found = childrenOf(resource, 'problems').map((path): Verdict => {
    const message = textOf(knownValueOf(resource, `${path}.message`))
    return { ...judge.fail(message, attributeOf(resource, path)), part: message }
  })
  return found.length === 0 ? judge.pass('it loads') : found
}

/** Increases of single events: a range shorter than `for` has forgotten them before it fires. */
const counting = new Set(['increase', 'changes', 'resets'])

function judgeAlert(alert: Resource): Verdict {
  const query = attributeOf(alert, 'query')
  if (query === undefined) return judge.unknown('its expression is not known')
  const never = attributeOf(alert, 'query.never')
  if (never?.known === true) return judge.fail(`it never fires: ${textOf(never.value)}`, never)
  if (!query.known) return judge.unknown(query.why, query)
  // What Prometheus refuses is told with the file.
  if (knownValueOf(alert, 'query.fault') !== undefined) return judge.notApplicable('it does not load')
  const seconds = Number(knownValueOf(alert, 'for_seconds') ?? 0)
  const forgets = childrenOf(alert, 'query.comparisons').find((path) => {
    const of = (name: string) => knownValueOf(alert, `${path}.${name}`)
    const [functions, ranges] = [textsOf(of('functions')), textsOf(of('ranges'))]
    return (
      of('operator') === '>' &&
      of('threshold') === 0 &&
      functions.some((name) => counting.has(name)) &&
      ranges.length > 0 &&
      ranges.every((range) => Number(range) <= seconds)
    )
  })
  if (forgets === undefined) return judge.pass('it can fire', query)
  return judge.fail(`one event never fires it: for is ${seconds} s, and its range is no longer`, query)
}
