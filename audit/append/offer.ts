/** An event that may be appended, with its canonical form: written once, used for every hash. */
import type { AuditEvent } from '../../contracts/audit-event.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'

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
  const facts = canonicalJson(event.facts)
  const personal = canonicalJson(event.personal ?? {})
  return { event, eventTime: instantOf(event.time), text: textOf(event, facts, personal), facts, personal }
}

/** Reads RFC 3339 in UTC with milliseconds; NaN for a day or an hour that does not exist. */
export function instantOf(time: string): number {
  const millis = Date.parse(time)
  // The 30th of February parses as a day in March.
  return !Number.isNaN(millis) && new Date(millis).toISOString() === time ? millis : Number.NaN
}

/** Joins the members of an event in their order. */
function textOf(
  { id, personal, producer, sequence, tenant, time }: AuditEvent,
  facts: string,
  personalText: string,
): string {
  const about = personal === undefined ? '' : `"personal":${personalText},`
  const count = sequence === undefined ? '' : `"sequence":${canonicalJson(sequence)},`
  return (
    `{"facts":${facts},"id":${canonicalJson(id)},${about}"producer":${canonicalJson(producer)},${count}` +
    `"tenant":${canonicalJson(tenant)},"time":${canonicalJson(time)}}`
  )
}
