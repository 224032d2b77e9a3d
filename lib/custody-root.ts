/**
 * A root key that a service or a token keeps (KMS, PKCS#11): it wraps a data key of 32 bytes, and that one seals the
 * manifest (AES-256-GCM). The wrapped data key stands in the head of the file and tells nothing without the backend.
 */
import Type from 'typebox'
import { CustodyError } from './custody-errors.ts'
import {
  backendNames,
  envelopeHead,
  otherBackend,
  sealEnvelope,
  unsealEnvelope,
  type BackendName,
  type RootKey,
} from './custody-seal.ts'
import { validator } from './validate.ts'

export interface DataKey {
  /** 32 bytes. */
  readonly key: Buffer
  readonly wrapped: Buffer
}

/** The two things a backend does. */
export interface KeyWrapper {
  readonly backend: Exclude<BackendName, 'passphrase'>
  /** Names the wrapping key for people. */
  readonly keyName: string
  readonly makeDataKey: () => Promise<DataKey>
  /** @throws CustodyError why it is not opened */
  readonly unwrap: (wrapped: Buffer) => Promise<Buffer>
}

const Head = Type.Object(
  {
    backend: Type.Unsafe<BackendName>({ type: 'string', enum: backendNames }),
    /** For people; the settings decide which key is asked. */
    key: Type.String({ maxLength: 500 }),
    wrapped: Type.String({ maxLength: 8_192 }),
  },
  { additionalProperties: false },
)
const validate = validator(Head)
const dataKeyBytes = 32

export class WrappedRoot implements RootKey {
  readonly backend: BackendName
  readonly keyName: string
  readonly #wrapper: KeyWrapper
  /** By the wrapped form: the backend is asked once for each. */
  readonly #opened = new Map<string, Promise<Buffer>>()
  /** What the newest file was sealed with seals the next: then a change of a key does not wait for the backend. */
  #last: DataKey | undefined

  constructor(wrapper: KeyWrapper) {
    this.#wrapper = wrapper
    this.backend = wrapper.backend
    this.keyName = wrapper.keyName
  }

  async seal(name: string, bytes: Uint8Array): Promise<Buffer> {
    this.#last ??= await this.#makeProved()
    const { key, wrapped } = this.#last
    const head = { backend: this.backend, key: this.keyName, wrapped: wrapped.toString('base64') }
    return sealEnvelope(key, JSON.stringify(head), { name, bytes })
  }

  async unseal(name: string, file: Buffer): Promise<Buffer> {
    const head = readHead(name, file)
    if (head === undefined) throw otherBackend(name, 'a passphrase', this.backend)
    if (head.backend !== this.backend) throw otherBackend(name, head.backend, this.backend)
    const key = await this.#open(head.wrapped)
    const opened = unsealEnvelope(key, name, file)
    if (opened === undefined) throw new CustodyError('CUSTODY_CORRUPT', `${name} was changed or renamed`)
    this.#last = { key, wrapped: Buffer.from(head.wrapped, 'base64') }
    return opened
  }

  /** Makes a data key and opens it again: a root that only wraps would take every key with it at the next start. */
  async #makeProved(): Promise<DataKey> {
    const made = await this.#wrapper.makeDataKey()
    const opened = await this.#open(made.wrapped.toString('base64'))
    if (opened.equals(made.key)) return made
    throw new CustodyError('CUSTODY_WRONG_KEY', 'the backend opens another data key than it made')
  }

  #open(wrapped: string): Promise<Buffer> {
    const known = this.#opened.get(wrapped)
    if (known !== undefined) return known
    const opening = this.#wrapper.unwrap(Buffer.from(wrapped, 'base64')).then((key) => {
      if (key.length === dataKeyBytes) return key
      throw new CustodyError('CUSTODY_WRONG_KEY', `the backend opened ${key.length} bytes, expected 32`)
    })
    this.#opened.set(wrapped, opening)
    // A backend that did not answer is asked again.
    opening.catch(() => this.#opened.delete(wrapped))
    return opening
  }
}

/** Reads the head of an envelope; undefined for what a passphrase sealed. */
function readHead(name: string, file: Buffer) {
  const text = envelopeHead(file)
  if (text === undefined) return undefined
  const outcome = validate(parsed(text))
  if (outcome.valid) return outcome.value
  throw new CustodyError('CUSTODY_CORRUPT', `the head of ${name} has another shape`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
