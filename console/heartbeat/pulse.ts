/**
 * Whether the Watchdog is missing, pure. It is missing once three intervals passed without a beat, counted from the
 * last beat or from the start of the watch: after an orderly stop of the whole house nobody is paged for the stop.
 */

/** Intervals without a beat after which the page goes out. */
export const missedIntervals = 3

export interface Pulse {
  /** Last beat, else the start; milliseconds of a clock that never goes back. */
  readonly sinceMillis: number
  readonly isMissing: boolean
}

/** What a step changed; `none` for most of them. */
export type PulseChange = 'none' | 'lost' | 'returned'

export interface PulseStep {
  readonly pulse: Pulse
  readonly change: PulseChange
}

/**
 * Computes how long ago the watch began, as far as a start counts it: a process that was killed goes on with the wait
 * of the one before, so that one that dies again and again still pages. One interval is always left: Alertmanager may
 * be starting as well.
 *
 * @param sinceMillis when beats were last seen or waited for, by the wall clock; undefined after an orderly stop
 */
export function waitedMillis(
  sinceMillis: number | undefined,
  nowMillis: number,
  intervalMillis: number,
): number {
  if (sinceMillis === undefined) return 0
  return Math.min((missedIntervals - 1) * intervalMillis, Math.max(0, nowMillis - sinceMillis))
}

/** Takes a beat at `nowMillis`. */
export function beat(pulse: Pulse, nowMillis: number): PulseStep {
  return {
    pulse: { sinceMillis: Math.max(pulse.sinceMillis, nowMillis), isMissing: false },
    change: pulse.isMissing ? 'returned' : 'none',
  }
}

/** Looks at the clock. */
export function look(pulse: Pulse, nowMillis: number, intervalMillis: number): PulseStep {
  if (pulse.isMissing || nowMillis < deadlineOf(pulse, intervalMillis)) return { pulse, change: 'none' }
  return { pulse: { ...pulse, isMissing: true }, change: 'lost' }
}

/** Tells when the Watchdog counts as missing if no beat comes before. */
export function deadlineOf({ sinceMillis }: Pulse, intervalMillis: number): number {
  return sinceMillis + missedIntervals * intervalMillis
}
