/**
 * Turns an offered event into what a batch writes: checked, committed to with fresh salts, personal data sealed.
 * Position and time are not known yet and nothing here depends on them.
 */
import { createHmac, randomBytes, type KeyObject } from 'node:crypto'
import { AuditEvent, maxEventBytes, type Receipt } from '../../contracts/audit-event.ts'
import { canonicalJson, CanonicalJsonError } from '../../contracts/canonical-json.ts'
import { saltBytes } from '../../contracts/leaf.ts'
import { validator } from '../../lib/validate.ts'
import { commitFacts, commitLeaf, commitPersonal } from '../log/leaf.ts'
import { sealPersonal, subjectToken } from '../store/personal.ts'
import type { LogKeys } from '../store/log-keys.ts'

/** An event ready to be sequenced. */
export interface Prepared {
  readonly event: AuditEvent
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
    const faults = outcome.faults.slice(0, 5).map(({ at, expected }) => `${at || '/'}: ${expected}`)
    return invalid(value, faults.join('; ').slice(0, 500))
  }
  const { value: event } = outcome
  if (event.producer !== offerer.name) return invalid(event, 'the token belongs to another producer')
  if (!offerer.mayWrite(event.tenant)) {
    offerer.onForeign()
    return invalid(event, 'the token is not good for this tenant')
  }
  return checkSize(event)
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

/** Prepares events of one tenant; keys of new subjects are durable before it resolves. */
export async function prepare(events: readonly AuditEvent[], keys: LogKeys): Promise<Prepared[]> {
  const tokens = events.map(({ personal }) => subjectToken(keys.subjectTokenKey, personal?.subject))
  const subjectKeys = await keys.subjectKeys.ensure(keys.tenant, tokens)
  return events.map((event, at) => {
    // One token for each event, one key for each token.
    const token = tokens[at] as Buffer
    return prepareOne(event, token, { keys, key: subjectKeys.get(token.toString('hex')) as KeyObject })
  })
}

function prepareOne(
  event: AuditEvent,
  token: Buffer,
  { keys, key }: { readonly keys: LogKeys; readonly key: KeyObject },
): Prepared {
  const factsSalt = randomBytes(saltBytes)
  const personalSalt = randomBytes(saltBytes)
  const personalCommitment = commitPersonal(event.personal, personalSalt)
  return {
    event,
    digest: createHmac('sha256', keys.digestKey).update(canonicalJson(event)).digest(),
    commitment: commitLeaf(commitFacts(event.facts, factsSalt), personalCommitment),
    facts: canonicalJson(event.facts),
    factsSalt,
    personalCommitment,
    subject: event.personal?.subject === undefined ? null : token,
    sealed: sealPersonal({ key, eventId: event.id }, personalSalt, event.personal),
  }
}
