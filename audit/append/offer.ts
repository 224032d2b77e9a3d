/** An event that may be appended, with its canonical form: written once, used for every hash. */
import type { AuditEvent } from '../../contracts/audit-event.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { eventText } from '../store/event-digest.ts'

export interface Offer {
  readonly event: AuditEvent
  /** The event's own time, milliseconds since the epoch. */
  readonly eventTime: number
  /** Canonical JSON of the whole event. */
  readonly text: string
  /** Canonical JSON of its facts. */
  readonly facts: string
  /** Canonical JSON of its personal data; `{}` without any. */
  readonly personal: string
}

/**
 * Writes an event in its canonical form.
 *
 * @throws CanonicalJsonError when it has none
 */
export function offerOf(event: AuditEvent): Offer {
  return offerAt(event, instantOf(event.time))
}

/**
 * Writes an event whose time was read already in its canonical form.
 *
 * @param eventTime what `instantOf` answers for its time
 * @throws CanonicalJsonError when it has none
 */
export function offerAt(event: AuditEvent, eventTime: number): Offer {
  const facts = canonicalJson(event.facts)
  const personal = canonicalJson(event.personal ?? {})
  return {
    event,
    eventTime,
    text: eventText(event, { facts, personal }),
    facts,
    personal,
  }
}

/** Reads RFC 3339 in UTC with milliseconds, as the contract spells it; NaN for a day or an hour that does not exist. */
export function instantOf(time: string): number {
  const [year, month, day] = [digits(time, 0, 4), digits(time, 5, 2), digits(time, 8, 2)]
  const [hour, minute, second] = [digits(time, 11, 2), digits(time, 14, 2), digits(time, 17, 2)]
  const isInstant =
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysOf(year, month) &&
    hour < 24 &&
    minute < 60 &&
    second < 60
  // Two digits would mean another century; and years of that kind are refused with those that do not exist.
  if (!isInstant || year < 100) return Number.NaN
  return Date.UTC(year, month - 1, day, hour, minute, second, digits(time, 20, 3))
}

function digits(text: string, from: number, count: number): number {
  let value = 0
  for (let at = from; at < from + count; at++) value = value * 10 + text.charCodeAt(at) - 0x30
  return value
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}
