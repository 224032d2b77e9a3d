/** The event that says which entries lost what they said because their period had passed: it names nobody. */
import { createHash } from 'node:crypto'
import type { AuditEvent } from '../../contracts/audit-event.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { runsOf } from '../../contracts/retention.ts'

export interface Retirement {
  readonly class: AuditEvent['facts']['class']
  /** Version of the policy. */
  readonly policy: string
  /** RFC 3339; absent where the state of the student's record decided. */
  readonly before?: string
  /** Ascending. */
  readonly indices: readonly number[]
  /** True where all of it is demo data. */
  readonly synthetic: boolean
}

/** Makes the event of a round. */
export function retirementEvent(
  place: Pick<AuditEvent, 'id' | 'tenant' | 'time'>,
  { class: retired, policy, before, indices, synthetic }: Retirement,
): AuditEvent {
  const runs = runsOf(indices)
  return {
    ...place,
    producer: 'ledger',
    facts: {
      class: 'admin',
      action: 'retention.applied',
      outcome: 'success',
      actorRole: 'service',
      reason: before === undefined ? 'record_destroyed' : 'period_over',
      resource: 'entry',
      retention: { class: retired, policy, ...(before === undefined ? {} : { before }), runs },
      evidence: {
        format: 'runs',
        from: runs[0] ?? 0,
        to: runs.at(-1) ?? 0,
        count: indices.length,
        sha256: createHash('sha256').update(canonicalJson(runs)).digest('hex'),
      },
      ...(synthetic ? { synthetic: true } : {}),
    },
  }
}
