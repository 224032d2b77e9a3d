/**
 * Turns an offered event into what a batch writes: checked, committed to with fresh salts, personal data sealed.
 * Position and time are not known yet and nothing here depends on them.
 */
import { randomBytes, type KeyObject } from 'node:crypto'
import { AuditEvent, maxEventBytes, type Receipt } from '../../contracts/audit-event.ts'
import { canonicalJson, CanonicalJsonError } from '../../contracts/canonical-json.ts'
import { saltBytes } from '../../contracts/leaf.ts'
import type { Fault } from '../../contracts/problem.ts'
import { validator } from '../../lib/validate.ts'
import { commitFactsText, commitLeaf, commitPersonalText } from '../log/leaf.ts'
import { eventDigest } from '../store/event-digest.ts'
import { nonceBytes, sealPersonal, subjectToken } from '../store/personal.ts'
import { checkRecord } from '../record/rules/check-record.ts'
import type { LogKeys } from '../store/log-keys.ts'

/** An event ready to be sequenced. */
export interface Prepared {
  readonly event: AuditEvent
  /** The event's own time, milliseconds since the epoch. */
  readonly eventTime: number
  readonly digest: Buffer
  readonly commitment: string
  /** Canonical JSON of the facts. */
  readonly facts: string
  readonly factsSalt: Buffer
  readonly personalCommitment: Buffer
  /** Keyed hash of the subject; null without one. */
  readonly subject: Buffer | null
  readonly sealed: Buffer
}

/** Who offers events and what they may say. */
export interface Offerer {
  readonly name: string
  readonly mayWrite: (tenant: string) => boolean
  /** Told about an event for a tenant the offerer may not write. */
  readonly onForeign: () => void
}

export type Checked =
  { readonly valid: true; readonly event: AuditEvent } | { readonly valid: false; readonly receipt: Receipt }

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

/** Reads RFC 3339 in UTC with milliseconds; NaN for a day or an hour that does not exist. */
function instantOf(time: string): number {
  const millis = Date.parse(time)
  // The 30th of February parses as a day in March.
  return !Number.isNaN(millis) && new Date(millis).toISOString() === time ? millis : Number.NaN
}

function checkSize(event: AuditEvent): Checked {
  try {
    const bytes = Buffer.byteLength(canonicalJson(event))
    if (bytes <= maxEventBytes) return { valid: true, event }
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

/** Random bytes of one event: two salts and the nonce of its sealed data. */
const randomLength = 2 * saltBytes + nonceBytes

/** Prepares events of one tenant; keys of new subjects are durable before it resolves. */
export async function prepare(events: readonly AuditEvent[], keys: LogKeys): Promise<Prepared[]> {
  const tokens = events.map(({ personal }) => subjectToken(keys.subjectTokenKey, personal?.subject))
  const subjectKeys = await keys.subjectKeys.ensure(keys.tenant, tokens)
  const random = randomBytes(events.length * randomLength)
  return events.map((event, at) => {
    // One token for each event, one key for each token.
    const token = tokens[at] as Buffer
    const key = subjectKeys.get(token.toString('hex')) as KeyObject
    const start = at * randomLength
    return prepareOne(event, token, { keys, key, random: random.subarray(start, start + randomLength) })
  })
}

interface Means {
  readonly keys: LogKeys
  readonly key: KeyObject
  /** Used for nothing else. */
  readonly random: Buffer
}

function prepareOne(event: AuditEvent, token: Buffer, { keys, key, random }: Means): Prepared {
  const factsSalt = random.subarray(0, saltBytes)
  const salt = random.subarray(saltBytes, 2 * saltBytes)
  const nonce = random.subarray(2 * saltBytes)
  const facts = canonicalJson(event.facts)
  const personal = canonicalJson(event.personal ?? {})
  const personalCommitment = commitPersonalText(personal, salt)
  return {
    event,
    eventTime: instantOf(event.time),
    digest: eventDigest(keys.digestKey, event, { facts, personal }),
    commitment: commitLeaf(commitFactsText(facts, factsSalt), personalCommitment),
    facts,
    factsSalt,
    personalCommitment,
    subject: event.personal?.subject === undefined ? null : token,
    sealed: sealPersonal({ key, eventId: event.id }, { nonce, salt, personal }),
  }
}
