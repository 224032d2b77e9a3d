/**
 * From one log key to the next: a signed note that names both keys and the last size the old one signed for. The
 * new key always signs it; the old one does unless it was compromised, and then nobody who only knows the old one
 * follows. Whoever trusts the new key accepts the old one up to that size and no further.
 */
import { AuditError } from './errors.ts'
import { hashBytes } from './hash.ts'
import { openCheckpoint, type Checkpoint } from './checkpoint.ts'
import {
  decodeBase64,
  parseNote,
  parseVerifierKey,
  signaturesBy,
  signatureLine,
  signNote,
  verifyNote,
  type NoteSigner,
  type SignedNote,
  type VerifierKey,
} from './note.ts'

export interface Handover {
  /** First line of the log's checkpoints, and name of both keys. */
  readonly origin: string
  /** Verifier key that signed until now. */
  readonly from: string
  /** Verifier key that signs from now on. */
  readonly to: string
  /** Last size that was signed; 0 when none ever was. */
  readonly size: number
  readonly root: Buffer
}

/** A key and the sizes it may have signed for, both inclusive. */
export interface ChainKey {
  readonly key: VerifierKey
  readonly from: number
  readonly to: number
}

const form = 'campanile/key-handover/v1'

/** Signs a handover; without the old signer it says that the old key is not to be followed. */
export function signHandover(
  { origin, from, to, size, root }: Handover,
  signers: { readonly to: NoteSigner; readonly from?: NoteSigner },
): string {
  const text = `${form}\n${origin}\n${from}\n${to}\n${size}\n${root.toString('base64')}\n`
  const note = signNote(text, signers.to)
  return signers.from === undefined ? note : note + lineOf(text, signers.from)
}

/** Adds a signature to a note that others have signed. */
export function countersign(note: string, signer: NoteSigner): string {
  return note + lineOf(parseNote(note).text, signer)
}

function lineOf(text: string, signer: NoteSigner): string {
  return signatureLine(signer, 'ed25519', signer.sign(Buffer.from(text)))
}

/**
 * Follows handovers from a trusted key, forwards while the older key signed too and backwards always.
 *
 * @param notes in any order; attacker-controlled
 * @returns the keys in the order they signed
 * @throws AuditError AUDIT_HANDOVER_INVALID, AUDIT_KEY_MALFORMED, or what reading a note throws
 */
export function openChain(trusted: VerifierKey, notes: readonly string[]): readonly ChainKey[] {
  const read = notes.map(readHandover)
  const chain: ChainKey[] = [{ key: trusted, from: 0, to: Number.MAX_SAFE_INTEGER }]
  // Each step takes a note that leads to a key that is not in the chain yet, so it ends.
  for (let isGrowing = true; isGrowing;) {
    isGrowing = read.some((handover) => addAfter(chain, handover) || addBefore(chain, handover))
  }
  return chain
}

/**
 * Opens a checkpoint that one of the keys of a chain signed within its sizes.
 *
 * @throws AuditError AUDIT_NOTE_UNSIGNED, or what `openCheckpoint` throws
 */
export function openCheckpointInChain(note: string, chain: readonly ChainKey[]): Checkpoint {
  for (const { key, from, to } of chain) {
    const checkpoint = openIfSigned(note, key)
    if (checkpoint !== undefined && checkpoint.size >= from && checkpoint.size <= to) return checkpoint
  }
  throw new AuditError('AUDIT_NOTE_UNSIGNED', 'found no signature of a key that signs for this size')
}

function openIfSigned(note: string, key: VerifierKey): Checkpoint | undefined {
  try {
    return openCheckpoint(note, key)
  } catch (error) {
    if (error instanceof AuditError && error.code === 'AUDIT_NOTE_UNSIGNED') return undefined
    throw error
  }
}

interface ReadHandover {
  readonly signed: SignedNote
  readonly origin: string
  readonly from: VerifierKey
  readonly to: VerifierKey
  readonly size: number
}

function readHandover(note: string): ReadHandover {
  const signed = parseNote(note)
  const [head, origin = '', from = '', to = '', digits = '', encoded = '', ...rest] = signed.text.split('\n')
  const size = /^(?:0|[1-9][0-9]{0,15})$/.test(digits) ? Number(digits) : Number.NaN
  const isWhole = head === form && rest.length === 1 && rest[0] === ''
  if (!isWhole || !Number.isSafeInteger(size) || decodeBase64(encoded)?.length !== hashBytes) {
    throw invalid('the note is no handover')
  }
  const keys = { from: parseVerifierKey(from), to: parseVerifierKey(to) }
  if (keys.from.name !== origin || keys.to.name !== origin) throw invalid('a key has another name')
  return { signed, origin, ...keys, size }
}

function addAfter(chain: ChainKey[], { signed, from, to, size }: ReadHandover): boolean {
  const last = chain.at(-1)
  if (last === undefined || !isSame(last.key, from) || has(chain, to)) return false
  // A note the older key did not sign says that whoever has that key may be a thief.
  if (!isSignedBy(signed, from)) return false
  verifyNote(signed, [from])
  verifyNote(signed, [to])
  if (size < last.from) throw invalid('the sizes of two handovers decrease')
  chain.splice(-1, 1, { ...last, to: size }, { key: to, from: size, to: Number.MAX_SAFE_INTEGER })
  return true
}

function addBefore(chain: ChainKey[], { signed, from, to, size }: ReadHandover): boolean {
  const [first] = chain
  if (first === undefined || !isSame(first.key, to) || has(chain, from)) return false
  verifyNote(signed, isSignedBy(signed, from) ? [to, from] : [to])
  if (!isSignedBy(signed, to)) return false
  if (size > first.to) throw invalid('the sizes of two handovers decrease')
  chain.splice(0, 1, { key: from, from: 0, to: size }, { ...first, from: size })
  return true
}

function isSignedBy(signed: SignedNote, key: VerifierKey): boolean {
  return signaturesBy(signed, key).length > 0
}

function has(chain: readonly ChainKey[], key: VerifierKey): boolean {
  return chain.some((each) => isSame(each.key, key))
}

function isSame(a: VerifierKey, b: VerifierKey): boolean {
  return a.publicKey.equals(b.publicKey) && a.name === b.name
}

function invalid(found: string): AuditError {
  return new AuditError('AUDIT_HANDOVER_INVALID', `found that ${found}`)
}
