/**
 * Turns an offered event into what a batch writes: committed to with fresh salts, personal data sealed. Position and
 * time are not known yet and nothing here depends on them.
 */
import { randomBytes, type KeyObject } from 'node:crypto'
import type { AuditEvent } from '../../contracts/audit-event.ts'
import { saltBytes } from '../../contracts/leaf.ts'
import { commitFactsText, commitLeaf, commitPersonalText } from '../log/leaf.ts'
import { searchKey, tokensOf } from '../search/tokens.ts'
import { eventDigest } from '../store/event-digest.ts'
import type { LogKeys } from '../store/log-keys.ts'
import { nonceBytes, sealPersonal, subjectToken } from '../store/personal.ts'
import type { Offer } from './offer.ts'

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
  /** What search finds it by. */
  readonly searchTokens: readonly string[]
}

/** Random bytes of one event: two salts and the nonce of its sealed data. */
const randomLength = 2 * saltBytes + nonceBytes
/** Events for each call of the random source, which costs as much as a hash. */
const eventsPerFill = 256

let random = Buffer.alloc(0)

/** Takes random bytes for one event, which nobody else is given. */
function takeRandom(): Buffer {
  if (random.length === 0) random = randomBytes(eventsPerFill * randomLength)
  const taken = random.subarray(0, randomLength)
  random = random.subarray(randomLength)
  return taken
}

/** Prepares events of one tenant; keys of new subjects are durable before it resolves. */
export async function prepare(offers: readonly Offer[], keys: LogKeys): Promise<Prepared[]> {
  const tokens = offers.map(({ event: { personal } }) =>
    subjectToken(keys.subjectTokenKey, personal?.subject),
  )
  const subjectKeys = await keys.subjectKeys.ensure(keys.tenant, tokens)
  return offers.map((offer, at) => {
    // One token and one key for each event.
    const token = tokens[at] as Buffer
    const key = subjectKeys[at] as KeyObject
    return prepareOne(offer, token, { keys, key, random: takeRandom() })
  })
}

interface Means {
  readonly keys: LogKeys
  readonly key: KeyObject
  /** Used for nothing else. */
  readonly random: Buffer
}

function prepareOne(offer: Offer, token: Buffer, { keys, key, random }: Means): Prepared {
  const { event, eventTime, text, facts, personal } = offer
  const factsSalt = random.subarray(0, saltBytes)
  const salt = random.subarray(saltBytes, 2 * saltBytes)
  const nonce = random.subarray(2 * saltBytes)
  const personalCommitment = commitPersonalText(personal, salt)
  return {
    event,
    eventTime,
    digest: eventDigest(keys.digestKey, text),
    commitment: commitLeaf(commitFactsText(facts, factsSalt), personalCommitment),
    facts,
    factsSalt,
    personalCommitment,
    subject: event.personal?.subject === undefined ? null : token,
    sealed: sealPersonal({ key, purpose: event.facts.class, eventId: event.id }, { nonce, salt, personal }),
    searchTokens: tokensOf(searchKey(keys.subjectTokenKey), event.facts, event.personal),
  }
}
