/**
 * The part of OpenSLO v1 that objectives are written in: one `SLO` with an inline ratio of counters, occurrences,
 * one rolling window and one objective. The metric source is the catalogue, so queries are names and not PromQL.
 */
import Type, { type Static } from 'typebox'
import type { MetricNameOf } from '../../contracts/metrics.ts'
import { httpMetrics } from '../../contracts/metrics/http.ts'
import type { Fault } from '../../contracts/problem.ts'
import { services } from '../../contracts/services.ts'
import type { Slo } from '../../contracts/slo.ts'
import { impossibleFactors } from './burn-windows.ts'

const closed = { additionalProperties: false } as const
const name = Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$' })
const sentence = Type.String({ minLength: 1, maxLength: 400 })
const requestMetric = 'http_server_request_duration_seconds' satisfies MetricNameOf<'histogram'>

const Query = Type.Object(
  {
    metricSource: Type.Object(
      {
        type: Type.Literal('campanile'),
        spec: Type.Object(
          {
            metric: Type.Literal(requestMetric),
            route: Type.Optional(Type.String({ pattern: '^/[A-Za-z0-9/:._-]{0,99}$' })),
            status: Type.Optional(Type.Literal('5xx')),
            atMostSeconds: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
          },
          closed,
        ),
      },
      closed,
    ),
  },
  closed,
)

/** One file of `rules/slos/`. */
export const OpenSlo = Type.Object(
  {
    apiVersion: Type.Literal('openslo/v1'),
    kind: Type.Literal('SLO'),
    metadata: Type.Object({ name, displayName: sentence }, closed),
    spec: Type.Object(
      {
        description: sentence,
        service: Type.Unsafe<(typeof services)[number]>({ type: 'string', enum: services }),
        indicator: Type.Object(
          {
            metadata: Type.Object({ name }, closed),
            spec: Type.Object(
              {
                ratioMetric: Type.Object(
                  {
                    counter: Type.Literal(true),
                    good: Type.Optional(Query),
                    bad: Type.Optional(Query),
                    total: Query,
                  },
                  closed,
                ),
              },
              closed,
            ),
          },
          closed,
        ),
        budgetingMethod: Type.Literal('Occurrences'),
        timeWindow: Type.Array(
          Type.Object(
            { duration: Type.String({ pattern: '^[0-9]{1,2}d$' }), isRolling: Type.Literal(true) },
            closed,
          ),
          { minItems: 1, maxItems: 1 },
        ),
        objectives: Type.Array(
          Type.Object(
            { displayName: sentence, target: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }) },
            closed,
          ),
          { minItems: 1, maxItems: 1 },
        ),
      },
      closed,
    ),
  },
  closed,
)
export type OpenSlo = Static<typeof OpenSlo>

/** Fewest days of a period: in a shorter one the long windows of the tickets would burn less than once. */
const leastDays = 28
const mostDays = 90

const indicatorAt = '/spec/indicator/spec/ratioMetric'

type Indicator = Slo['indicator']
type IndicatorOutcome = Indicator | Fault

/** Reads the objective a document means, or every reason why it means none of ours. */
export function toSlo({ metadata, spec }: OpenSlo): Slo | { readonly faults: readonly Fault[] } {
  const faults: Fault[] = []
  const [objective] = spec.objectives
  const [window] = spec.timeWindow
  const windowDays = Number.parseInt(window?.duration ?? '0', 10)
  if (windowDays < leastDays || windowDays > mostDays) {
    faults.push({ at: '/spec/timeWindow/0/duration', expected: `${leastDays}d to ${mostDays}d` })
  }
  const target = objective?.target ?? 0
  const impossible = impossibleFactors(target, windowDays)
  if (impossible.length > 0) {
    const expected = `a budget that can burn ${impossible.join(', ')} times too fast: 1 - target of at most ${Number((1 / Math.max(...impossible)).toPrecision(3))}`
    faults.push({ at: '/spec/objectives/0/target', expected })
  }
  const indicator = indicatorOf(spec.indicator.spec.ratioMetric)
  if ('at' in indicator) return { faults: [...faults, indicator] }
  if (faults.length > 0) return { faults }
  const { name: slo } = metadata
  const { description, service } = spec
  return { name: slo, service, description, objective: target, windowDays, indicator }
}

type Ratio = OpenSlo['spec']['indicator']['spec']['ratioMetric']

function indicatorOf({ good, bad, total }: Ratio): IndicatorOutcome {
  const whole = total.metricSource.spec
  if (whole.status !== undefined || whole.atMostSeconds !== undefined) {
    return {
      at: `${indicatorAt}/total/metricSource/spec`,
      expected: 'all requests: neither status nor atMostSeconds',
    }
  }
  if ((good === undefined) === (bad === undefined)) {
    return { at: indicatorAt, expected: 'either bad (requests with status 5xx) or good (requests in time)' }
  }
  const part = (good ?? bad)?.metricSource.spec
  const at = `${indicatorAt}/${good === undefined ? 'bad' : 'good'}/metricSource/spec`
  if (part?.route !== whole.route) return { at: `${at}/route`, expected: 'the route of total' }
  const route = whole.route === undefined ? {} : { route: whole.route }
  if (good === undefined) {
    if (part?.status === undefined || part.atMostSeconds !== undefined)
      return { at: `${at}/status`, expected: 'status 5xx and nothing else' }
    return { kind: 'availability', ...route }
  }
  const thresholdSeconds = part?.atMostSeconds
  if (thresholdSeconds === undefined || part?.status !== undefined)
    return { at: `${at}/atMostSeconds`, expected: 'atMostSeconds and nothing else' }
  const bounds: readonly number[] = httpMetrics[requestMetric].buckets
  if (!bounds.includes(thresholdSeconds)) {
    const expected = `a bound of the buckets of ${requestMetric}: ${bounds.join(', ')}`
    return { at: `${at}/atMostSeconds`, expected }
  }
  return { kind: 'latency', ...route, thresholdSeconds }
}
