/** Signed notes (C2SP signed-note v1.0.0) with Ed25519 signatures, and the verifier keys that check them. */
import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { AuditError } from './errors.ts'
import { sha256 } from './hash.ts'

/** A key that checks notes: `name+keyid+base64(type ‖ public key)`. */
export interface VerifierKey {
  readonly name: string
  /** First four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key), hex. */
  readonly keyId: string
  readonly publicKey: KeyObject
}

const ed25519Type = 0x01
/** SPKI header of a raw Ed25519 key (RFC 8410 §4). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')
const signatureLine = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/u
/** Most signature lines a note may carry (verifiers must accept at least 16). */
const maxSignatures = 64
const maxNoteBytes = 65_536

/** Writes the verifier key of an Ed25519 public key. */
export function encodeVerifierKey(name: string, publicKey: KeyObject): string {
  const key = typedKey(publicKey)
  return `${name}+${keyIdOf(name, key)}+${key.toString('base64')}`
}

/**
 * Reads a verifier key; every byte of it is checked.
 *
 * @throws AuditError AUDIT_KEY_MALFORMED
 */
export function parseVerifierKey(text: string): VerifierKey {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u.exec(text)
  const [, name = '', keyId = '', encoded = ''] = parts ?? []
  const key = decodeBase64(encoded)
  if (parts === null || key === undefined || key.length !== 33 || key[0] !== ed25519Type) {
    throw new AuditError('AUDIT_KEY_MALFORMED', 'expected name+keyid+base64 of an ed25519 key')
  }
  if (keyIdOf(name, key) !== keyId) {
    throw new AuditError('AUDIT_KEY_MALFORMED', `found key id ${keyId}, expected ${keyIdOf(name, key)}`)
  }
  const der = Buffer.concat([spkiPrefix, key.subarray(1)])
  return { name, keyId, publicKey: createPublicKey({ key: der, format: 'der', type: 'spki' }) }
}

export interface NoteSigner {
  readonly name: string
  readonly publicKey: KeyObject
  readonly sign: (bytes: Uint8Array) => Uint8Array
}

/** Signs a text that ends in a newline. */
export function signNote(text: string, signer: NoteSigner): string {
  const id = Buffer.from(keyIdOf(signer.name, typedKey(signer.publicKey)), 'hex')
  const signature = Buffer.concat([id, signer.sign(Buffer.from(text))])
  return `${text}\n— ${signer.name} ${signature.toString('base64')}\n`
}

/**
 * Opens a note: answers its text once a signature of `key` is found and good. Signatures of other keys are
 * ignored.
 *
 * @param note attacker-controlled
 * @throws AuditError AUDIT_NOTE_MALFORMED, AUDIT_NOTE_UNSIGNED or AUDIT_NOTE_BAD_SIGNATURE
 */
export function openNote(note: string, key: VerifierKey): string {
  const { text, signatures } = splitNote(note)
  let isSigned = false
  for (const { name, bytes } of signatures) {
    if (name !== key.name || bytes.subarray(0, 4).toString('hex') !== key.keyId) continue
    if (bytes.length !== 68 || !verify(null, Buffer.from(text), key.publicKey, bytes.subarray(4))) {
      throw new AuditError('AUDIT_NOTE_BAD_SIGNATURE', `the signature of ${key.name} does not fit the text`)
    }
    isSigned = true
  }
  if (!isSigned) throw new AuditError('AUDIT_NOTE_UNSIGNED', `found no signature of ${key.name}+${key.keyId}`)
  return text
}

function splitNote(note: string) {
  // Control characters but the newline have no place in a note.
  if (note.length > maxNoteBytes || !note.isWellFormed() || /[\u0000-\u0009\u000b-\u001f]/.test(note)) {
    throw malformed('a forbidden character or length')
  }
  const at = note.lastIndexOf('\n\n')
  if (at < 0 || !note.endsWith('\n')) throw malformed('no blank line before the signatures')
  const lines = note.slice(at + 2, -1).split('\n')
  if (lines.length > maxSignatures) throw malformed(`${lines.length} signatures`)
  const signatures = lines.map((line) => {
    const [, name = '', encoded = ''] = signatureLine.exec(line) ?? []
    const bytes = decodeBase64(encoded)
    if (name === '' || name.includes('+') || bytes === undefined || bytes.length < 5) {
      throw malformed('a broken signature line')
    }
    return { name, bytes }
  })
  return { text: note.slice(0, at + 1), signatures }
}

function typedKey(publicKey: KeyObject): Buffer {
  const der = publicKey.export({ format: 'der', type: 'spki' })
  return Buffer.concat([Buffer.from([ed25519Type]), der.subarray(spkiPrefix.length)])
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
