/**
 * Key custody over files: keys are sealed under a passphrase (scrypt, AES-256-GCM), one file per key, mode
 * 0600 in a folder of mode 0700 that belongs to one process. Whoever holds folder and passphrase holds the
 * keys; neither ever enters PostgreSQL or its backups.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  randomBytes,
  scrypt,
  sign,
  type KeyObject,
} from 'node:crypto'
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { CodedError, systemCodeOf } from './errors.ts'

export type CustodyCode =
  'CUSTODY_WRONG_PASSPHRASE' | 'CUSTODY_CORRUPT' | 'CUSTODY_TOO_OPEN' | 'CUSTODY_BAD_NAME'

export class CustodyError extends CodedError<CustodyCode> {}

export interface SigningKey {
  readonly publicKey: KeyObject
  /** SHA-256 of the public key's DER (SPKI) form, first 8 bytes, hex: a name for the key, not a secret. */
  readonly keyId: string
  /** Signs with Ed25519; the private key stays inside. */
  readonly sign: (bytes: Uint8Array) => Uint8Array
}

export interface RsaKey {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  readonly keyId: string
}

/** The few things a process may ask of its keystore. Names are `[a-z][a-z0-9._-]*`, at most 100 characters. */
export interface Custody {
  /** Opens an Ed25519 key, made on first use. */
  readonly signingKey: (name: string) => Promise<SigningKey>
  /** Opens an RSA key of 2048 bits for RS256, made on first use. */
  readonly rsaKey: (name: string) => Promise<RsaKey>
  /** Opens random bytes, made on first use; `bytes` from 16 to 64. */
  readonly secret: (name: string, bytes: number) => Promise<Uint8Array>
}

export interface CustodyOptions {
  readonly directory: string
  /** File that holds the passphrase; its mode must be 0600 or stricter. */
  readonly passphraseFile: string
}

const magic = Buffer.from('CMPK1\n')
const saltLength = 16
const nonceLength = 12
const tagLength = 16
// N = 2^15, r = 8, p = 1: 32 MiB and about 60 ms, the interactive setting of RFC 7914's authors; the
// passphrase itself has 256 random bits, so the cost only has to slow guessing of a weak replacement.
const scryptCost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 2 ** 20 }
const deriveKey = promisify(
  (passphrase: string, salt: Uint8Array, done: (error: Error | null, key: Buffer) => void) =>
    scrypt(passphrase, salt, 32, scryptCost, done),
)
const makePair = promisify(generateKeyPair)

/**
 * Opens a keystore, creating its folder where it is missing.
 *
 * @throws CustodyError CUSTODY_TOO_OPEN when others may read the folder or the passphrase file
 */
export async function openCustody({ directory, passphraseFile }: CustodyOptions): Promise<Custody> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await refuseOpenMode(directory)
  await refuseOpenMode(passphraseFile)
  const passphrase = (await readFile(passphraseFile, 'utf8')).trim()
  const load = (name: string, make: () => Promise<Buffer>) =>
    openSealed({ directory, passphrase, name, make })
  return {
    signingKey: async (name) => {
      const der = await load(`${name}.ed25519`, makeEd25519)
      return signingKeyOf(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
    },
    rsaKey: async (name) => {
      const privateKey = createPrivateKey({
        key: await load(`${name}.rsa`, makeRsa),
        format: 'der',
        type: 'pkcs8',
      })
      const publicKey = createPublicKey(privateKey)
      return { privateKey, publicKey, keyId: keyIdOf(publicKey) }
    },
    secret: async (name, bytes) => load(`${name}.secret`, async () => randomBytes(bytes)),
  }
}

async function makeEd25519(): Promise<Buffer> {
  const { privateKey } = await makePair('ed25519', {})
  return privateKey.export({ format: 'der', type: 'pkcs8' })
}

async function makeRsa(): Promise<Buffer> {
  const { privateKey } = await makePair('rsa', { modulusLength: 2048 })
  return privateKey.export({ format: 'der', type: 'pkcs8' })
}

function signingKeyOf(privateKey: KeyObject): SigningKey {
  const publicKey = createPublicKey(privateKey)
  return { publicKey, keyId: keyIdOf(publicKey), sign: (bytes) => sign(null, bytes, privateKey) }
}

function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ format: 'der', type: 'spki' })
  return createHash('sha256').update(der).digest('hex').slice(0, 16)
}

async function refuseOpenMode(path: string): Promise<void> {
  const { mode } = await stat(path)
  if ((mode & 0o077) !== 0) {
    const found = (mode & 0o777).toString(8)
    throw new CustodyError('CUSTODY_TOO_OPEN', `${path} has mode ${found}, expected no access for others`)
  }
}

interface SealedFile {
  readonly directory: string
  readonly passphrase: string
  readonly name: string
  readonly make: () => Promise<Buffer>
}

async function openSealed({ directory, passphrase, name, make }: SealedFile): Promise<Buffer> {
  if (!/^[a-z][a-z0-9._-]{0,99}$/.test(name)) {
    throw new CustodyError('CUSTODY_BAD_NAME', `found key name ${JSON.stringify(name.slice(0, 120))}`)
  }
  const path = join(directory, name)
  const existing = await readIfPresent(path)
  if (existing !== undefined) return unseal(existing, passphrase, name)
  const secret = await make()
  await writeOnce(path, await seal(secret, passphrase, name))
  // Another process may have won the race to create it; what is on disk is the key.
  return unseal(await readFile(path), passphrase, name)
}

async function readIfPresent(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

async function seal(secret: Uint8Array, passphrase: string, name: string): Promise<Buffer> {
  const salt = randomBytes(saltLength)
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', await deriveKey(passphrase, salt), nonce)
  cipher.setAAD(Buffer.from(name))
  const body = Buffer.concat([cipher.update(secret), cipher.final()])
  return Buffer.concat([magic, salt, nonce, cipher.getAuthTag(), body])
}

async function unseal(file: Buffer, passphrase: string, name: string): Promise<Buffer> {
  const header = magic.length + saltLength + nonceLength + tagLength
  if (file.length <= header || !file.subarray(0, magic.length).equals(magic)) {
    throw new CustodyError('CUSTODY_CORRUPT', `key file ${name} is not a sealed key`)
  }
  let at = magic.length
  const take = (length: number) => file.subarray(at, (at += length))
  const salt = take(saltLength)
  const nonce = take(nonceLength)
  const tag = take(tagLength)
  const decipher = createDecipheriv('aes-256-gcm', await deriveKey(passphrase, salt), nonce)
  decipher.setAAD(Buffer.from(name)).setAuthTag(tag)
  try {
    return Buffer.concat([decipher.update(file.subarray(at)), decipher.final()])
  } catch (cause) {
    throw new CustodyError('CUSTODY_WRONG_PASSPHRASE', `key file ${name} does not open with the passphrase`, {
      cause,
    })
  }
}

/** Writes a file whole and durable, or leaves the one that is there: a hard link never replaces. */
async function writeOnce(path: string, content: Buffer): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    await link(temporary, path)
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') throw error
  } finally {
    await rm(temporary)
  }
  await syncFolder(dirname(path))
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
