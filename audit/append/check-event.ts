/** Checks an offered event: its shape, its size, and whether whoever offers it may say it. */
import { AuditEvent, maxEventBytes, type Receipt } from '../../contracts/audit-event.ts'
import { CanonicalJsonError } from '../../contracts/canonical-json.ts'
import type { Fault } from '../../contracts/problem.ts'
import { tenantPattern } from '../../contracts/services.ts'
import { validator } from '../../lib/validate.ts'
import type { Refused } from '../quarantine/quarantine.ts'
import { checkRecord } from '../record/rules/check-record.ts'
import { instantOf, offerAt, type Offer } from './offer.ts'

/** Who offers events and what they may say. */
export interface Offerer {
  readonly name: string
  readonly mayWrite: (tenant: string) => boolean
  /** Told about an event for a tenant the offerer may not write. */
  readonly onForeign: () => void
}

export type Checked =
  | { readonly valid: true; readonly offer: Offer }
  | { readonly valid: false; readonly receipt: Receipt; readonly refused: Refused }

const validate = validator(AuditEvent)
const tenantName = new RegExp(tenantPattern)

/** Checks one offered event: its shape, its size, and whether the offerer may say it. */
export function checkEvent(value: unknown, offerer: Offerer): Checked {
  const outcome = validate(value)
  if (!outcome.valid) {
    return refuse({ value, reason: 'shape', detail: describe(outcome.faults), ...whose(value, offerer) })
  }
  const { value: event } = outcome
  if (event.producer !== offerer.name) {
    const detail = 'the token belongs to another producer'
    return refuse({ value, reason: 'producer', detail, ...whose(value, offerer) })
  }
  if (!offerer.mayWrite(event.tenant)) {
    offerer.onForeign()
    return refuse({ value, reason: 'producer', detail: 'the token is not good for this tenant' })
  }
  const { tenant } = event
  const eventTime = instantOf(event.time)
  if (Number.isNaN(eventTime)) {
    return refuse({ value, reason: 'time', detail: '/time: an instant of the calendar', tenant })
  }
  const lacks = checkRecord(event)
  if (lacks.length > 0) return refuse({ value, reason: 'record', detail: describe(lacks), tenant })
  return checkSize(event, eventTime)
}

function describe(faults: readonly Fault[]): string {
  const texts = faults.slice(0, 5).map(({ at, expected }) => `${at || '/'}: ${expected}`)
  return texts.join('; ').slice(0, 500)
}

function checkSize(event: AuditEvent, eventTime: number): Checked {
  const { tenant } = event
  try {
    const offer = offerAt(event, eventTime)
    // No character takes more than three bytes of UTF-8 for each unit of its length: most need not be counted.
    const isShort = 3 * offer.text.length <= maxEventBytes
    const bytes = isShort ? 0 : Buffer.byteLength(offer.text)
    if (bytes <= maxEventBytes) return { valid: true, offer }
    const detail = `found ${bytes} bytes, expected at most ${maxEventBytes}`
    return refuse({ value: event, reason: 'size', detail, tenant })
  } catch (error) {
    if (error instanceof CanonicalJsonError) {
      return refuse({ value: event, reason: 'canonical', detail: error.code.toLowerCase(), tenant })
    }
    throw error
  }
}

/** Reads whose a malformed event is, where it says so and the offerer may write for them. */
function whose(value: unknown, { mayWrite }: Offerer): { readonly tenant?: string } {
  const tenant = (value as { readonly tenant?: unknown } | null)?.tenant
  return typeof tenant === 'string' && tenantName.test(tenant) && mayWrite(tenant) ? { tenant } : {}
}

function refuse(refused: Refused): Checked {
  const id = (refused.value as { id?: unknown } | null)?.id
  const name = typeof id === 'string' ? id.slice(0, 36) : ''
  return { valid: false, receipt: { id: name, outcome: 'invalid', detail: refused.detail }, refused }
}
