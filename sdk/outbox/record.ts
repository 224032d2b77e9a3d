/** Writes an audit event in the transaction of the business change, so that both happen or neither does. */
import type { Transaction } from '../pg.ts'
import { makeEvent, type AuditRecord, type EventParts } from './make-event.ts'
import { statement } from './statement.ts'

const recordEvent = statement('record-event')

/**
 * Makes `audit.record`. Call it last in a transaction: the count of the tenant's events is locked from then on.
 *
 * @returns a function giving the event's id; it throws SdkError SDK_AUDIT_EVENT_INVALID
 */
export function createRecord(parts: EventParts): (tx: Transaction, record: AuditRecord) => Promise<string> {
  return async (tx, record) => {
    const event = makeEvent(parts, record)
    await tx.query(recordEvent, [event.id, event.tenant, JSON.stringify(event)])
    return event.id
  }
}
