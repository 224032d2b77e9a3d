/** Reads what a service has written into the outbox, as the ledger will get it. */
import type pg from 'pg'
import { AuditEvent } from '../../contracts/audit-event.ts'
import { validator } from '../../lib/validate.ts'

const check = validator(AuditEvent)

/**
 * Lists the events in the order they were written, each checked against the contract.
 *
 * @param root connected as a superuser
 */
export async function outboxEvents(root: pg.Client): Promise<readonly AuditEvent[]> {
  const { rows } = await root.query<{ readonly payload: unknown; readonly sequence: string }>(
    'SELECT payload, sequence FROM outbox.event ORDER BY position',
  )
  return rows.map(({ payload }) => {
    const event = check(payload)
    if (!event.valid) throw new Error(`an event breaks its contract: ${JSON.stringify(event.faults)}`)
    return event.value
  })
}
