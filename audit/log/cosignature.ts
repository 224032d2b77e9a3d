/**
 * Cosignatures of witnesses (C2SP tlog-cosignature, Ed25519 and ML-DSA-44): "at this time this is the largest tree of this
 * log that I have seen, and it extends all I saw before".
 */
import { parseCheckpoint } from './checkpoint.ts'
import { AuditError } from './errors.ts'
import {
  badSignature,
  isSignature,
  keyTypeOf,
  parseKeyOf,
  signatureLine,
  signaturesBy,
  type NoteSigner,
  type SignedNote,
  type VerifierKey,
} from './note.ts'

/** What a witness signs with: signature type 0x04 or 0x06. */
export type CosignerKeyType = 'cosignature' | 'ml-dsa-44'
export type CosignerKey = VerifierKey<CosignerKeyType>

export interface Cosignature {
  readonly key: CosignerKey
  /** When the witness looked, Unix time by its own clock. */
  readonly timeSeconds: number
}

/** Bytes of the time stamp before the signature. */
const timeBytes = 8
/** First bytes of what ML-DSA-44 signs (tlog-cosignature, `cosigned_message`). */
const subtreeLabel = Buffer.from('subtree/v1\n\0')
/** Longest name of a witness or a log in that message. */
const maxNameBytes = 255

/**
 * Reads a witness's key; every byte of it is checked.
 *
 * @throws AuditError AUDIT_KEY_MALFORMED
 */
export function parseCosignerKey(text: string): CosignerKey {
  if (keyTypeOf(text) !== 'ml-dsa-44') return parseKeyOf(text, 'cosignature')
  const key = parseKeyOf(text, 'ml-dsa-44')
  if (isMessageName(key.name)) return key
  throw new AuditError(
    'AUDIT_KEY_MALFORMED',
    'found a name of more than 255 bytes, which ML-DSA-44 cannot sign',
  )
}

/** Tells with which type of signature a witness's key cosigns. */
export function cosignerTypeOf({ publicKey }: Pick<NoteSigner, 'publicKey'>): CosignerKeyType {
  return publicKey.asymmetricKeyType === 'ml-dsa-44' ? 'ml-dsa-44' : 'cosignature'
}

/**
 * Cosigns the text of a checkpoint; answers the line to put under it.
 *
 * @param timeSeconds Unix time, whole seconds
 * @throws AuditError AUDIT_CHECKPOINT_MALFORMED when ML-DSA-44 is to sign what is no checkpoint
 */
export function cosign(text: string, signer: NoteSigner, timeSeconds: number): string {
  const time = uint64(timeSeconds)
  const type = cosignerTypeOf(signer)
  const signature = signer.sign(signedMessage(text, { type, name: signer.name }, timeSeconds))
  return signatureLine(signer, type, Buffer.concat([time, signature]))
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
  if (!isSignature(signedMessage(text, key, timeSeconds), bytes.subarray(timeBytes), key))
    throw badSignature(key)
  return timeSeconds
}

/** What a witness signs: the text itself with Ed25519, the tree that the text is about with ML-DSA-44. */
function signedMessage(
  text: string,
  { type, name }: Pick<CosignerKey, 'type' | 'name'>,
  timeSeconds: number,
): Buffer {
  if (type === 'cosignature') return Buffer.from(`cosignature/v1\ntime ${timeSeconds}\n${text}`)
  const { origin, size, root } = parseCheckpoint(text)
  const [cosigner, log] = [withLength(name), withLength(origin)]
  return Buffer.concat([subtreeLabel, cosigner, uint64(timeSeconds), log, uint64(0), uint64(size), root])
}

function isMessageName(name: string): boolean {
  return name !== '' && Buffer.byteLength(name) <= maxNameBytes
}

function withLength(name: string): Buffer {
  if (isMessageName(name)) return Buffer.concat([Buffer.from([Buffer.byteLength(name)]), Buffer.from(name)])
  throw new AuditError('AUDIT_CHECKPOINT_MALFORMED', 'found a name of more than 255 bytes')
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}
