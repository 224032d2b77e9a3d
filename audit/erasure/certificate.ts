/** The event that certifies an erasure, or says that one was refused: it names nobody. */
import type { AuditEvent } from '../../contracts/audit-event.ts'
import { keystoreBackupDays, type ErasureGround } from '../../contracts/erasure.ts'
import type { Tombstone } from './tombstone-files.ts'

const dayMillis = 86_400_000

/** Tells when the last backup that may hold a key destroyed at a time is gone. */
export function unrecoverableAfter(erasedAt: string): string {
  return new Date(Date.parse(erasedAt) + keystoreBackupDays * dayMillis).toISOString()
}

/** Makes the certificate; the same tombstone always gives the same event. */
export function certificateOf(tenant: string, tombstone: Tombstone): AuditEvent {
  const { id, erasedAt, reason, synthetic } = tombstone
  return {
    id,
    tenant,
    producer: 'ledger',
    time: erasedAt,
    facts: {
      class: 'admin',
      action: 'subject.erased',
      outcome: 'success',
      actorRole: 'operator',
      reason,
      resource: 'subject',
      erasedAt,
      unrecoverableAfter: unrecoverableAfter(erasedAt),
      ...(synthetic === true ? { synthetic: true } : {}),
    },
  }
}

export interface RefusedErasure {
  readonly id: string
  readonly tenant: string
  readonly time: string
  readonly ground: ErasureGround
  readonly synthetic?: boolean | undefined
}

/** Makes the event of a refusal, with its first ground. */
export function refusalEvent({ id, tenant, time, ground, synthetic }: RefusedErasure): AuditEvent {
  return {
    id,
    tenant,
    producer: 'ledger',
    time,
    facts: {
      class: 'admin',
      action: 'subject.erased',
      outcome: 'denied',
      actorRole: 'operator',
      reason: ground,
      resource: 'subject',
      ...(synthetic === true ? { synthetic: true } : {}),
    },
  }
}
