/** What the ledger notes about an id that was used for two events: a producer that does it is broken or forged. */
import type { AuditEvent } from '../../contracts/audit-event.ts'
import type { Prepared } from './prepare.ts'

/**
 * Makes the event that tells of a refused one. The same offer gives the same id, so that sending it again and
 * again leaves one trace.
 *
 * @param time RFC 3339
 */
export function conflictEvent({ event, digest }: Prepared, time: string): AuditEvent {
  const id = Buffer.from(digest.subarray(0, 16))
  // Version 8 of RFC 9562: bits of one's own, here of a keyed hash.
  id.writeUInt8((id.readUInt8(6) & 0x0f) | 0x80, 6)
  id.writeUInt8((id.readUInt8(8) & 0x3f) | 0x80, 8)
  return {
    id: id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    tenant: event.tenant,
    producer: 'ledger',
    time,
    facts: {
      class: 'security',
      action: 'event.conflicted',
      outcome: 'denied',
      actorRole: 'service',
      resource: 'event',
      ...(event.facts.synthetic === true ? { synthetic: true } : {}),
    },
    personal: { actor: event.producer, resourceId: event.id },
  }
}
