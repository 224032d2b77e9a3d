/** The one ledger event of a scan: that it was made, what came of it in numbers, and the digest of its report. */
import { createHash } from 'node:crypto'
import type { AuditEvent } from '../../contracts/audit-event.ts'
import type { Posture } from '../../contracts/posture.ts'

/** The log of the house itself: a scan belongs to no school. */
export const houseTenant = 'campanile'

/**
 * Makes the event; the digest is SHA-256 of the report as it is served and kept, cut to 32 hexadecimal digits. The id
 * follows from the report: the event of a scan can be made again after a crash and is still the same event.
 */
export function scanEvent(posture: Posture): AuditEvent {
  const tenths = Math.round(posture.score.low * 10)
  const critical = posture.items.filter(
    ({ severity, state }) => severity === 'critical' && state === 'fail',
  ).length
  return {
    id: eventIdOf(posture),
    tenant: houseTenant,
    producer: 'compliance',
    time: posture.scannedAt,
    facts: {
      class: 'admin',
      action: 'compliance.scanned',
      outcome: 'success',
      actorRole: 'service',
      resource: 'posture',
      ...(posture.bundle === undefined ? {} : { evidence: evidenceOf(posture, posture.bundle) }),
      reason: `low_${tenths}_critical_${critical}_sha256_${digestOf(posture)}`,
    },
  }
}

/** The bundle that was kept with the report; it holds no entries of a log. */
function evidenceOf({ items }: Posture, sha256: string) {
  return { format: 'compliance_bundle', from: 0, to: 0, count: items.length, sha256 }
}

/** Makes the event's id: a UUID of version 8 (RFC 9562 §5.8) from the digest of the report and what it is an id of. */
export function eventIdOf(posture: Posture): string {
  const hex = createHash('sha256')
    .update(`compliance.scanned ${digestOf(posture)}`)
    .digest('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`]
  return [...parts, hex.slice(20, 32)].join('-')
}

/** Digests the report: 128 bits are beyond anybody's search for a second report with the same digest. */
export function digestOf(posture: Posture): string {
  return createHash('sha256').update(JSON.stringify(posture)).digest('hex').slice(0, 32)
}
