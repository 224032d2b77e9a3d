/** The digest by which an event that comes again is told from another one under its id. */
import type { KeyObject } from 'node:crypto'
import type { AuditEvent } from '../../contracts/audit-event.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { keyedHash } from './keyed-hash.ts'

/** Canonical JSON of the parts that are most of an event. */
export interface EventTexts {
  readonly facts: string
  readonly personal: string
}

/** Writes the canonical form of an event, joining its members in their order. */
export function eventText(
  { id, personal, producer, sequence, tenant, time }: AuditEvent,
  texts: EventTexts,
): string {
  const about = personal === undefined ? '' : `"personal":${texts.personal},`
  const count = sequence === undefined ? '' : `"sequence":${canonicalJson(sequence)},`
  return (
    `{"facts":${texts.facts},"id":${canonicalJson(id)},${about}"producer":${canonicalJson(producer)},${count}` +
    `"tenant":${canonicalJson(tenant)},"time":${canonicalJson(time)}}`
  )
}

/** Computes the digest of a whole event from its canonical form: HMAC-SHA-256. */
export function eventDigest(key: KeyObject, text: string): Buffer {
  return keyedHash(key, text)
}
