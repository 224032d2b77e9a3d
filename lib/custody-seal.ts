/**
 * How a keystore seals: its manifest under a root key (here the passphrase: scrypt, AES-256-GCM), its key files
 * under store keys that the manifest holds. So a change of the root is one file, and opening a thousand keys costs
 * one derivation.
 */
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { CustodyError } from './custody-errors.ts'

/** A key file of the first form: sealed under the passphrase itself. */
const firstMagic = Buffer.from('CMPK1\n')
const fileMagic = Buffer.from('CMPK2\n')
/** A manifest or backup sealed under a data key that a service or a token wrapped. */
const envelopeMagic = Buffer.from('CMPK3\n')
const saltLength = 16
const storeKeyIdLength = 8
const nonceLength = 12
const tagLength = 16
// N = 2^15, r = 8, p = 1: 32 MiB and about 60 ms, the interactive setting of RFC 7914's authors; the
// passphrase itself has 256 random bits, so the cost only has to slow guessing of a weak replacement.
const scryptCost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 2 ** 20 }
const scryptKey = promisify(
  (passphrase: string, salt: Uint8Array, done: (error: Error | null, key: Buffer) => void) =>
    scrypt(passphrase, salt, 32, scryptCost, done),
)

/** Which backend opens a keystore. */
export const backendNames = ['passphrase', 'kms', 'pkcs11'] as const
export type BackendName = (typeof backendNames)[number]

/** What everything in a keystore hangs from: seals its manifest and its backups. */
export interface RootKey {
  readonly backend: BackendName
  /** Names the key for people; empty where it has no name. */
  readonly keyName: string
  /** Seals bytes for a name. */
  readonly seal: (name: string, bytes: Uint8Array) => Promise<Buffer>
  /**
   * Opens what was sealed for a name.
   *
   * @throws CustodyError CUSTODY_OTHER_BACKEND when another backend sealed it, or why it does not open
   */
  readonly unseal: (name: string, file: Buffer) => Promise<Buffer>
}

/** A passphrase and the keys it gave so far, by salt. */
export class Passphrase implements RootKey {
  readonly backend = 'passphrase'
  readonly keyName = ''
  readonly #text: string
  readonly #derived = new Map<string, Promise<Buffer>>()
  /** Salt of what this passphrase seals. */
  #salt: Buffer = randomBytes(saltLength)

  constructor(text: string) {
    this.#text = text
  }

