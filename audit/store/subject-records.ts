/** The bytes of a file of subject keys: a head with the version of the key-encryption key, then sealed records. */
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto'

const magic = Buffer.from('CMPS1\n')
export const headLength = magic.length + 2
export const tokenLength = 32
export const keyLength = 32
const nonceLength = 12
const tagLength = 16
export const recordLength = tokenLength + nonceLength + keyLength + tagLength

export interface KeyEncryptionKey {
  readonly version: number
  readonly bytes: Uint8Array
}

export function headOf({ version }: KeyEncryptionKey): Buffer {
  const head = Buffer.concat([magic, Buffer.alloc(2)])
  head.writeUInt16BE(version, magic.length)
  return head
}

/** Tells the version a file is sealed under; undefined when it is no such file. */
export function versionOf(file: Buffer): number | undefined {
  const isOne = file.length >= headLength && file.subarray(0, magic.length).equals(magic)
  return isOne ? file.readUInt16BE(magic.length) : undefined
}

/** Seals a subject's key: token, nonce, ciphertext, tag. A record moved to another tenant does not open. */
export function sealRecord(
  { bytes }: KeyEncryptionKey,
  { tenant, token, key }: { readonly tenant: string; readonly token: Buffer; readonly key: KeyObject },
): Buffer {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', bytes, nonce)
  cipher.setAAD(Buffer.concat([Buffer.from(tenant), token]))
  return Buffer.concat([token, nonce, cipher.update(key.export()), cipher.final(), cipher.getAuthTag()])
}

/** Opens a record; undefined when it was changed or moved. */
export function openRecord(
  { bytes }: KeyEncryptionKey,
  { tenant, record }: { readonly tenant: string; readonly record: Buffer },
): KeyObject | undefined {
  const token = record.subarray(0, tokenLength)
  const decipher = createDecipheriv(
    'aes-256-gcm',
    bytes,
    record.subarray(tokenLength, tokenLength + nonceLength),
  )
  decipher.setAAD(Buffer.concat([Buffer.from(tenant), token]))
  decipher.setAuthTag(record.subarray(recordLength - tagLength))
  try {
    const sealed = record.subarray(tokenLength + nonceLength, recordLength - tagLength)
    return createSecretKey(Buffer.concat([decipher.update(sealed), decipher.final()]))
  } catch {
    return undefined
  }
}

/** Smallest part of a file that a disk writes whole, or a divisor of it. */
const sectorBytes = 64

/**
 * Tells whether a record that does not open was torn when the power went: a file may have grown by sectors that never
 * got their bytes, and those read as zeros.
 *
 * @param at its offset in the file
 */
export function isTorn(record: Buffer, at: number): boolean {
  for (let from = 0; from < record.length;) {
    const to = Math.min(record.length, from + sectorBytes - ((at + from) % sectorBytes))
    if (record.subarray(from, to).every((byte) => byte === 0)) return true
    from = to
  }
  return false
}
