/**
 * Wall clocks of a campus. Requests speak campus-local time; the database keeps instants. The time zone is
 * data of the tenant, and its rules come from the platform's IANA database by way of `Intl`.
 */

const minuteMillis = 60_000
const dayMinutes = 1_440

/** A campus-local minute, `YYYY-MM-DDTHH:MM`, without a zone: what a clock on the wall shows. */
export type LocalMinute = string

const localMinute = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})$/

const formats = new Map<string, Intl.DateTimeFormat>()

/** Tells whether the platform knows a time zone. */
export function isTimeZone(timeZone: string): boolean {
  try {
    formatOf(timeZone)
    return true
  } catch {
    return false // Intl throws RangeError for a name it does not know.
  }
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
    formats.set(timeZone, format)
  }
  return format
}

/** Tells what the clock of a zone shows at an instant (milliseconds since the epoch). */
export function localMinuteOf(instantMillis: number, timeZone: string): LocalMinute {
  const parts: Record<string, string> = {}
  for (const { type, value } of formatOf(timeZone).formatToParts(instantMillis)) parts[type] = value
  return `${part(parts, 'year').padStart(4, '0')}-${part(parts, 'month')}-${part(parts, 'day')}T${part(parts, 'hour')}:${part(parts, 'minute')}`
}

function part(parts: Readonly<Record<string, string>>, name: string): string {
  return parts[name] ?? ''
}

/**
 * Finds the instant at which a zone's clock shows a minute; the earlier one where it is shown twice.
 *
 * @returns undefined for a date that does not exist and for a minute the clock skips
 */
export function instantOf(local: LocalMinute, timeZone: string): number | undefined {
  const asUtc = utcMillisOf(local)
  if (asUtc === undefined) return undefined
  // An offset is at most 14 h; the ones a day before and after are the only two that can apply.
  const candidates = [asUtc - dayMinutes * minuteMillis, asUtc + dayMinutes * minuteMillis]
    .map((near) => asUtc - offsetMillis(near, timeZone))
    .sort((a, b) => a - b)
  return candidates.find((instant) => localMinuteOf(instant, timeZone) === local)
}

function offsetMillis(instantMillis: number, timeZone: string): number {
  const shown = utcMillisOf(localMinuteOf(instantMillis, timeZone))
  // What localMinuteOf wrote is a date that exists.
  return (shown ?? instantMillis) - Math.floor(instantMillis / minuteMillis) * minuteMillis
}

/** Reads a local minute as if it were UTC; undefined for 30 February and the like. */
function utcMillisOf(local: LocalMinute): number | undefined {
  const match = localMinute.exec(local)
  if (match === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = match.slice(1).map(Number)
  const millis = Date.UTC(year, month - 1, day, hour, minute)
  return new Date(millis).toISOString().slice(0, 16) === local ? millis : undefined
}

/** Date part of a local minute, `YYYY-MM-DD`. */
export function dateOf(local: LocalMinute): string {
  return local.slice(0, 10)
}

/** Time part of a local minute, `HH:MM`. */
export function clockOf(local: LocalMinute): string {
  return local.slice(11, 16)
}
