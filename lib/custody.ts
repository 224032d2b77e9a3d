/**
 * Key custody over files: keys are sealed (AES-256-GCM) under a store key that only the root opens (a passphrase, a
 * key of KMS, a key of a PKCS#11 token), one file per key and version, mode 0600 in a folder of mode 0700 that
 * belongs to one process. Whoever holds folder and root holds the keys; neither ever enters PostgreSQL or its
 * backups.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { CustodyError } from './custody-errors.ts'
import { readIfPresent, refuseOpenMode } from './custody-files.ts'
import { keyFilePattern, ManifestFiles, type KeyState } from './custody-manifest.ts'
import { openKms, type KmsOptions } from './custody-kms.ts'
import { decodeTokenKey, encodeTokenKey, Pkcs11Token, type Pkcs11Options } from './custody-pkcs11.ts'
import { WrappedRoot } from './custody-root.ts'
import { otherBackend, Passphrase, type RootKey } from './custody-seal.ts'
import { SealedStore, type OpenedKey } from './custody-store.ts'
import { makeDurableFolder } from './durable-folder.ts'

export interface SigningKey {
  readonly publicKey: KeyObject
  /** SHA-256 of the public key's DER (SPKI) form, first 8 bytes, hex: a name for the key, not a secret. */
  readonly keyId: string
  readonly version: number
  readonly state: KeyState
  /** Signs with the key's algorithm; the private key stays inside, in the token where it was made there. */
  readonly sign: (bytes: Uint8Array) => Uint8Array
}

export interface RsaKey {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  readonly keyId: string
}

export interface Secret {
  readonly version: number
  readonly bytes: Uint8Array
}

export interface KeyOptions {
  /** True when something outside the keystore remembers the key: it is then refused as lost, never made. */
  readonly isKnown?: boolean
}

/**
 * The few things a process may ask of its keystore. Names are `[a-z][a-z0-9._-]*`, at most 100 characters. Every
 * key is made on first use, and never a second time: CUSTODY_LOST where the manifest or the caller remembers it.
 */
export interface Custody {
  /** Opens the newest version of an Ed25519 key, or of one of ML-DSA-44 (FIPS 204). */
  readonly signingKey: (name: string, algorithm?: 'ed25519' | 'ml-dsa-44') => Promise<SigningKey>
  /** Opens all versions of an Ed25519 key, newest first. */
  readonly signingKeys: (
    name: string,
    options?: KeyOptions,
  ) => Promise<readonly [SigningKey, ...SigningKey[]]>
  /** Opens the newest version of an RSA key of 2048 bits for RS256. */
  readonly rsaKey: (name: string) => Promise<RsaKey>
  /** Opens the newest version of random bytes; `bytes` from 16 to 64. */
  readonly secret: (name: string, bytes: number) => Promise<Uint8Array>
  /** Opens all versions of random bytes, newest first. */
  readonly secrets: (
    name: string,
    bytes: number,
    options?: KeyOptions,
  ) => Promise<readonly [Secret, ...Secret[]]>
}

export interface CustodyOptions {
  readonly directory: string
  /** File that holds the passphrase; its mode must be 0600 or stricter. */
  readonly passphraseFile: string
  /** What opens the keystore instead of the passphrase. */
  readonly backend?: KmsOptions | Pkcs11Options
}

/** A root, and the token where it is one. */
export interface OpenedRoot {
  readonly root: RootKey
  readonly token?: Pkcs11Token
}

type Sealed = Pick<Awaited<ReturnType<typeof openSealed>>, 'manifests' | 'store'>

/** Half of the second between two checkpoints, at the 30 ms for which a signature of the token holds the process. */
export const maxTokenKeys = 16

const makePair = promisify(generateKeyPair)

/**
 * Opens a keystore, creating its folder where it is missing.
 *
 * @throws CustodyError CUSTODY_TOO_OPEN when others may read the folder or the passphrase file
 */
