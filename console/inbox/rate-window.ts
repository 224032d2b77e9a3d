/** Counts calls of the last minute, as PagerDuty does for a routing key (a sliding window). Pure but for its memory. */

export interface RateWindow {
  /** Takes one call, or answers how many seconds until the next one is taken. `nowMillis` never goes back. */
  readonly take: (nowMillis: number) => { readonly retrySeconds: number } | undefined
}

const windowMillis = 60_000

/** Makes a window of at most `calls` in 60 seconds. */
export function rateWindow(calls: number): RateWindow {
  const times: number[] = []
  return {
    take: (nowMillis) => {
      while (times.length > 0 && (times[0] ?? 0) <= nowMillis - windowMillis) times.shift()
      const oldest = times[0]
      if (times.length < calls || oldest === undefined) {
        times.push(nowMillis)
        return undefined
      }
      return { retrySeconds: Math.max(1, Math.ceil((oldest + windowMillis - nowMillis) / 1_000)) }
    },
  }
}
