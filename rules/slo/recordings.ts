/**
 * What is recorded of an objective, grouped by tenant: exact counts every 30 s, and burn rates as ratios of sums of
 * those counts. Nothing is ever a mean of ratios, and nothing is NaN: where nothing happened there is no ratio.
 */
import type { RecordedName } from '../../contracts/recorded-series.ts'
import type { Slo } from '../../contracts/slo.ts'
import type { RecordingRule } from '../model.ts'
import { grown, is } from '../promql/compose.ts'
import { answered, failed, requests } from '../promql/requests.ts'
import type { Timing, Window } from '../promql/timing.ts'
import { budgetOf, burnWindows } from './burn-windows.ts'

/** How often counts are taken, in seconds: each count begins where the last one ended. */
export const countSeconds = 30
/** How often the counts of a whole period are added up, in seconds. */
export const tileSeconds = 300

const histogram = 'http_server_request_duration_seconds'
const by = ['tenant', 'service'] as const

/** Selects a recorded series of an objective. */
export function recorded(name: RecordedName, { name: slo }: Pick<Slo, 'name'>): string {
  return `${name}{slo="${slo}"}`
}

/** Counts events and bad events. */
export function countRules(slo: Slo, timing: Timing): RecordingRule[] {
  return [
    rule(slo, 'slo:events:count30s', eventsOf(slo, timing)),
    rule(slo, 'slo:bad_events:count30s', badEventsOf(slo, timing)),
    {
      record: 'slo:objective:ratio',
      expr: `vector(${slo.objective})`,
      labels: { service: slo.service, slo: slo.name },
    },
  ]
}

function matching({ service, indicator }: Slo) {
  return { service: is(service), ...(indicator.route === undefined ? {} : { route: is(indicator.route) }) }
}

function eventsOf(slo: Slo, { window }: Timing): string {
  const kind = slo.indicator.kind === 'availability' ? requests : answered
  return grown(by, `${histogram}_count`, { where: { ...kind, ...matching(slo) }, over: window(countSeconds) })
}

function badEventsOf(slo: Slo, { window }: Timing): string {
  const over = window(countSeconds)
  const events = recorded('slo:events:count30s', slo)
  if (slo.indicator.kind === 'availability') {
    const bad = grown(by, `${histogram}_count`, { where: { ...failed, ...matching(slo) }, over })
    // Nobody has failed yet: there is no series of failures, and their count is 0.
    return `${bad} or on (tenant, service) 0 * ${events}`
  }
  const le = is(String(slo.indicator.thresholdSeconds))
  const fast = grown(by, `${histogram}_bucket`, { where: { ...answered, ...matching(slo), le }, over })
  return `${events} - on (tenant, service) ${fast}`
}

/**
 * Writes a range over recorded counts. Prometheus before 3.0 takes both ends of a range: a millisecond less, which
 * is how finely it keeps time, leaves out the count that belongs to the window before, and never one of the window
 * itself, however the groups that record and that read are shifted against each other.
 */
function lastCounts({ seconds }: Window): string {
  return `${seconds * 1_000 - 1}ms`
}

const burnSeconds = {
  'slo:burn_rate:ratio5m': 300,
  'slo:burn_rate:ratio30m': 1_800,
  'slo:burn_rate:ratio1h': 3_600,
  'slo:burn_rate:ratio2h': 7_200,
  'slo:burn_rate:ratio6h': 21_600,
  'slo:burn_rate:ratio1d': 86_400,
  'slo:burn_rate:ratio3d': 259_200,
} as const satisfies Partial<Record<RecordedName, number>>
type BurnName = keyof typeof burnSeconds

/** The burn rates that pages rest on and are short enough to be cheap. */
export const fastBurns = ['slo:burn_rate:ratio5m', 'slo:burn_rate:ratio30m', 'slo:burn_rate:ratio1h'] as const
/** The long ones, evaluated more seldom. */
export const slowBurns = [
  'slo:burn_rate:ratio2h',
  'slo:burn_rate:ratio6h',
  'slo:burn_rate:ratio1d',
  'slo:burn_rate:ratio3d',
] as const

/** Divides bad events by events and by the budget, for each window, and counts bad events where alerts ask. */
export function burnRules(slo: Slo, names: readonly BurnName[], { window }: Timing): RecordingRule[] {
  const sum = (name: RecordedName, record: BurnName) =>
    `sum_over_time(${recorded(name, slo)}[${lastCounts(window(burnSeconds[record]))}])`
  return names.flatMap((record) => {
    const bad = sum('slo:bad_events:count30s', record)
    const events = sum('slo:events:count30s', record)
    const gate = burnWindows.find(({ long }) => long === record)?.bad
    return [
      rule(slo, record, `${bad} / (${events} > 0) / ${budgetOf(slo.objective)}`),
      ...(gate === undefined ? [] : [rule(slo, gate, bad)]),
    ]
  })
}

/** Adds counts up to larger ones: a period of 30 s counts would be 86,400 samples for each series. */
export function tileRules(slo: Slo, { window }: Timing): RecordingRule[] {
  const over = lastCounts(window(tileSeconds))
  return [
    rule(slo, 'slo:events:count5m', `sum_over_time(${recorded('slo:events:count30s', slo)}[${over}])`),
    rule(
      slo,
      'slo:bad_events:count5m',
      `sum_over_time(${recorded('slo:bad_events:count30s', slo)}[${over}])`,
    ),
  ]
}

/** Says how the whole period stands. */
export function budgetRules(slo: Slo, { window }: Timing): RecordingRule[] {
  const over = lastCounts(window(slo.windowDays * 86_400))
  const bad = `sum_over_time(${recorded('slo:bad_events:count5m', slo)}[${over}])`
  const events = `sum_over_time(${recorded('slo:events:count5m', slo)}[${over}])`
  const ratio = recorded('slo:error_ratio:ratio_period', slo)
  return [
    rule(slo, 'slo:error_ratio:ratio_period', `${bad} / (${events} > 0)`),
    rule(slo, 'slo:error_budget_remaining:ratio', `1 - ${ratio} / ${budgetOf(slo.objective)}`),
  ]
}

function rule({ name }: Slo, record: RecordedName, expr: string): RecordingRule {
  return { record, expr, labels: { slo: name } }
}
