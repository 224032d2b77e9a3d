/** Every view of the ledger is itself an event: who looked, at what, and a hash over what they were shown. */
import type { AuditEvent } from '../../contracts/audit-event.ts'
import { Refusal } from '../../lib/refusal.ts'
import type { Appender } from '../append/appender.ts'

export interface View extends Pick<AuditEvent, 'id' | 'tenant'> {
  readonly facts: Pick<AuditEvent['facts'], 'action' | 'outcome' | 'evidence' | 'reason'>
  /** Name of the token that was shown. */
  readonly viewer: string
  /** Whose record was looked at, where it was one student's. */
  readonly subject?: string
  /** What or whom the deed was about besides. */
  readonly resourceId?: string
}

/**
 * Records a view.
 *
 * @throws Refusal overloaded when the log does not take it: what was asked for must then not be shown
 */
export async function recordView(
  appender: Appender,
  { id, tenant, facts, viewer, subject, resourceId }: View,
): Promise<void> {
  const [receipt] = await appender.append([
    {
      id,
      tenant,
      producer: 'ledger',
      time: new Date().toISOString(),
      facts: { class: subject === undefined ? 'admin' : 'access', actorRole: 'service', ...facts },
      personal: {
        actor: viewer,
        ...(subject === undefined ? {} : { subject }),
        ...(resourceId === undefined ? {} : { resourceId }),
      },
    },
  ])
  if (receipt?.outcome !== 'appended') {
    throw new Refusal('overloaded', {
      detail: 'the view could not be recorded',
      headers: { 'retry-after': '2' },
    })
  }
}
