/**
 * The one place where time is shortened for drills: every window, wait and interval of a rule is asked for here
 * in real seconds. Thresholds never are.
 */

/** How often Prometheus scrapes, in seconds (prometheus.yml); nothing waits on fewer than two of them. */
export const scrapeSeconds = 10

/** Shortest window under a time scale: four scrapes of a second, so that a rate still has two samples. */
const leastWindowSeconds = 4

export interface Window {
  /** As it is written in PromQL, such as `5m`. */
  readonly text: string
  readonly seconds: number
}

export interface Timing {
  /** A range in an expression. */
  readonly window: (seconds: number) => Window
  /** `for` of an alert or the interval of a group; 0 stays 0, two scrapes stay two, anything else is at least 1 s. */
  readonly wait: (seconds: number) => number
}

/**
 * Divides every duration by `scale`.
 *
 * @param scale from 1, which changes nothing
 */
export function timing(scale: number): Timing {
  const shortened = (seconds: number, least: number) =>
    scale === 1 ? seconds : Math.max(least, Math.round(seconds / scale))
  return {
    window: (seconds) => {
      const scaled = shortened(seconds, Math.min(seconds, leastWindowSeconds))
      return { seconds: scaled, text: duration(scaled) }
    },
    // Prometheus scrapes at most every second: an absence must still be seen twice.
    wait: (seconds) => (seconds === 0 ? 0 : shortened(seconds, seconds < 2 * scrapeSeconds ? 1 : 2)),
  }
}

const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const

/** Writes whole seconds as Prometheus reads them, in the largest unit that fits: `90s`, `5m`, `3d`. */
export function duration(seconds: number): string {
  const unit = units.find(([, size]) => seconds >= size && seconds % size === 0)
  return unit === undefined ? `${seconds}s` : `${seconds / unit[1]}${unit[0]}`
}
