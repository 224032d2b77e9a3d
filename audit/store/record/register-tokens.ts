/** Keyed hashes of what the registers' rows may not hold in the clear, and ids that follow from a command. */
import { createHmac } from 'node:crypto'
import { partyName } from '../../record/rules/party-name.ts'
import type { LogKeys } from '../log-keys.ts'

type Keys = Pick<LogKeys, 'subjectTokenKey' | 'digestKey'>

/** Hashes the name of a party: the same party is found however its name is spaced or capitalised. */
export function partyToken({ subjectTokenKey }: Keys, name: string): Buffer {
  return createHmac('sha256', subjectTokenKey)
    .update(`party ${partyName(name)}`)
    .digest()
}

/** Hashes who made a change, to tell two people from one. */
export function actorToken({ subjectTokenKey }: Keys, actor: string): Buffer {
  return createHmac('sha256', subjectTokenKey).update(`actor ${actor}`).digest()
}

/** Hashes a command, to know it again. */
export function commandDigest({ digestKey }: Keys, canonical: string): Buffer {
  return createHmac('sha256', digestKey).update(`campanile/command/v1 ${canonical}`).digest()
}

/**
 * Makes the id of an event that follows from what a caller sent: the same again is the same event. Keyed, because
 * the id stands in the leaf: whoever knows a disclosure must not be able to try which students were part of it.
 */
export function derivedId({ digestKey }: Keys, canonical: string): string {
  const id = createHmac('sha256', digestKey).update(`campanile/event-id/v1 ${canonical}`).digest()
  // Version 8 of RFC 9562: bits of one's own.
  id.writeUInt8((id.readUInt8(6) & 0x0f) | 0x80, 6)
  id.writeUInt8((id.readUInt8(8) & 0x3f) | 0x80, 8)
  return id.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
