/**
 * Wall-clock time from the monotonic clock: cheaper than `process.hrtime.bigint()`, which allocates, and
 * steady between two anchors. Times travel as microseconds, the finest a double holds exactly until 2255.
 */

/** Difference between both clocks beyond which the anchor follows the wall clock (NTP stepped it). */
const driftMillis = 50

// Owned by this module: what must be added to performance.now() to get milliseconds since the epoch.
let originMillis = performance.timeOrigin

/** Tells the time in microseconds since the epoch. */
export function nowMicros(): number {
  return Math.round((originMillis + performance.now()) * 1_000)
}

/** Follows the wall clock when it was stepped; called once per export, never per span. */
export function anchorClock(): void {
  const expected = Date.now() - performance.now()
  if (Math.abs(expected - originMillis) > driftMillis) originMillis = expected
}

/** Converts what the OpenTelemetry API accepts as a time into microseconds since the epoch. */
export function toMicros(time: readonly [number, number] | number | Date | undefined): number {
  if (time === undefined) return nowMicros()
  if (time instanceof Date) return time.getTime() * 1_000
  if (typeof time !== 'number') return time[0] * 1_000_000 + Math.round(time[1] / 1_000)
  // A number below the process's own start is a performance.now() reading, as the API documents.
  const isMonotonic = time < performance.timeOrigin
  return Math.round((isMonotonic ? originMillis + time : time) * 1_000)
}
