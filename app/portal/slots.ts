/** Turns free stretches of a day into the times one can choose; wall-clock text in, wall-clock text out. */

export interface Stretch {
  /** `YYYY-MM-DDTHH:MM`, the campus's clock. */
  readonly start: string
  readonly end: string
}

/** Step between times on offer, minutes, and the longest booking, minutes. */
const stepMinutes = 30
const longestMinutes = 240

/** Lists the times at which a booking may begin. */
export function startTimes(free: readonly Stretch[]): readonly string[] {
  return free.flatMap(({ start, end }) => between(minutesOf(start), minutesOf(end) - stepMinutes))
}

/** Lists the times at which a booking that begins at `start` (`HH:MM`) may end. */
export function endTimes(free: readonly Stretch[], start: string): readonly string[] {
  const from = minutesOf(start)
  const stretch = free.find((one) => minutesOf(one.start) <= from && from < minutesOf(one.end))
  if (stretch === undefined) return []
  return between(from + stepMinutes, Math.min(minutesOf(stretch.end), from + longestMinutes))
}

function between(first: number, last: number): string[] {
  const times: string[] = []
  for (let at = Math.ceil(first / stepMinutes) * stepMinutes; at <= last; at += stepMinutes)
    times.push(timeOf(at))
  return times
}

/** Reads minutes since midnight from `HH:MM` or the end of `YYYY-MM-DDTHH:MM`. */
export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.slice(-5).split(':').map(Number)
  return hours * 60 + minutes
}

function timeOf(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
