/** Every view of the ledger is itself an event: who looked, at what, and a hash over what they were shown. */
import { createHash, randomUUID } from 'node:crypto'
import type { Request } from 'express'
import type { AuditEvent } from '../../contracts/audit-event.ts'
import { Refusal } from '../../lib/refusal.ts'
import { isIssued, tokenOf } from '../../lib/token.ts'
import type { Appender } from '../append/appender.ts'

export interface View extends Pick<AuditEvent, 'id' | 'tenant'> {
  readonly facts: Pick<AuditEvent['facts'], 'action' | 'outcome' | 'evidence' | 'reason' | 'token'>
  /** Default `access` where it is about one student, else `admin`. */
  readonly class?: AuditEvent['facts']['class']
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
  { id, tenant, facts, class: given, viewer, subject, resourceId }: View,
): Promise<void> {
  const auditClass = given ?? (subject === undefined ? 'admin' : 'access')
  const [receipt] = await appender.append([
    {
      id,
      tenant,
      producer: 'ledger',
      time: new Date().toISOString(),
      facts: { class: auditClass, actorRole: 'service', ...facts },
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

export interface Shown {
  readonly tenant: string
  /** One word for what is shown. */
  readonly format: string
  /** Of which entries, the end exclusive. */
  readonly from: number
  readonly to: number
  /** What will be sent. */
  readonly body: string | Buffer
}

/**
 * Records what is shown of a log's entries to whom a token was issued. Programs of the house are not recorded: they
 * follow the log all day, and record themselves for whom they look.
 *
 * @throws Refusal as `recordView`
 */
export async function recordShown(request: Request, appender: Appender, shown: Shown): Promise<void> {
  const grant = tokenOf(request)
  if (!isIssued(grant)) return
  const { tenant, format, from, to, body } = shown
  const sha256 = createHash('sha256').update(body).digest('hex')
  const evidence = { format, from, to, count: to - from, sha256 }
  const facts = { action: 'ledger.exported', outcome: 'success', evidence } as const
  await recordView(appender, { id: randomUUID(), tenant, facts, viewer: grant.name })
}
