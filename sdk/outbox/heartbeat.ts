/**
 * An event that says only that its producer lives. It is counted like any other, so its own number tells how many
 * events of its tenant were recorded before it: after it has arrived, a lost one shows as a gap.
 */
import type { AuditRecord } from './make-event.ts'

/** What `outbox.beat` in the database writes, too. */
export const heartbeatFacts = {
  class: 'security',
  action: 'producer.heartbeat',
  outcome: 'success',
  actorRole: 'service',
} as const satisfies AuditRecord['facts']