  /** Seals bytes for a name: magic, salt, nonce, tag, ciphertext. */
  async seal(name: string, bytes: Uint8Array): Promise<Buffer> {
    const sealed = sealWith(await this.#keyOf(this.#salt), name, bytes)
    return Buffer.concat([firstMagic, this.#salt, sealed])
  }

  /**
   * Opens what was sealed for a name.
   *
   * @throws CustodyError CUSTODY_CORRUPT, CUSTODY_WRONG_PASSPHRASE or CUSTODY_OTHER_BACKEND
   */
  async unseal(name: string, file: Buffer): Promise<Buffer> {
    if (isEnvelope(file)) throw otherBackend(name, 'a service or a token', 'passphrase')
    const header = firstMagic.length + saltLength
    if (file.length <= header + nonceLength + tagLength || !isFirstForm(file)) {
      throw new CustodyError('CUSTODY_CORRUPT', `key file ${name} is not a sealed key`)
    }
    const salt = Buffer.from(file.subarray(firstMagic.length, header))
    const opened = unsealWith(await this.#keyOf(salt), name, file.subarray(header))
    if (opened === undefined) {
      throw new CustodyError('CUSTODY_WRONG_PASSPHRASE', `key file ${name} does not open with the passphrase`)
    }
    this.#salt = salt
    return opened
  }

  #keyOf(salt: Buffer): Promise<Buffer> {
    const id = salt.toString('hex')
    const known = this.#derived.get(id) ?? scryptKey(this.#text, salt)
    this.#derived.set(id, known)
    return known
  }
}

/** Seals the key files of one keystore. */
export interface StoreKey {
  /** 8 bytes, hex. */
  readonly id: string
  readonly key: Buffer
}

export function makeStoreKey(): StoreKey {
  return { id: randomBytes(storeKeyIdLength).toString('hex'), key: randomBytes(32) }
}

/** Seals a key file: magic, id of the store key, nonce, tag, ciphertext. */
export function sealFile({ id, key }: StoreKey, name: string, bytes: Uint8Array): Buffer {
  return Buffer.concat([fileMagic, Buffer.from(id, 'hex'), sealWith(key, name, bytes)])
}

/**
 * Opens a key file of the present form.
 *
 * @param storeKeys those of the manifest; more than one while a change of the passphrase is under way
 * @throws CustodyError CUSTODY_CORRUPT when it was changed, renamed or belongs to another keystore
 */
export function unsealFile(storeKeys: readonly StoreKey[], name: string, file: Buffer): Buffer {
  const header = fileMagic.length + storeKeyIdLength
  const id = file.subarray(fileMagic.length, header).toString('hex')
  const found = storeKeys.find((storeKey) => storeKey.id === id)
  const isWhole = file.length > header + nonceLength + tagLength && isPresentForm(file)
  const opened =
    found === undefined || !isWhole ? undefined : unsealWith(found.key, name, file.subarray(header))
  if (opened === undefined) {
    throw new CustodyError('CUSTODY_CORRUPT', `key file ${name} is no key of this keystore`)
  }
  return opened
}

export function isFirstForm(file: Buffer): boolean {
  return file.subarray(0, firstMagic.length).equals(firstMagic)
}

export function isPresentForm(file: Buffer): boolean {
  return file.subarray(0, fileMagic.length).equals(fileMagic)
}

export function isEnvelope(file: Buffer): boolean {
  return file.subarray(0, envelopeMagic.length).equals(envelopeMagic)
}

/** Puts a head before what it leads to open: magic, the head's length and itself, nonce, tag, ciphertext. */
export function sealEnvelope(key: Buffer, head: string, { name, bytes }: Named): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(Buffer.byteLength(head))
  const sealed = sealWith(key, `${name}\n${head}`, bytes)
  return Buffer.concat([envelopeMagic, length, Buffer.from(head), sealed])
}

interface Named {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Reads the head of an envelope; undefined for any other file. */
export function envelopeHead(file: Buffer): string | undefined {
  const from = envelopeMagic.length + 2
  if (!isEnvelope(file) || file.length < from) return undefined
  const head = file.subarray(from, from + file.readUInt16BE(envelopeMagic.length))
  return file.length > from + head.length + nonceLength + tagLength ? head.toString() : undefined
}

/** Opens an envelope whose head was read; undefined when the key or the name is another one, or it was changed. */
export function unsealEnvelope(key: Buffer, name: string, file: Buffer): Buffer | undefined {
  const head = envelopeHead(file)
  if (head === undefined) return undefined
  const body = file.subarray(envelopeMagic.length + 2 + Buffer.byteLength(head))
  return unsealWith(key, `${name}\n${head}`, body)
}

/** Says that a file waits for another backend: nothing is made anew in its place. */
export function otherBackend(name: string, found: string, expected: BackendName): CustodyError {
  return new CustodyError('CUSTODY_OTHER_BACKEND', `${name} is sealed by ${found}, expected ${expected}`)
}

/** Tells which store key a file of the present form is sealed under. */
export function storeKeyIdOf(file: Buffer): string {
  return file.subarray(fileMagic.length, fileMagic.length + storeKeyIdLength).toString('hex')
}

function sealWith(key: Buffer, name: string, bytes: Uint8Array): Buffer {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name))
  const body = Buffer.concat([cipher.update(bytes), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

function unsealWith(key: Buffer, name: string, sealed: Buffer): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceLength))
  decipher.setAAD(Buffer.from(name))
  decipher.setAuthTag(sealed.subarray(nonceLength, nonceLength + tagLength))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(nonceLength + tagLength)), decipher.final()])
  } catch {
    return undefined
  }
}
