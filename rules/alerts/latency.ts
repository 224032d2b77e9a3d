/** Is it fast enough. */
import { increase, noneOf, quantile, sumBy } from '../promql/compose.ts'
import { answered } from '../promql/requests.ts'
import { elapsed, service, tenant, text } from '../annotations/template.ts'
import { seriesOf, usersOfA, usersOfB } from '../trial/subjects.ts'
import { counterOf, type Subject } from '../trial/trial.ts'
import type { AlertDefinition } from './definition.ts'

const by = ['tenant', 'service'] as const
const aboveSeconds = 0.5 // 001 line 242; also a bucket's bound, so "95 % within 500 ms" is exact
/** Fewest requests of which a 95th percentile says anything. */
const leastRequests = 20

/** Requests in ten seconds that took at most 0.5 s, and at most 1 s: all of them. */
function requestsOf({ tenant: of = 'university_a', service: at = 'users' }: Subject) {
  const labels = { tenant: of, service: at, method: 'GET', route: '/me', status: '2xx' }
  const name = 'http_server_request_duration_seconds'
  const bucket = (le: string) => seriesOf(`${name}_bucket`, { ...labels, le }, at)
  const fast = { quiet: 100, below: 96, boundary: 95, above: 90 }
  return [
    counterOf(bucket('0.25'), { quiet: 50 }),
    counterOf(bucket('0.5'), fast),
    counterOf(bucket('1'), { quiet: 100 }),
    counterOf(bucket('+Inf'), { quiet: 100 }),
    counterOf(seriesOf(`${name}_count`, labels, at), { quiet: 100 }),
  ]
}

const highLatencyP95: AlertDefinition = {
  name: 'HighLatencyP95',
  by,
  expr: ({ window }) => {
    const where = { ...answered, tenant: noneOf('none', 'unknown', 'other') } as const
    const over = window(300)
    const p95 = quantile(0.95, 'http_server_request_duration_seconds', { by, where, over })
    const count = sumBy(by, increase('http_server_request_duration_seconds_count', { where, over }))
    return `${p95} > ${aboveSeconds} and ${count} >= ${leastRequests}`
  },
  forSeconds: 120,
  slowMillis: 500,
  summary: text`${service} is slow for ${tenant}`,
  description: text`Of the requests of ${tenant} that ${service} answered in the last 5 minutes, 95 % took up to ${elapsed}; the threshold is 500 ms with at least ${String(leastRequests)} requests.`,
  trial: {
    signals: requestsOf,
    subject: usersOfA,
    other: usersOfB,
    value: 0.75, // half of the ten slow ones lie below, between the bounds 0.5 and 1
    onsetSeconds: 150,
    clearSeconds: 150,
  },
}

export const latencyAlerts = [highLatencyP95]
