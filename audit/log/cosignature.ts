/**
 * Cosignatures of witnesses (C2SP tlog-cosignature v1, Ed25519): "at this time this is the largest tree of this
 * log that I have seen, and it extends all I saw before".
 */
import {
  badSignature,
  isSignature,
  parseKeyOf,
  signatureLine,
  signaturesBy,
  type NoteSigner,
  type SignedNote,
  type VerifierKey,
} from './note.ts'

/** A witness's key, of signature type 0x04. */
export type CosignerKey = VerifierKey<'cosignature'>

export interface Cosignature {
  readonly key: CosignerKey
  /** When the witness looked, Unix time by its own clock. */
  readonly timeSeconds: number
}

/** Bytes of the time stamp before the signature. */
const timeBytes = 8

/**
 * Reads a witness's key; every byte of it is checked.
 *
 * @throws AuditError AUDIT_KEY_MALFORMED
 */
export function parseCosignerKey(text: string): CosignerKey {
  return parseKeyOf(text, 'cosignature')
}

/**
 * Cosigns the text of a checkpoint; answers the line to put under it.
 *
 * @param timeSeconds Unix time, whole seconds
 */
export function cosign(text: string, signer: NoteSigner, timeSeconds: number): string {
  const time = Buffer.alloc(timeBytes)
  time.writeBigUInt64BE(BigInt(timeSeconds))
  const signature = signer.sign(cosignedMessage(text, timeSeconds))
  return signatureLine(signer, 'cosignature', Buffer.concat([time, signature]))
}

/**
 * Finds which of the witnesses cosigned a note, the newest cosignature of each. Unknown keys are ignored.
 *
 * @throws AuditError AUDIT_NOTE_BAD_SIGNATURE when a known witness's cosignature is wrong
 */
export function verifyCosignatures(signed: SignedNote, keys: readonly CosignerKey[]): Cosignature[] {
  return keys.flatMap((key) => {
    const times = signaturesBy(signed, key).map(({ bytes }) => verifiedTime(signed.text, bytes, key))
    return times.length === 0 ? [] : [{ key, timeSeconds: Math.max(...times) }]
  })
}

function verifiedTime(text: string, bytes: Buffer, key: CosignerKey): number {
  if (bytes.length <= timeBytes) throw badSignature(key)
  const time = bytes.readBigUInt64BE()
  // Far beyond any clock; the format allows up to 2^63 - 1.
  if (time > BigInt(Number.MAX_SAFE_INTEGER)) throw badSignature(key)
  const timeSeconds = Number(time)
  if (!isSignature(cosignedMessage(text, timeSeconds), bytes.subarray(timeBytes), key))
    throw badSignature(key)
  return timeSeconds
}

function cosignedMessage(text: string, timeSeconds: number): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${timeSeconds}\n${text}`)
}
