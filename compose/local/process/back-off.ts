/** How long to wait before a component that died is started again. */

const firstMillis = 500
const longestMillis = 30_000
/** A component that was ready this long has recovered: its next death starts counting anew. */
const recoveredMillis = 60_000

export interface BackOff {
  /**
   * Tells the wait before the next start.
   *
   * @param readyMillis how long the component had been ready when it died; 0 if it never was
   */
  readonly next: (readyMillis: number) => number
}

/** Counts deaths: 0.5 s doubling to 30 s, back to the start after a minute of health. */
export function createBackOff(): BackOff {
  let deaths = 0
  return {
    next: (readyMillis) => {
      if (readyMillis >= recoveredMillis) deaths = 0
      const wait = Math.min(firstMillis * 2 ** deaths, longestMillis)
      deaths += 1
      return wait
    },
  }
}
