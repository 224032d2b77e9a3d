/** What every export format starts from: one entry of a log as it was signed for. */
import type { AuditEvent } from '../../contracts/audit-event.ts'
import type { Leaf } from '../../contracts/leaf.ts'
import type { Gone } from '../../contracts/retention.ts'

export type Facts = AuditEvent['facts']
export type Personal = NonNullable<AuditEvent['personal']>

export interface LedgerEntry {
  readonly tenant: string
  /** Origin of the log. */
  readonly origin: string
  readonly index: number
  /** RFC 6962 leaf hash, 32 bytes. */
  readonly leafHash: Uint8Array
  readonly leaf: Leaf
  /** Absent once they were erased or their period has passed. */
  readonly facts?: Facts
  /** Why they are absent. */
  readonly gone?: Gone
  /** Present only where whoever asked may see it. */
  readonly personal?: Personal
}

/** Splits what a format has a place for from what it carries as it is. */
export function otherThan(value: object, named: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !named.includes(key)))
}

/** The facts every format has a place for. */
export const namedFacts = [
  'class',
  'action',
  'outcome',
  'actorRole',
  'basis',
  'reason',
  'resource',
  'traceId',
  'synthetic',
] as const

/** The personal data every format has a place for. */
export const namedPersonal = ['actor', 'subject', 'resourceId', 'party', 'interest'] as const
