/** Checks an offered event: its shape, its size, and whether whoever offers it may say it. */
import { AuditEvent, maxEventBytes, type Receipt } from '../../contracts/audit-event.ts'
import { CanonicalJsonError } from '../../contracts/canonical-json.ts'
import type { Fault } from '../../contracts/problem.ts'
import { validator } from '../../lib/validate.ts'
import { checkRecord } from '../record/rules/check-record.ts'
import { instantOf, offerOf, type Offer } from './offer.ts'

/** Who offers events and what they may say. */
export interface Offerer {
  readonly name: string
  readonly mayWrite: (tenant: string) => boolean
  /** Told about an event for a tenant the offerer may not write. */
  readonly onForeign: () => void
}

export type Checked =
  { readonly valid: true; readonly offer: Offer } | { readonly valid: false; readonly receipt: Receipt }

const validate = validator(AuditEvent)

/** Checks one offered event: its shape, its size, and whether the offerer may say it. */
export function checkEvent(value: unknown, offerer: Offerer): Checked {
  const outcome = validate(value)
  if (!outcome.valid) {
    return invalid(value, describe(outcome.faults))
  }
  const { value: event } = outcome
  if (event.producer !== offerer.name) return invalid(event, 'the token belongs to another producer')
  if (!offerer.mayWrite(event.tenant)) {
    offerer.onForeign()
    return invalid(event, 'the token is not good for this tenant')
  }
  if (Number.isNaN(instantOf(event.time))) return invalid(event, '/time: an instant of the calendar')
  const lacks = checkRecord(event)
  return lacks.length > 0 ? invalid(event, describe(lacks)) : checkSize(event)
}

function describe(faults: readonly Fault[]): string {
  const texts = faults.slice(0, 5).map(({ at, expected }) => `${at || '/'}: ${expected}`)
  return texts.join('; ').slice(0, 500)
}

function checkSize(event: AuditEvent): Checked {
  try {
    const offer = offerOf(event)
    const bytes = Buffer.byteLength(offer.text)
    if (bytes <= maxEventBytes) return { valid: true, offer }
    return invalid(event, `found ${bytes} bytes, expected at most ${maxEventBytes}`)
  } catch (error) {
    if (error instanceof CanonicalJsonError) return invalid(event, error.code.toLowerCase())
    throw error
  }
}

function invalid(value: unknown, detail: string): Checked {
  const id = (value as { id?: unknown } | null)?.id
  return {
    valid: false,
    receipt: { id: typeof id === 'string' ? id.slice(0, 36) : '', outcome: 'invalid', detail },
  }
}
