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
  concerns: (compared) => isOfRequests(compared) && countedIn(compared) !== undefined,
  whyWrong: (compared, alert, evidence) => {
    const percent = parameterOf('MON-04.percent', environmentOf(alert, evidence), evidence.parameters)
    const { operator, isComplement, isRatio } = compared
    const isOfErrors = (countedIn(compared) === 'errors') !== isComplement
    if (!isRatio) return 'it compares a number of requests, not their share of all requests'
    if (!operator.startsWith(isOfErrors ? '>' : '<')) {
      return isOfErrors ? 'it fires when few requests fail' : 'it fires when many requests go well'
    }
    const share = isOfErrors ? shareOf(compared) : 1 - shareOf(compared)
    return share <= percent / 100 + 1e-9 ? undefined : `it fires above ${Math.round(share * 1_000) / 10} %`
  },
  severities: ['critical', 'page', 'p0', 'p1', 'emergency'],
})

function isOfRequests({ metrics }: Compared): boolean {
  return metrics.some((name) => /http|request|response|grpc|nginx|envoy|istio|traefik/i.test(name))
}

/** Tells whether it counts what failed or what went well; undefined where it counts all, or both. */
function countedIn({ counted }: Compared): 'errors' | 'successes' | undefined {
  const { metrics, matchers } = counted
  const kinds = new Set([...matchers.map(kindOfMatcher), ...metrics.map(kindOfMetric)])
  if (kinds.has('errors') === kinds.has('successes')) return undefined
  return kinds.has('errors') ? 'errors' : 'successes'
}

function kindOfMetric(name: string): 'errors' | 'successes' | undefined {
  if (/error|5xx|fail/i.test(name)) return 'errors'
  return /success|2xx/i.test(name) ? 'successes' : undefined
}

/** `status=~"5.."` are the errors, `status!~"5.."` and `code=~"2..|3.."` what went well. */
function kindOfMatcher(matcher: string): 'errors' | 'successes' | undefined {
  const [, operator = '', value = ''] =
    /^(?:\w*status\w*|code|response_code)(=~|!~|!=|=)(.*)$/is.exec(matcher) ?? []
  const isOfErrors = /^\W*5/.test(value)
  const isOfSuccesses = /^\W*2[^|]*(?:\|\W*[23][^|]*)*$/.test(value)
  if (!isOfErrors && !isOfSuccesses) return undefined
  return isOfErrors === operator.startsWith('=') ? 'errors' : 'successes'
}
