/**
 * One entry of the sealed log: always as long, whether it holds a disclosure or nothing. It is encrypted to two
 * X25519 keys whose holders must come together: both secrets go into one key (HKDF-SHA-256, AES-256-GCM), and
 * where it stands is authenticated with it.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto'
import { AuditError } from '../log/errors.ts'

export const entryBytes = 8_192
const publicLength = 32
const nonceLength = 12
const tagLength = 16
const contentBytes = entryBytes - publicLength - nonceLength - tagLength
/** Longest text of one entry, in bytes; two more say how long it is. */
export const maxTextBytes = contentBytes - 2
/** SPKI header of a raw X25519 key (RFC 8410 §4). */
const spkiPrefix = Buffer.from('302a300506032b656e032100', 'hex')

/** Keys of the two who must come together to read; public to write, private to read. */
export interface UnsealingPair {
  readonly counsel: KeyObject
  readonly second: KeyObject
}

/** Where an entry stands; an entry that was moved does not open. */
export interface SealedPlace {
  readonly origin: string
  readonly index: number
}

/** Seals a text of at most `maxTextBytes`, or nothing; the work is the same. */
export function sealEntry(text: string | undefined, place: SealedPlace, pair: UnsealingPair): Buffer {
  const content = Buffer.alloc(contentBytes)
  const bytes = Buffer.from(text ?? '')
  if (bytes.length > maxTextBytes)
    throw new AuditError('AUDIT_SEALED_INVALID', 'the text is too long to seal')
  content.writeUInt16BE(bytes.length, 0)
  bytes.copy(content, 2)
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  const ephemeral = publicKey.export({ format: 'der', type: 'spki' }).subarray(spkiPrefix.length)
  const secrets = [pair.counsel, pair.second].map((key) => diffieHellman({ privateKey, publicKey: key }))
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', keyOf(secrets, ephemeral, place), nonce)
  cipher.setAAD(placeBytes(place))
  const sealed = Buffer.concat([cipher.update(content), cipher.final()])
  return Buffer.concat([ephemeral, nonce, cipher.getAuthTag(), sealed])
}

/**
 * Opens an entry with both private keys; undefined when it holds nothing.
 *
 * @throws AuditError AUDIT_SEALED_INVALID when it was changed or moved, or a key is another one
 */
export function openEntry(entry: Buffer, place: SealedPlace, pair: UnsealingPair): string | undefined {
  const ephemeral = entry.subarray(0, publicLength)
  const rest = entry.subarray(publicLength)
  try {
    const der = Buffer.concat([spkiPrefix, ephemeral])
    const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' })
    const secrets = [pair.counsel, pair.second].map((key) => diffieHellman({ privateKey: key, publicKey }))
    const decipher = createDecipheriv(
      'aes-256-gcm',
      keyOf(secrets, ephemeral, place),
      rest.subarray(0, nonceLength),
    )
    decipher.setAAD(placeBytes(place))
    decipher.setAuthTag(rest.subarray(nonceLength, nonceLength + tagLength))
    const sealed = rest.subarray(nonceLength + tagLength)
    const content = Buffer.concat([decipher.update(sealed), decipher.final()])
    const length = content.readUInt16BE(0)
    return length === 0 ? undefined : content.subarray(2, 2 + length).toString()
  } catch (cause) {
    throw new AuditError('AUDIT_SEALED_INVALID', `entry ${place.index} does not open`, { cause })
  }
}

function keyOf(secrets: readonly Buffer[], ephemeral: Buffer, { origin }: SealedPlace): Buffer {
  const info = `campanile/sealed/v1 ${origin}`
  return Buffer.from(hkdfSync('sha256', Buffer.concat(secrets), ephemeral, info, 32))
}

function placeBytes({ origin, index }: SealedPlace): Buffer {
  return Buffer.from(`${origin}\n${index}\n`)
}
