/**
 * Seals personal data under a key of the subject they concern and of the class of their event; the row holds a keyed
 * hash, never the id.
 */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { AuditEvent } from '../../contracts/audit-event.ts'
import { saltBytes } from '../../contracts/leaf.ts'
import { AuditError } from '../log/errors.ts'
import { keyedHash } from './keyed-hash.ts'
import { remembered } from './remembered.ts'

export type Personal = NonNullable<AuditEvent['personal']>

/** Bytes of the nonce of AES-256-GCM. */
export const nonceBytes = 12
const tagLength = 16

const rememberedToken = remembered((key: KeyObject, subject) => keyedHash(key, `subject ${subject}`))
const rememberedHash = remembered(keyedHash)

/** Computes the token of a subject; events without one share a token that no subject can have. */
export function subjectToken(key: KeyObject, subject: string | undefined): Buffer {
  return subject === undefined ? rememberedHash(key, 'none') : rememberedToken(key, subject)
}

/** What a sealed row is for: an event of a class, an entry of a register, or what was kept of a refused event. */
export type Purpose = AuditEvent['facts']['class'] | 'register' | 'quarantine'

/**
 * The key of a purpose, one way from the subject's: who holds it opens no row of another purpose, and it is gone with
 * the subject's key, which no file holds it beside.
 */
const purposeKey = remembered((subjectKey: KeyObject, purpose) =>
  createSecretKey(createHmac('sha256', subjectKey).update(`campanile/purpose-key/v1\0${purpose}`).digest()),
)

export interface SealedRow {
  /** Of the subject. */
  readonly key: KeyObject
  readonly purpose: Purpose
  /** What the row belongs to: a row moved to another event does not open. */
  readonly eventId: string
}

export interface Sealing {
  /** Random, never used twice under one key. */
  readonly nonce: Uint8Array
  /** Of the commitment to the data. */
  readonly salt: Uint8Array
  /** Canonical JSON. */
  readonly personal: string
}

// A cipher takes what it is given at once, so that one buffer serves every call.
let scratch = Buffer.alloc(1_024)

/** Seals salt and data: nonce, tag, ciphertext. */
export function sealPersonal(row: SealedRow, { nonce, salt, personal }: Sealing): Buffer {
  const cipher = createCipheriv('aes-256-gcm', purposeKey(row.key, row.purpose), nonce)
  // Three bytes of UTF-8 at most for each unit of a text's length.
  const most = Math.max(salt.length + 3 * personal.length, 3 * row.eventId.length)
  if (most > scratch.length) scratch = Buffer.alloc(2 * most)
  cipher.setAAD(scratch.subarray(0, scratch.write(row.eventId)))
  scratch.set(salt)
  const body = cipher.update(scratch.subarray(0, salt.length + scratch.write(personal, salt.length)))
  cipher.final()
  const sealed = Buffer.allocUnsafe(nonceBytes + tagLength + body.length)
  sealed.set(nonce)
  sealed.set(cipher.getAuthTag(), nonceBytes)
  sealed.set(body, nonceBytes + tagLength)
  return sealed
}

/**
 * Opens what `sealPersonal` made.
 *
 * @throws AuditError AUDIT_LOG_CORRUPT when the row was changed, moved or sealed under another key
 */
export function openPersonal(row: SealedRow, sealed: Buffer): { salt: Buffer; personal: Personal } {
  try {
    // Before there were keys of purposes the subject's own sealed; the tag says which it was.
    const open = decrypt(purposeKey(row.key, row.purpose), row, sealed) ?? decrypt(row.key, row, sealed)
    if (open === undefined) throw new Error('found a tag of another key, place or text')
    // The ledger itself wrote what the key opens.
    const personal = JSON.parse(open.subarray(saltBytes).toString()) as Personal
    return { salt: open.subarray(0, saltBytes), personal }
  } catch (cause) {
    throw new AuditError('AUDIT_LOG_CORRUPT', 'a personal row does not open', { cause })
  }
}

/** @returns undefined where the tag is another */
function decrypt(key: KeyObject, { eventId }: SealedRow, sealed: Buffer): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagLength,
  })
  decipher.setAAD(Buffer.from(eventId))
  decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagLength))
  const body = decipher.update(sealed.subarray(nonceBytes + tagLength))
  try {
    decipher.final()
  } catch {
    return undefined
  }
  return body
}
