/** The events of an objective as they reach its rules: raw from a service, or as counts that were recorded before. */
import type { Slo } from '../../contracts/slo.ts'
import { budgetOf } from '../slo/burn-windows.ts'
import { play, run, type Phase } from './play.ts'
import { longRunning, seriesOf } from './subjects.ts'
import type { InputSeries } from './test-file.ts'
import { counterOf, type Signal } from './trial.ts'

/** Events in one step: so many that every burn rate of a trial is a whole number of bad ones. */
export const stepEvents = 1_000_000

/** How fast the budget burns at each level; it rests at `quiet`. */
export interface BurnLevels {
  readonly below: number
  readonly boundary: number
  readonly above: number
}

/** Counts the bad events of a step that burn the budget so many times too fast. */
export function badEvents({ objective }: Slo, burnRate: number): number {
  return Math.round(burnRate * budgetOf(objective) * stepEvents)
}

const name = 'http_server_request_duration_seconds'
/** Traffic in one step that is none of the objective's events. */
const beside = 500_000

/** Writes the requests of a tenant as the service counts them, and requests beside them that must not count. */
export function rawEvents(
  slo: Slo,
  tenant: string,
  levels: BurnLevels,
  phases: readonly Phase[],
): InputSeries[] {
  return signalsOf(slo, tenant, levels).map((signal) => ({
    series: signal.series,
    values: play(signal, phases),
  }))
}

/** A target that answers, by a process that is older than the trial. */
export function livingService({ service }: Pick<Slo, 'service'>, samples: number): InputSeries[] {
  return Object.keys(longRunning(service)).map((series) => ({
    series,
    values: series.startsWith('up') ? `1+0x${samples - 1}` : `-86400+0x${samples - 1}`,
  }))
}

function signalsOf(slo: Slo, tenant: string, levels: BurnLevels): Signal[] {
  const { service, indicator } = slo
  const route = indicator.route ?? '/things/:id'
  const series = (suffix: string, labels: Readonly<Record<string, string>>) =>
    seriesOf(`${name}_${suffix}`, { tenant, service, method: 'GET', route, ...labels }, service)
  const bad = {
    quiet: 0,
    below: badEvents(slo, levels.below),
    boundary: badEvents(slo, levels.boundary),
    above: badEvents(slo, levels.above),
  }
  const good = {
    quiet: stepEvents,
    below: stepEvents - bad.below,
    boundary: stepEvents - bad.boundary,
    above: stepEvents - bad.above,
  }
  const strangers = [
    { route: '/health', status: '5xx' },
    ...(indicator.route === undefined ? [] : [{ route: '/beside', status: '5xx' }]),
  ].map((labels) => counterOf(series('count', labels), { quiet: beside }))
  if (indicator.kind === 'availability') {
    return [
      counterOf(series('count', { status: '2xx' }), good),
      counterOf(series('count', { status: '5xx' }), bad),
      ...strangers,
    ]
  }
  const le = String(indicator.thresholdSeconds)
  return [
    counterOf(series('count', { status: '2xx' }), { quiet: stepEvents }),
    counterOf(series('bucket', { status: '2xx', le }), good),
    counterOf(series('bucket', { status: '2xx', le: '+Inf' }), { quiet: stepEvents }),
    // Failed requests are the business of another objective, however long they took.
    counterOf(series('count', { status: '5xx' }), { quiet: beside }),
    counterOf(series('bucket', { status: '5xx', le }), { quiet: 0 }),
    ...strangers,
  ]
}

interface LoneFailures {
  /** Steps before the first. */
  readonly quietSteps: number
  readonly failures: number
}

/** Writes one bad event in each step and no good one; the series appear with the first. */
export function loneFailures(
  slo: Slo,
  tenant: string,
  { quietSteps, failures }: LoneFailures,
): InputSeries[] {
  const { service, indicator } = slo
  const isFailure = indicator.kind === 'availability'
  const labels = {
    tenant,
    service,
    method: 'GET',
    route: indicator.route ?? '/things/:id',
    status: isFailure ? '5xx' : '2xx',
  }
  const before = run('_', quietSteps)
  const counted = {
    series: seriesOf(`${name}_count`, labels, service),
    values: `${before} 1+1x${failures - 1}`,
  }
  if (isFailure) return [counted]
  const fast = { ...labels, le: String(indicator.thresholdSeconds) }
  const values = `${before} ${run('0', failures)}`
  return [counted, { series: seriesOf(`${name}_bucket`, fast, service), values }]
}

/** Names a recorded count of a tenant. */
export function countSeries(
  record: 'slo:events:count30s' | 'slo:bad_events:count30s',
  slo: Slo,
  tenant: string,
): string {
  return `${record}{tenant="${tenant}", service="${slo.service}", slo="${slo.name}"}`
}
