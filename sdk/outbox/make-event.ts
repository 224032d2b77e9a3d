/** Makes an audit event of what a caller says. What the ledger would refuse is refused here, where somebody reads it. */
import { AuditEvent } from '../../contracts/audit-event.ts'
import type { Service } from '../../contracts/services.ts'
import { uuid7 } from '../../lib/uuid7.ts'
import { validator } from '../../lib/validate.ts'
import { SdkError } from '../errors.ts'

/** What a caller says; id, time, producer, sequence and trace are added. */
export interface AuditRecord {
  readonly tenant: string
  readonly facts: Omit<AuditEvent['facts'], 'traceId'>
  readonly personal?: NonNullable<AuditEvent['personal']>
}

export interface EventParts {
  readonly service: Service
  readonly traceId: () => string | undefined
}

/** What a caller may fix about an event that happened before it is recorded. */
export interface EventOrigin {
  /** UUID; the same event made again has the same one. Default a new one. */
  readonly id?: string
  /** RFC 3339, UTC, milliseconds. Default now. */
  readonly time?: string
}

const validate = validator(AuditEvent)

/** @throws SdkError SDK_AUDIT_EVENT_INVALID */
export function makeEvent(
  { service, traceId }: EventParts,
  { tenant, facts, personal }: AuditRecord,
  { id = uuid7(), time = new Date().toISOString() }: EventOrigin = {},
): AuditEvent {
  const trace = traceId()
  const event: AuditEvent = {
    id,
    tenant,
    producer: service,
    time,
    facts: trace === undefined ? facts : { ...facts, traceId: trace },
    ...(personal === undefined ? {} : { personal }),
  }
  const checked = validate(event)
  if (checked.valid) return event
  const faults = checked.faults.map(({ at, expected }) => `${at}: ${expected}`).join('; ')
  throw new SdkError('SDK_AUDIT_EVENT_INVALID', `found an event the ledger would refuse: ${faults}`)
}
