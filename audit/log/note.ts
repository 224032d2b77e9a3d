/** Signed notes (C2SP signed-note v1.0.0): text, any number of signatures, and the verifier keys that check them. */
import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { AuditError } from './errors.ts'
import { sha256 } from './hash.ts'

/** What a key signs: notes themselves, or timestamped cosignatures of checkpoints. */
export type KeyType = 'ed25519' | 'cosignature'

/** A key that checks signatures: `name+keyid+base64(type ‖ public key)`. */
export interface VerifierKey<T extends KeyType = 'ed25519'> {
  readonly type: T
  readonly name: string
  /** First four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key), hex. */
  readonly keyId: string
  readonly publicKey: KeyObject
}

export interface NoteSignature {
  readonly name: string
  readonly keyId: string
  /** Without the key id. */
  readonly bytes: Buffer
}

export interface SignedNote {
  /** What is signed, with its last newline. */
  readonly text: string
  /** As they stand in the note; none is verified. */
  readonly signatures: readonly NoteSignature[]
}

/** Signature type identifiers, signed-note §Signature types. */
const typeBytes: Readonly<Record<KeyType, number>> = { ed25519: 0x01, cosignature: 0x04 }
/** SPKI header of a raw Ed25519 key (RFC 8410 §4). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')
const keyForm = /^([^\p{White_Space}\p{Cc}+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u
const signatureForm = /^— ([^\p{White_Space}+]+) ([A-Za-z0-9+/]+={0,2})$/u
/** Most signature lines a note may carry (verifiers must accept at least 16). */
const maxSignatures = 64
const maxNoteLength = 65_536
const maxKeyLength = 1_024

/** Writes the verifier key of an Ed25519 public key. */
export function encodeVerifierKey(name: string, publicKey: KeyObject, type: KeyType = 'ed25519'): string {
  const key = typedKey(publicKey, type)
  return `${name}+${keyIdOf(name, key)}+${key.toString('base64')}`
}

/**
 * Reads a key that signs notes; every byte of it is checked.
 *
 * @throws AuditError AUDIT_KEY_MALFORMED
 */
export function parseVerifierKey(text: string): VerifierKey {
  return parseKeyOf(text, 'ed25519')
}

/**
 * Reads a key of one type; every byte of it is checked.
 *
 * @throws AuditError AUDIT_KEY_MALFORMED
 */
export function parseKeyOf<T extends KeyType>(text: string, type: T): VerifierKey<T> {
  const parts = text.length <= maxKeyLength && text.isWellFormed() ? keyForm.exec(text) : null
  const [, name = '', keyId = '', encoded = ''] = parts ?? []
  const key = decodeBase64(encoded)
  if (parts === null || key === undefined || key.length !== 33 || key[0] !== typeBytes[type]) {
    throw new AuditError('AUDIT_KEY_MALFORMED', `expected name+keyid+base64 of a key of type ${type}`)
  }
  if (keyIdOf(name, key) !== keyId) {
    throw new AuditError('AUDIT_KEY_MALFORMED', `found key id ${keyId}, expected ${keyIdOf(name, key)}`)
  }
  const der = Buffer.concat([spkiPrefix, key.subarray(1)])
  return { type, name, keyId, publicKey: createPublicKey({ key: der, format: 'der', type: 'spki' }) }
}

export interface NoteSigner {
  readonly name: string
  readonly publicKey: KeyObject
  readonly sign: (bytes: Uint8Array) => Uint8Array
}

/** Signs a text that ends in a newline. */
export function signNote(text: string, signer: NoteSigner): string {
  return `${text}\n${signatureLine(signer, 'ed25519', signer.sign(Buffer.from(text)))}`
}

/** Writes one signature as a line of a note. */
export function signatureLine(signer: NoteSigner, type: KeyType, signature: Uint8Array): string {
  const keyId = keyIdOf(signer.name, typedKey(signer.publicKey, type))
  return writeSignature({ name: signer.name, keyId, bytes: Buffer.from(signature) })
}

/** Writes a signature as it stands in a note. */
export function writeSignature({ name, keyId, bytes }: NoteSignature): string {
  return `— ${name} ${Buffer.concat([Buffer.from(keyId, 'hex'), bytes]).toString('base64')}\n`
}

