/**
 * A PKCS#11 token as the root of a keystore: any module, through OpenSC's `pkcs11-tool` as a child process, so that
 * no native code enters this one. The token keeps an RSA key that never leaves it; a data key is wrapped to its
 * public half (RSA-OAEP) and opened by the token. The PIN is in a file of mode 0600 and reaches the tool through its
 * environment, never on a command line.
 */
import { spawnSync } from 'node:child_process'
import { constants, createPublicKey, publicEncrypt, randomBytes, verify, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { childEnvironment } from './config.ts'
import { CustodyError, type CustodyCode } from './custody-errors.ts'
import { refuseOpenMode } from './custody-files.ts'
import type { DataKey, KeyWrapper } from './custody-root.ts'

export interface Pkcs11Options {
  readonly backend: 'pkcs11'
  /** Shared library of the token. */
  readonly module: string
  /** Label of the token. */
  readonly token: string
  /** CKA_ID of the RSA key that wraps, hex. A label would not do: the tool takes any key where it finds none. */
  readonly keyId: string
  readonly pinFile: string
  /** Many tokens know SHA-1 only: in OAEP its weakness against collisions does not matter (RFC 8017 §7.1). */
  readonly oaepHash: 'sha1' | 'sha256'
  /**
   * Names of signing keys that are made in the token and stay there, a `*` at the end for any ending; others are
   * sealed files. Each signature takes the token some 30 ms, so this is for checkpoints and not for access tokens.
   */
  readonly signingKeys: readonly string[]
}

/** A signing key that the token keeps, as its key file holds it. */
export interface TokenKey {
  readonly keyId: string
  readonly publicKey: KeyObject
}

const tool = 'pkcs11-tool'
/** A token that takes longer than this for one operation does not answer. */
const timeoutMillis = 30_000
const keyIdBytes = 8
const oaepNames = { sha1: ['SHA-1', 'MGF1-SHA1'], sha256: ['SHA256', 'MGF1-SHA256'] } as const
const pinVariable = 'CAMPANILE_PKCS11_PIN'

export class Pkcs11Token implements KeyWrapper {
  readonly backend = 'pkcs11'
  readonly keyName: string
  readonly #options: Pkcs11Options
  readonly #pin: string

  private constructor(options: Pkcs11Options, pin: string) {
    this.#options = options
    this.#pin = pin
    this.keyName = `${options.token}/${options.keyId}`
  }

  /** @throws CustodyError CUSTODY_TOO_OPEN when others may read the PIN, CUSTODY_NO_BACKEND when there is none */
  static async open(options: Pkcs11Options): Promise<Pkcs11Token> {
    await refuseOpenMode(options.pinFile)
    const pin = readFileSync(options.pinFile, 'utf8').trim()
    if (pin === '') throw new CustodyError('CUSTODY_NO_BACKEND', 'the file of the pin is empty')
    return new Pkcs11Token(options, pin)
  }

  /** Tells whether a signing key of this name is made in the token. */
  signsFor(name: string): boolean {
    return this.#options.signingKeys.some((each) =>
      each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each,
    )
  }

  async makeDataKey(): Promise<DataKey> {
    const { keyId, oaepHash } = this.#options
    const publicKey = this.#publicKeyOf(keyId)
    if (publicKey.asymmetricKeyType !== 'rsa') {
      throw new CustodyError('CUSTODY_WRONG_KEY', `key ${keyId} of the token is no rsa key`)
    }
    const key = randomBytes(32)
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    return { key, wrapped: publicEncrypt({ key: publicKey, padding, oaepHash }, key) }
  }

  async unwrap(wrapped: Buffer): Promise<Buffer> {
    const { keyId, oaepHash } = this.#options
    const [hash, mgf] = oaepNames[oaepHash]
    const how = ['-m', 'RSA-PKCS-OAEP', '--hash-algorithm', hash, '--mgf', mgf]
    return this.#run(['--login', '--decrypt', ...how, '--id', keyId], wrapped)
  }

  /** Makes an Ed25519 key that never leaves the token. */
  makeSigningKey(label: string): TokenKey {
    const keyId = randomBytes(keyIdBytes).toString('hex')
    const what = ['--keypairgen', '--key-type', 'EC:edwards25519', '--usage-sign', '--sensitive']
    this.#run(['--login', ...what, '--id', keyId, '--label', label])
    return { keyId, publicKey: this.#publicKeyOf(keyId) }
  }

  /**
   * Signs with Ed25519 in the token. It is waited for, some 30 ms: a checkpoint is signed every two seconds, and
   * whoever asks for a signature may go on only with it.
   *
   * @throws CustodyError when the token does not sign, or not so that the public key verifies
   */
  sign({ keyId, publicKey }: TokenKey, bytes: Uint8Array): Buffer {
    const signature = this.#run(['--login', '--sign', '-m', 'EDDSA', '--id', keyId], bytes)
    if (signature.length === 64 && verify(null, bytes, publicKey, signature)) return signature
    throw new CustodyError('CUSTODY_SWAPPED', `key ${keyId} of the token is another one than was made`)
  }

  #publicKeyOf(keyId: string): KeyObject {
    const found = this.#run(['--read-object', '--type', 'pubkey', '--id', keyId])
    const isPem = found.subarray(0, 5).toString() === '-----'
    return isPem ? createPublicKey(found) : createPublicKey({ key: found, format: 'der', type: 'spki' })
  }

  #run(args: readonly string[], input: Uint8Array = new Uint8Array()): Buffer {
    const { module, token } = this.#options
    const where = ['--module', module, '--token-label', token]
    const pin = args.includes('--login') ? ['--pin', `env:${pinVariable}`] : []
    const { error, status, stdout, stderr } = spawnSync(tool, [...where, ...args, ...pin], {
      input,
      env: childEnvironment({ [pinVariable]: this.#pin }),
      timeout: timeoutMillis,
      maxBuffer: 65_536,
    })
    if (error !== undefined) throw toolError(error)
    const told = stderr.toString()
    // Some failures of the tool end with 0 and nothing on its output.
    if (status === 0 && !/^error:/m.test(told)) return stdout
    throw refusal(told)
  }
}

function toolError(error: Error): CustodyError {
  const isMissing = 'code' in error && error.code === 'ENOENT'
  return isMissing
    ? new CustodyError('CUSTODY_NO_BACKEND', `${tool} is not here (Debian: opensc)`, { cause: error })
    : new CustodyError('CUSTODY_UNAVAILABLE', `${tool} did not finish: ${error.message}`, { cause: error })
}

/** What the tool tells on its error stream, in order of what is looked for. */
const refusals: readonly (readonly [RegExp, CustodyCode])[] = [
  [/CKR_PIN_|CKR_USER_/, 'CUSTODY_DENIED'],
  [/Failed to load pkcs11 module|sc_dlopen/, 'CUSTODY_NO_BACKEND'],
  [/No slot with token named|CKR_TOKEN_NOT_|CKR_DEVICE_|No slots/, 'CUSTODY_UNAVAILABLE'],
  [/key not found|object not found/i, 'CUSTODY_KEY_DISABLED'],
  // The tool tries a second way after a failed decryption and tells only that the token does not know it.
  [/CKR_(ENCRYPTED_DATA|KEY_|MECHANISM|ARGUMENTS_BAD|GENERAL_ERROR|FUNCTION_)/, 'CUSTODY_WRONG_KEY'],
]

function refusal(told: string): CustodyError {
  const [, code] = refusals.find(([pattern]) => pattern.test(told)) ?? []
  const [line = 'nothing'] = /^(?:error: .*|No slot.*|sc_dlopen.*)$/m.exec(told) ?? []
  return new CustodyError(code ?? 'CUSTODY_UNAVAILABLE', `the token refused: ${line.slice(0, 200)}`)
}

/** A key file that names a key of the token; keys themselves are DER and begin otherwise. */
const referenceMagic = Buffer.from('CMPKT\n')

/** Writes where a signing key is, as its key file holds it: its id and its public half. */
export function encodeTokenKey({ keyId, publicKey }: TokenKey): Buffer {
  const spki = publicKey.export({ format: 'der', type: 'spki' })
  return Buffer.concat([referenceMagic, Buffer.from(keyId, 'hex'), spki])
}

/** Reads what `encodeTokenKey` wrote; undefined when the file holds the key itself. */
export function decodeTokenKey(material: Buffer): TokenKey | undefined {
  const from = referenceMagic.length
  if (!material.subarray(0, from).equals(referenceMagic)) return undefined
  const keyId = material.subarray(from, from + keyIdBytes).toString('hex')
  const key = material.subarray(from + keyIdBytes)
  return { keyId, publicKey: createPublicKey({ key, format: 'der', type: 'spki' }) }
}