export async function openCustody(options: CustodyOptions): Promise<Custody> {
  const sealed = await openSealed(options)
  const { store, token } = sealed
  const signingKeys: Custody['signingKeys'] = async (name, { isKnown } = {}) => {
    const named = `${name}.ed25519`
    const make = async () => {
      if (token?.signsFor(name) === true) await refuseMoreThan(maxTokenKeys - 1, sealed)
      return makeSigning(named, token)
    }
    const opened = await store.open({ name: named, make, isKnown })
    return mapped(opened, (key) => signingKeyOf(key, token))
  }
  const secrets: Custody['secrets'] = async (name, bytes, { isKnown } = {}) => {
    const make = async () => randomBytes(bytes)
    const opened = await store.open({ name: `${name}.secret`, make, isKnown })
    return mapped(opened, ({ version, material }) => ({ version, bytes: material }))
  }
  return {
    signingKeys,
    secrets,
    signingKey: async (name, algorithm = 'ed25519') => {
      if (algorithm === 'ed25519') return (await signingKeys(name))[0]
      const [newest] = await store.open({ name: `${name}.ml-dsa-44`, make: makeMlDsa })
      return signingKeyOf(newest, token)
    },
    secret: async (name, bytes) => (await secrets(name, bytes))[0].bytes,
    rsaKey: async (name) => {
      const [{ material }] = await store.open({ name: `${name}.rsa`, make: makeRsa })
      const privateKey = createPrivateKey({ key: material, format: 'der', type: 'pkcs8' })
      const publicKey = createPublicKey(privateKey)
      return { privateKey, publicKey, keyId: keyIdOf(publicKey) }
    },
  }
}

/** Opens what lies under a keystore: for the commands that change keys, not for those that use them. */
export async function openSealed(options: CustodyOptions) {
  const { directory, passphraseFile, backend } = options
  await makeDurableFolder(directory)
  await refuseOpenMode(directory)
  if (backend === undefined) await refuseOpenMode(passphraseFile)
  const opened = await openManifests(options)
  return { ...opened, store: new SealedStore({ directory, ...opened }) }
}

/**
 * Refuses a token that would have to sign with more keys than it finds the time for. Whoever serves asks before it
 * starts; commands do not, since one of them takes a key out of the token.
 *
 * @throws CustodyError CUSTODY_CROWDED
 */
export async function refuseCrowdedToken(options: CustodyOptions): Promise<void> {
  if (options.backend?.backend === 'pkcs11') await refuseMoreThan(maxTokenKeys, await openSealed(options))
}

async function refuseMoreThan(most: number, { manifests, store }: Sealed): Promise<void> {
  const names = Object.keys((await manifests.read()).keys).filter((name) => name.endsWith('.ed25519'))
  let found = 0
  for (const name of names) found += (await isInToken(name, store)) ? 1 : 0
  if (found <= most) return
  const message = `found ${found} signing keys in the token, expected at most ${most}`
  throw new CustodyError('CUSTODY_CROWDED', message)
}

/** A key that does not open is whoever's who asks for it, and signs nothing. */
async function isInToken(name: string, store: Sealed['store']): Promise<boolean> {
  const make = () => Promise.reject(new Error('a listed key is not made'))
  try {
    const [{ material }] = await store.open({ name, make })
    return decodeTokenKey(material) !== undefined
  } catch (error) {
    if (error instanceof CustodyError) return false
    throw error
  }
}

/**
 * Opens what the keystore hangs from, without looking at the keystore.
 *
 * @throws CustodyError when it is not set up
 */
export async function openRoot({ passphraseFile, backend }: CustodyOptions): Promise<OpenedRoot> {
  if (backend?.backend === 'kms') return { root: new WrappedRoot(await openKms(backend)) }
  if (backend?.backend === 'pkcs11') {
    const token = await Pkcs11Token.open(backend)
    return { root: new WrappedRoot(token), token }
  }
  await refuseOpenMode(passphraseFile)
  return { root: new Passphrase((await readFile(passphraseFile, 'utf8')).trim()) }
}