/**
 * Opens a note: answers its text once a signature of `key` is found and good. Signatures of other keys are
 * ignored.
 *
 * @param note attacker-controlled
 * @throws AuditError AUDIT_NOTE_MALFORMED, AUDIT_NOTE_UNSIGNED or AUDIT_NOTE_BAD_SIGNATURE
 */
export function openNote(note: string, key: VerifierKey): string {
  const signed = parseNote(note)
  verifyNote(signed, [key])
  return signed.text
}

/**
 * Finds which of the keys signed a note; signatures of other keys are ignored.
 *
 * @throws AuditError AUDIT_NOTE_BAD_SIGNATURE when a known key's signature is wrong, AUDIT_NOTE_UNSIGNED when
 *   there is none
 */
export function verifyNote(signed: SignedNote, keys: readonly VerifierKey[]): VerifierKey[] {
  const text = Buffer.from(signed.text)
  const found = keys.filter((key) => {
    const own = signaturesBy(signed, key)
    if (!own.every(({ bytes }) => isSignature(text, bytes, key))) throw badSignature(key)
    return own.length > 0
  })
  if (found.length > 0) return found
  const names = keys.map(({ name, keyId }) => `${name}+${keyId}`).join(', ')
  throw new AuditError('AUDIT_NOTE_UNSIGNED', `found no signature of ${names}`)
}

/** Lists the signatures that bear a key's name and id, good or not. */
export function signaturesBy(signed: SignedNote, key: VerifierKey<KeyType>): NoteSignature[] {
  return signed.signatures.filter(({ name, keyId }) => name === key.name && keyId === key.keyId)
}

/** Checks an Ed25519 signature. */
export function isSignature(message: Uint8Array, signature: Uint8Array, key: VerifierKey<KeyType>): boolean {
  return signature.length === 64 && verify(null, message, key.publicKey, signature)
}

/** Says that a known key's signature is wrong: the whole note is refused. */
export function badSignature({ name }: VerifierKey<KeyType>): AuditError {
  return new AuditError('AUDIT_NOTE_BAD_SIGNATURE', `the signature of ${name} does not fit the text`)
}

/**
 * Cuts a note into its text and its signatures, without verifying any.
 *
 * @param note attacker-controlled
 * @throws AuditError AUDIT_NOTE_MALFORMED
 */
export function parseNote(note: string): SignedNote {
  // Control characters but the newline have no place in a note.
  if (note.length > maxNoteLength || !note.isWellFormed() || /[\u0000-\u0009\u000b-\u001f]/.test(note)) {
    throw malformed('a forbidden character or length')
  }
  const at = note.lastIndexOf('\n\n')
  if (at < 0 || !note.endsWith('\n')) throw malformed('no blank line before the signatures')
  return { text: note.slice(0, at + 1), signatures: parseSignatures(note.slice(at + 2)) }
}

/**
 * Reads signature lines, at least one and at most 64.
 *
 * @param lines attacker-controlled
 * @throws AuditError AUDIT_NOTE_MALFORMED
 */
export function parseSignatures(lines: string): NoteSignature[] {
  if (lines.length > maxNoteLength || !lines.endsWith('\n')) throw malformed('a broken signature line')
  const parts = lines.slice(0, -1).split('\n')
  if (parts.length > maxSignatures) throw malformed(`${parts.length} signatures`)
  return parts.map((line) => {
    const [, name = '', encoded = ''] = signatureForm.exec(line) ?? []
    const bytes = decodeBase64(encoded)
    if (name === '' || bytes === undefined || bytes.length < 5) throw malformed('a broken signature line')
    return { name, keyId: bytes.subarray(0, 4).toString('hex'), bytes: bytes.subarray(4) }
  })
}

function typedKey(publicKey: KeyObject, type: KeyType): Buffer {
  const der = publicKey.export({ format: 'der', type: 'spki' })
  return Buffer.concat([Buffer.from([typeBytes[type]]), der.subarray(spkiPrefix.length)])
}

function keyIdOf(name: string, typed: Uint8Array): string {
  const named = Buffer.concat([Buffer.from(`${name}\n`), typed])
  return sha256(named).subarray(0, 4).toString('hex')
}

/** Decodes standard base64 in its one canonical spelling; undefined for any other text. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return text !== '' && bytes.toString('base64') === text ? bytes : undefined
}

function malformed(found: string): AuditError {
  return new AuditError('AUDIT_NOTE_MALFORMED', `found ${found}, expected a signed note`)
}
