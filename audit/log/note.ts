/** Signed notes (C2SP signed-note v1.0.0): text, any number of signatures, and the verifier keys that check them. */
import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { AuditError } from './errors.ts'
import { sha256 } from './hash.ts'

/** What a key signs: notes themselves, or timestamped cosignatures of checkpoints with Ed25519 or ML-DSA-44. */
export type KeyType = 'ed25519' | 'cosignature' | 'ml-dsa-44'

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

interface KeyForm {
  /** Signature type identifier, signed-note §Signature types. */
  readonly typeByte: number
  /** SPKI header of the raw public key. */
  readonly spkiPrefix: Buffer
  readonly publicKeyBytes: number
  readonly signatureBytes: number
}

/** RFC 8410 §4. */
const ed25519Form = {
  spkiPrefix: Buffer.from('302a300506032b6570032100', 'hex'),
  publicKeyBytes: 32,
  signatureBytes: 64,
}
const forms: Readonly<Record<KeyType, KeyForm>> = {
  ed25519: { typeByte: 0x01, ...ed25519Form },
  cosignature: { typeByte: 0x04, ...ed25519Form },
  // FIPS 204, table 2; RFC 9881 §4.
  'ml-dsa-44': {
    typeByte: 0x06,
    spkiPrefix: Buffer.from('30820532300b06096086480165030403110382052100', 'hex'),
    publicKeyBytes: 1_312,
    signatureBytes: 2_420,
  },
}
const keyTypes = ['ed25519', 'cosignature', 'ml-dsa-44'] as const
const keyForm = /^([^\p{White_Space}\p{Cc}+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u
const signatureForm = /^— ([^\p{White_Space}+]+) ([A-Za-z0-9+/]+={0,2})$/u
/** Most signature lines a note may carry (verifiers must accept at least 16). */
const maxSignatures = 64
/** Room for that many signatures of ML-DSA-44, 3.3 kB each. */
const maxNoteLength = 262_144
const maxKeyLength = 4_096

/** Writes the verifier key of a public key, which has the algorithm of the type. */
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
  const { typeByte, publicKeyBytes, spkiPrefix } = forms[type]
  if (parts === null || key?.length !== publicKeyBytes + 1 || key[0] !== typeByte) {
    throw new AuditError('AUDIT_KEY_MALFORMED', `expected name+keyid+base64 of a key of type ${type}`)
  }
  if (keyIdOf(name, key) !== keyId) {
    throw new AuditError('AUDIT_KEY_MALFORMED', `found key id ${keyId}, expected ${keyIdOf(name, key)}`)
  }
  return { type, name, keyId, publicKey: openPublicKey(Buffer.concat([spkiPrefix, key.subarray(1)]), type) }
}

function openPublicKey(key: Buffer, type: KeyType): KeyObject {
  try {
    return createPublicKey({ key, format: 'der', type: 'spki' })
  } catch (error) {
    // ML-DSA needs OpenSSL 3.5, which Node 24 brings.
    throw new AuditError('AUDIT_KEY_MALFORMED', `this runtime opens no ${type} key`, { cause: error })
  }
}

/** Tells of which type a verifier key says it is; undefined for none that is known. */
export function keyTypeOf(text: string): KeyType | undefined {
  // A `+` further on is one of base64; the first byte stands before any.
  const byte = Buffer.from(text.split('+', 3)[2] ?? '', 'base64')[0]
  return keyTypes.find((type) => forms[type].typeByte === byte)
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

/** Checks a signature with the key's algorithm; ML-DSA with an empty context. */
export function isSignature(message: Uint8Array, signature: Uint8Array, key: VerifierKey<KeyType>): boolean {
  return (
    signature.length === forms[key.type].signatureBytes && verify(null, message, key.publicKey, signature)
  )
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
  const { typeByte, spkiPrefix } = forms[type]
  return Buffer.concat([Buffer.from([typeByte]), der.subarray(spkiPrefix.length)])
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
