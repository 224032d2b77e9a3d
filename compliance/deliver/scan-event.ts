/** The one ledger event of a scan: that it was made, what came of it in numbers, and the digest of its report. */
import { createHash, randomUUID } from 'node:crypto'
import type { AuditEvent } from '../../contracts/audit-event.ts'
import type { Posture } from '../../contracts/posture.ts'

/** The log of the house itself: a scan belongs to no school. */
export const houseTenant = 'campanile'

/** Makes the event; the digest is SHA-256 of the report as it is served and kept, cut to 32 hexadecimal digits. */
export function scanEvent(posture: Posture): AuditEvent {
  const tenths = Math.round(posture.score.low * 10)
  const critical = posture.items.filter(
    ({ severity, state }) => severity === 'critical' && state === 'fail',
  ).length
  return {
    id: randomUUID(),
    tenant: houseTenant,
    producer: 'compliance',
    time: posture.scannedAt,
    facts: {
      class: 'admin',
      action: 'compliance.scanned',
      outcome: 'success',
      actorRole: 'service',
      resource: 'posture',
      reason: `low_${tenths}_critical_${critical}_sha256_${digestOf(posture)}`,
    },
  }
}

/** Digests the report: 128 bits are beyond anybody's search for a second report with the same digest. */
export function digestOf(posture: Posture): string {
  return createHash('sha256').update(JSON.stringify(posture)).digest('hex').slice(0, 32)
}