/** While a passphrase changes, the next one stands beside the present one; the keystore opens under either. */
export function nextPassphraseFile(passphraseFile: string): string {
  return `${passphraseFile}.next`
}

async function openManifests(options: CustodyOptions) {
  const { directory, passphraseFile, backend } = options
  const opened = await openRoot(options)
  const present = { ...opened, manifests: new ManifestFiles(directory, opened.root) }
  const next = backend === undefined ? await readIfPresent(nextPassphraseFile(passphraseFile)) : undefined
  if (next === undefined) return present
  try {
    await present.manifests.read()
    return present
  } catch (error) {
    if (!(error instanceof CustodyError) || error.code !== 'CUSTODY_WRONG_PASSPHRASE') throw error
    const root = new Passphrase(next.toString().trim())
    return { root, manifests: new ManifestFiles(directory, root) }
  }
}

/**
 * Tells how a new version of a key is made.
 *
 * @throws CustodyError CUSTODY_BAD_NAME
 */
export function makerOf(name: string, current: Buffer, token?: Pkcs11Token): () => Promise<Buffer> {
  const kind = keyFilePattern.exec(name)?.[3]
  if (kind === 'ed25519') return () => makeSigning(name, token)
  if (kind === 'ml-dsa-44') return makeMlDsa
  if (kind === 'rsa') return makeRsa
  if (kind === 'secret') return async () => randomBytes(current.length)
  throw new CustodyError('CUSTODY_BAD_NAME', `found key name ${JSON.stringify(name.slice(0, 120))}`)
}

/** Makes a key in the token where that is asked for; its file then says which one it is. */
async function makeSigning(name: string, token: Pkcs11Token | undefined): Promise<Buffer> {
  const plain = name.slice(0, -'.ed25519'.length)
  if (token?.signsFor(plain) === true) return encodeTokenKey(token.makeSigningKey(plain))
  const { privateKey } = await makePair('ed25519', {})
  return privateKey.export({ format: 'der', type: 'pkcs8' })
}

async function makeMlDsa(): Promise<Buffer> {
  const { privateKey } = await makePair('ml-dsa-44', {}).catch((error: unknown) => {
    const message = 'this runtime makes no ML-DSA-44 key: it needs Node 24 with OpenSSL 3.5'
    throw new CustodyError('CUSTODY_NO_BACKEND', message, { cause: error })
  })
  return privateKey.export({ format: 'der', type: 'pkcs8' })
}

async function makeRsa(): Promise<Buffer> {
  const { privateKey } = await makePair('rsa', { modulusLength: 2048 })
  return privateKey.export({ format: 'der', type: 'pkcs8' })
}

function mapped<T>([first, ...rest]: readonly [OpenedKey, ...OpenedKey[]], of: (key: OpenedKey) => T) {
  return [of(first), ...rest.map(of)] as const
}

function signingKeyOf({ version, state, material }: OpenedKey, token: Pkcs11Token | undefined): SigningKey {
  const held = decodeTokenKey(material)
  if (held !== undefined) {
    const { publicKey, keyId: id } = held
    const sign = (bytes: Uint8Array) => {
      if (token === undefined) throw otherBackend(`signing key ${id}`, 'pkcs11', 'passphrase')
      return token.sign(held, bytes)
    }
    return { publicKey, keyId: keyIdOf(publicKey), version, state, sign }
  }
  const privateKey = createPrivateKey({ key: material, format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey)
  const keyId = keyIdOf(publicKey)
  return { publicKey, keyId, version, state, sign: (bytes) => sign(null, bytes, privateKey) }
}

function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ format: 'der', type: 'spki' })
  return createHash('sha256').update(der).digest('hex').slice(0, 16)
}
