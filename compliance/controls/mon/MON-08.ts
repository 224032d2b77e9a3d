/** Somebody hears of what is down, and health endpoints are looked at every half minute. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { alertControl } from '../read/alerting.ts'
import { environmentOf } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'health endpoints are asked every 30 s at most, and given 10 s at most',
  'set scrape_interval: 30s and scrape_timeout: 10s on the job that probes',
)

const alerts = alertControl({
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
  concerns: ({ metrics }) => metrics.some((name) => /^(?:up|probe_success|\w+_up)$/.test(name)),
  whyWrong: ({ operator, threshold }) => {
    const isDown =
      (operator === '==' && threshold === 0) ||
      (operator === '<' && threshold > 0 && threshold <= 1) ||
      (operator === '!=' && threshold === 1)
    return isDown ? undefined : 'it looks for what is up'
  },
})

export const control: Control = {
  ...alerts,
  applies: (resource) => isProbe(resource) || alerts.applies(resource),
  check: (resource, evidence) =>
    isProbe(resource) ? judgeProbe(resource, evidence) : alerts.check(resource, evidence),
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
