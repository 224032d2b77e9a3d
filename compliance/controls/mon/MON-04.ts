/** Somebody is paged when one request of a hundred fails. */
import { parameterOf } from '../../parameters.ts'
import { alertControl, shareOf, type Compared } from '../read/alerting.ts'
import { environmentOf } from '../read/terraform.ts'

export const control = alertControl({
  id: 'MON-04',
  about: 'the share of requests that fail',
  expected: 'an alert fires when 1 % of the requests fail, with severity critical',
  fix: 'add an alert on the share of answers 5xx above 0.01, severity: critical',
  page: {
    why: 'Users meet errors before operators do. A share, not a count, says the same at night and at the start of term.',
    good: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: availability\n    rules:\n      - alert: HighErrorRate\n        expr: sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 0.01\n        for: 2m\n        labels:\n          severity: critical\n',
      },
    ],
    bad: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: availability\n    rules:\n      - alert: HighErrorRate\n        expr: sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 0.05\n        for: 2m\n        labels:\n          severity: warning\n',
      },
    ],
  },
  concerns: isErrorShare,
  whyWrong: (compared, alert, evidence) => {
    const percent = parameterOf('MON-04.percent', environmentOf(alert, evidence), evidence.parameters)
    const share = shareOf(compared)
    if (compared.isComplement) return 'it compares what is left, the share of what went well'
    if (!compared.isRatio) return 'it compares a number of errors, not their share of all requests'
    return share <= percent / 100 + 1e-9 ? undefined : `it fires above ${Math.round(share * 1_000) / 10} %`
  },
  severities: ['critical', 'page', 'p0', 'p1', 'emergency'],
})

function isErrorShare({ metrics, matchers, operator }: Compared): boolean {
  const isRequests = metrics.some((name) =>
    /http|request|response|grpc|nginx|envoy|istio|traefik/i.test(name),
  )
  const isError =
    matchers.some((each) => /^(?:\w*status\w*|code|response_code)=~?\W*5/i.test(each)) ||
    metrics.some((name) => /error|5xx|fail/i.test(name))
  return isRequests && isError && operator.startsWith('>')
}
