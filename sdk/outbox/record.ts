/** Writes an audit event in the transaction of the business change, so that both happen or neither does. */
import { AuditEvent } from '../../contracts/audit-event.ts'
import type { Service } from '../../contracts/services.ts'
import { uuid7 } from '../../lib/uuid7.ts'
import { validator } from '../../lib/validate.ts'
import { SdkError } from '../errors.ts'
import type { Transaction } from '../pg.ts'
import { statement } from './statement.ts'

/** What a caller says; id, time, producer, sequence and trace are added. */
export interface AuditRecord {
  readonly tenant: string
  readonly facts: Omit<AuditEvent['facts'], 'traceId'>
  readonly personal?: NonNullable<AuditEvent['personal']>
}

export interface RecordParts {
  readonly service: Service
  readonly traceId: () => string | undefined
}

const recordEvent = statement('record-event')
const validate = validator(AuditEvent)

/**
 * Makes `audit.record`. Call it last in a transaction: the count of the tenant's events is locked from then on.
 *
 * @returns a function giving the event's id; it throws SdkError SDK_AUDIT_EVENT_INVALID
 */
export function createRecord(parts: RecordParts): (tx: Transaction, record: AuditRecord) => Promise<string> {
  return async (tx, { tenant, facts, personal }) => {
    const traceId = parts.traceId()
    const event: AuditEvent = {
      id: uuid7(),
      tenant,
      producer: parts.service,
      time: new Date().toISOString(),
      facts: { ...facts, ...(traceId === undefined ? {} : { traceId }) },
      ...(personal === undefined ? {} : { personal }),
    }
    const checked = validate(event)
    if (!checked.valid) {
      const faults = checked.faults.map(({ at, expected }) => `${at}: ${expected}`).join('; ')
      throw new SdkError('SDK_AUDIT_EVENT_INVALID', `found an event the ledger would refuse: ${faults}`)
    }
    await tx.query(recordEvent, [event.id, tenant, JSON.stringify(event)])
    return event.id
  }
}
