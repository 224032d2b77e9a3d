/**
 * Multi-window, multi-burn-rate arithmetic (SRE Workbook, ch. 5): a pair of windows fires when the budget of the
 * period burns so fast, over both, that a given part of it is gone after the long one.
 */
import type { RecordedName } from '../../contracts/recorded-series.ts'

const hour = 3_600
const day = 24 * hour

export interface BurnWindow {
  readonly severity: 'page' | 'ticket'
  readonly longSeconds: number
  readonly shortSeconds: number
  /** Part of the period's budget (0–1) that is spent in the long window at the threshold. */
  readonly budgetPart: number
  readonly long: RecordedName
  /** Ends the alert soon after the trouble ends. */
  readonly short: RecordedName
  /** Bad events of the long window. */
  readonly bad: RecordedName
}

export const burnWindows: readonly BurnWindow[] = [
  {
    severity: 'page',
    longSeconds: hour,
    shortSeconds: 300,
    budgetPart: 0.02,
    long: 'slo:burn_rate:ratio1h',
    short: 'slo:burn_rate:ratio5m',
    bad: 'slo:bad_events:sum1h',
  },
  {
    severity: 'page',
    longSeconds: 6 * hour,
    shortSeconds: 1_800,
    budgetPart: 0.05,
    long: 'slo:burn_rate:ratio6h',
    short: 'slo:burn_rate:ratio30m',
    bad: 'slo:bad_events:sum6h',
  },
  {
    severity: 'ticket',
    longSeconds: day,
    shortSeconds: 2 * hour,
    budgetPart: 0.1,
    long: 'slo:burn_rate:ratio1d',
    short: 'slo:burn_rate:ratio2h',
    bad: 'slo:bad_events:sum1d',
  },
  {
    severity: 'ticket',
    longSeconds: 3 * day,
    shortSeconds: 6 * hour,
    budgetPart: 0.1,
    long: 'slo:burn_rate:ratio3d',
    short: 'slo:burn_rate:ratio6h',
    bad: 'slo:bad_events:sum3d',
  },
]

/**
 * Fewest bad events of the long window that are worth a page or a ticket. By ratio alone one failure among forty
 * requests of a quiet night burns 25 times too fast; five failures in an hour are somebody's trouble.
 */
export const leastBadEvents = { page: 5, ticket: 3 } as const satisfies Record<BurnWindow['severity'], number>

/** Factor by which the budget must burn too fast: 14.4, 6, 3 and 1 for a period of 30 days. */
export function burnFactor({ budgetPart, longSeconds }: BurnWindow, periodDays: number): number {
  return rounded((budgetPart * periodDays * day) / longSeconds)
}

/** The part of events that may be bad. */
export function budgetOf(objective: number): number {
  return rounded(1 - objective)
}

/**
 * Names the factors that no traffic can reach: everything failing burns 1 / budget times too fast, and an alert
 * above that never fires.
 */
export function impossibleFactors(objective: number, periodDays: number): number[] {
  return burnWindows
    .map((window) => burnFactor(window, periodDays))
    .filter((factor) => factor * budgetOf(objective) > 1)
}

/** Cuts what binary fractions add: 1 - 0.999 is 0.001. */
function rounded(number: number): number {
  return Number(number.toPrecision(12))
}
