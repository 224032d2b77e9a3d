/** Somebody hears of what is down, and health endpoints are looked at every half minute. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { alertControl, type AlertItem, type Compared } from '../read/alerting.ts'
import { environmentOf } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'health endpoints are asked every 30 s at most, and given 10 s at most',
  'set scrape_interval: 30s and scrape_timeout: 10s on the job that probes',
)

const item: AlertItem = {
  id: 'MON-08',
  about: 'what is down',
  expected: 'an alert fires when a target is down (up == 0, probe_success == 0), with a severity',
  fix: 'add an alert on up == 0',
  page: {
    why: 'A service that is down serves no metrics: every other alert on it is silent. A probe from outside sees what users see.',
    good: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: availability\n    rules:\n      - alert: TargetDown\n        expr: up == 0\n        for: 2m\n        labels:\n          severity: critical\n',
      },
    ],
    bad: [
      {
        file: 'prometheus.yml',
        text: 'scrape_configs:\n  - job_name: health\n    metrics_path: /probe\n    params:\n      module: [http_2xx]\n    scrape_interval: 5m\n',
      },
    ],
  },
  concerns: ({ metrics }) => metrics.some((name) => name === 'up' || isProbed(name)),
  whyWrong: (compared) => {
    if (!isDown(compared)) return 'it looks for what is up'
    if (compared.functions.some((name) => counting.has(name)))
      return 'it counts, and what is down still counts'
    return compared.keepsTarget ? undefined : 'it looks at many targets at once: one of them may be down'
  },
}
const alerts = alertControl(item)

/** What a probe from outside says of what it asked. */
function isProbed(metric: string): boolean {
  return metric === 'probe_success'
}

/** They count series or changes, whatever the values are. */
const counting: ReadonlySet<string> = new Set([
  'count',
  'count_values',
  'count_over_time',
  'changes',
  'resets',
  'rate',
  'irate',
  'increase',
  'delta',
  'deriv',
  'present_over_time',
  'group',
])

/** `up == 0`, and `1 - up == 1`, which says the same. */
function isDown({ operator, threshold, isComplement }: Compared): boolean {
  if (isComplement) {
    return (
      (operator === '==' && threshold === 1) ||
      (operator === '>' && threshold >= 0 && threshold < 1) ||
      (operator === '>=' && threshold > 0 && threshold <= 1) ||
      (operator === '!=' && threshold === 0)
    )
  }
  return (
    (operator === '==' && threshold === 0) ||
    (operator === '<' && threshold > 0 && threshold <= 1) ||
    (operator === '<=' && threshold >= 0 && threshold < 1) ||
    (operator === '!=' && threshold === 1)
  )
}

export const control: Control = {
  ...alerts,
  applies: (resource) => isProbe(resource) || alerts.applies(resource),
  check: (resource, evidence) =>
    isProbe(resource)
      ? [...judgeProbe(resource, evidence), judgeAlertOnProbe(evidence)]
      : alerts.check(resource, evidence),
}

/** Alerts on what a probe found; `up` of a probe only says that somebody asked. */
const onProbes = alertControl({
  ...item,
  concerns: ({ metrics }) => metrics.some(isProbed),
})

function judgeAlertOnProbe(evidence: Evidence): Verdict {
  const part = 'alert'
  if (onProbes.isThere(evidence)) return { ...judge.pass('an alert fires when it fails'), part }
  const missing = onProbes.missing?.(evidence)?.verdict
  return { ...(missing ?? judge.fail('no alert fires when it fails')), part }
}

function isProbe(resource: Resource): boolean {
  if (resource.kind !== 'prometheus' || resource.type !== 'scrape_job') return false
  return (
    textOf(knownValueOf(resource, 'metrics_path')) === '/probe' ||
    childrenOf(resource, 'params').some((path) => path === 'params.module')
  )
}

function judgeProbe(job: Resource, evidence: Evidence): readonly Verdict[] {
  const environment = environmentOf(job, evidence)
  const rules = [
    ['interval_seconds', 'scrape_interval', 'MON-08.interval_seconds'],
    ['timeout_seconds', 'scrape_timeout', 'MON-08.timeout_seconds'],
  ] as const
  return rules.map(([path, written, parameter]): Verdict => {
    const most = parameterOf(parameter, environment, evidence.parameters)
    const seconds = attributeOf(job, path)
    if (seconds?.known !== true) return { ...judge.unknown(`${written} is not known`), part: written }
    const found = `${written} is ${Number(seconds.value)} s`
    if (Number(seconds.value) <= most) return { ...judge.pass(found), part: written }
    const mend: readonly Mend[] = [{ set: written, to: `${most}s` }]
    return { ...judge.fail(found, attributeOf(job, written)), part: written, mend }
  })
}
