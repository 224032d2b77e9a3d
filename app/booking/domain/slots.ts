/** When a room may be had: the rules of a booking, and what is left of a day. Half-open intervals, [start, end). */
import { clockOf, dateOf, instantOf, type LocalMinute } from './campus-time.ts'

export interface Campus {
  readonly timeZone: string
  /** `HH:MM`, campus-local. */
  readonly opens: string
  /** `HH:MM`, campus-local; a booking may end at it. */
  readonly closes: string
}

/** Milliseconds since the epoch, start included, end not. */
export interface Interval {
  readonly startMillis: number
  readonly endMillis: number
}

/** Longest booking: 4 hours. */
export const maxBookingMillis = 4 * 3_600_000

export type BookingFault = 'outside_hours' | 'in_the_past' | 'too_long' | 'other_day'

export type Judgement =
  | { readonly status: 'allowed'; readonly interval: Interval }
  | { readonly status: 'refused'; readonly reason: BookingFault; readonly at: '/start' | '/end' }
  /** The campus clock never shows that minute, or the end does not follow the start. */
  | { readonly status: 'malformed'; readonly at: '/start' | '/end'; readonly expected: string }

/** Judges a wish for a room by the rules that need no other booking: one day, open hours, length, not past. */
export function judgeBooking(
  wish: { readonly start: LocalMinute; readonly end: LocalMinute },
  campus: Campus,
  nowMillis: number,
): Judgement {
  const startMillis = instantOf(wish.start, campus.timeZone)
  if (startMillis === undefined) return malformed('/start', 'a minute the campus clock shows')
  const endMillis = instantOf(wish.end, campus.timeZone)
  if (endMillis === undefined) return malformed('/end', 'a minute the campus clock shows')
  if (endMillis <= startMillis) return malformed('/end', 'a minute after the start')
  if (dateOf(wish.start) !== dateOf(wish.end)) return refused('other_day', '/end')
  // Clock times of one day compare as text.
  if (clockOf(wish.start) < campus.opens) return refused('outside_hours', '/start')
  if (clockOf(wish.end) > campus.closes) return refused('outside_hours', '/end')
  if (endMillis - startMillis > maxBookingMillis) return refused('too_long', '/end')
  if (startMillis < nowMillis) return refused('in_the_past', '/start')
  return { status: 'allowed', interval: { startMillis, endMillis } }
}

function refused(reason: BookingFault, at: '/start' | '/end'): Judgement {
  return { status: 'refused', reason, at }
}

function malformed(at: '/start' | '/end', expected: string): Judgement {
  return { status: 'malformed', at, expected }
}

/**
 * Tells when a campus is open on a date.
 *
 * @returns undefined for a date that does not exist
 */
export function openHours(date: string, campus: Campus): Interval | undefined {
  const startMillis = instantOf(`${date}T${campus.opens}`, campus.timeZone)
  const endMillis = instantOf(`${date}T${campus.closes}`, campus.timeZone)
  return startMillis === undefined || endMillis === undefined ? undefined : { startMillis, endMillis }
}

/**
 * Lists what is free within `open`: maximal intervals, ascending, none empty.
 *
 * @param taken in any order, may overlap each other and reach out of `open`
 */
export function freeSlots(open: Interval, taken: readonly Interval[]): Interval[] {
  const free: Interval[] = []
  let startMillis = open.startMillis
  for (const booking of [...taken].sort((a, b) => a.startMillis - b.startMillis)) {
    const endMillis = Math.min(booking.startMillis, open.endMillis)
    if (endMillis > startMillis) free.push({ startMillis, endMillis })
    startMillis = Math.max(startMillis, booking.endMillis)
  }
  if (startMillis < open.endMillis) free.push({ startMillis, endMillis: open.endMillis })
  return free
}

/** Cuts what lies before an instant, rounded up to the next whole minute. */
export function notBefore(open: Interval, nowMillis: number): Interval {
  const next = Math.ceil(nowMillis / 60_000) * 60_000
  return {
    startMillis: Math.min(Math.max(open.startMillis, next), open.endMillis),
    endMillis: open.endMillis,
  }
}
