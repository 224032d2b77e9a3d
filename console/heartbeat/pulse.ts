/**
 * Whether the Watchdog is missing, pure. It is missing once three intervals passed without a beat, counted from the
 * last beat or from the start of this process: after a stop of the whole house nobody is paged for the stop.
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
