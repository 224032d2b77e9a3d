/**
 * What the recording rules write, by name and labels: the generator of rules writes these and no others, and a
 * dashboard that asks for one that is renamed does not compile.
 */
interface RecordedSeries {
  readonly meaning: string
  /** All labels; `job` and `instance` are summed away. */
  readonly labels: readonly string[]
}

const bySlo = ['tenant', 'service', 'slo'] as const
const recorded = <const L extends readonly string[]>(labels: L, meaning: string) => ({ labels, meaning })

export const recordedSeries = {
  'slo:events:count30s': recorded(bySlo, 'Events of the last 30 s.'),
  'slo:bad_events:count30s': recorded(
    bySlo,
    'Events of the last 30 s that missed the objective; 0, never absent.',
  ),
  'slo:events:count5m': recorded(bySlo, 'Events of the last 5 min, written every 5 min: these add up.'),
  'slo:bad_events:count5m': recorded(
    bySlo,
    'Bad events of the last 5 min, written every 5 min: these add up.',
  ),
  'slo:bad_events:sum1h': recorded(bySlo, 'Bad events of the last hour.'),
  'slo:bad_events:sum6h': recorded(bySlo, 'Bad events of the last 6 hours.'),
  'slo:bad_events:sum1d': recorded(bySlo, 'Bad events of the last day.'),
  'slo:bad_events:sum3d': recorded(bySlo, 'Bad events of the last 3 days.'),
  'slo:burn_rate:ratio5m': recorded(bySlo, 'How many times too fast the budget burns, over 5 min.'),
  'slo:burn_rate:ratio30m': recorded(bySlo, 'How many times too fast the budget burns, over 30 min.'),
  'slo:burn_rate:ratio1h': recorded(bySlo, 'How many times too fast the budget burns, over 1 h.'),
  'slo:burn_rate:ratio2h': recorded(bySlo, 'How many times too fast the budget burns, over 2 h.'),
  'slo:burn_rate:ratio6h': recorded(bySlo, 'How many times too fast the budget burns, over 6 h.'),
  'slo:burn_rate:ratio1d': recorded(bySlo, 'How many times too fast the budget burns, over 1 day.'),
  'slo:burn_rate:ratio3d': recorded(bySlo, 'How many times too fast the budget burns, over 3 days.'),
  'slo:error_ratio:ratio_period': recorded(bySlo, 'Bad events of all events of the period (0–1).'),
  'slo:error_budget_remaining:ratio': recorded(
    bySlo,
    'Part of the error budget of the period that is left: 1 untouched, 0 exhausted, below 0 overspent.',
  ),
  'slo:objective:ratio': recorded(['service', 'slo'], 'The objective (0–1).'),
} as const satisfies Record<string, RecordedSeries>

export type RecordedName = keyof typeof recordedSeries
