/** Somebody hears of requests that take long. */
import { parameterOf } from '../../parameters.ts'
import { alertControl } from '../read/alerting.ts'
import { environmentOf } from '../read/terraform.ts'

export const control = alertControl({
  id: 'MON-05',
  about: 'slow requests',
  expected: 'an alert fires when the slowest 5 % of the requests take 500 ms, over sums that keep le',
  fix: 'add an alert on histogram_quantile(0.95, sum by (le) (rate(…_bucket[5m]))) above 0.5',
  page: {
    why: 'A mean hides the pupils who wait. A quantile over sums without the label le is no quantile at all.',
    good: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: latency\n    rules:\n      - alert: HighLatencyP95\n        expr: histogram_quantile(0.95, sum by (le, job) (rate(http_request_duration_seconds_bucket[5m]))) > 0.5\n        for: 5m\n        labels:\n          severity: warning\n',
      },
    ],
    bad: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: latency\n    rules:\n      - alert: HighLatencyP95\n        expr: histogram_quantile(0.95, sum by (job) (rate(http_request_duration_seconds_bucket[5m]))) > 2\n        for: 5m\n        labels:\n          severity: warning\n',
      },
    ],
  },
  concerns: ({ quantile, operator }) => quantile !== undefined && operator.startsWith('>'),
  whyWrong: ({ quantile, keepsLe, metrics, threshold }, alert, evidence) => {
    const millis = parameterOf('MON-05.milliseconds', environmentOf(alert, evidence), evidence.parameters)
    if (!keepsLe) return 'its sums lose the label le'
    if (quantile === undefined || quantile < 0.95) return `it looks at the quantile ${quantile ?? ''}`
    const found = metrics.some((name) => /milli|_ms(_|$)/i.test(name)) ? threshold : threshold * 1_000
    return found <= millis ? undefined : `it fires above ${found} ms`
  },
})
