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

/** Computes the digest of a whole event: HMAC-SHA-256 of its canonical form. */
export function eventDigest(key: KeyObject, event: AuditEvent, { facts, personal }: EventTexts): Buffer {
  const members = Object.entries(event)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => {
      const text = name === 'facts' ? facts : name === 'personal' ? personal : canonicalJson(value)
      return `"${name}":${text}`
    })
  return keyedHash(key, `{${members.join(',')}}`)
}
