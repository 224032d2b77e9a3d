/**
 * What `audit/log/` uses of node:crypto, in a browser. Its signatures are checked by WebCrypto, which answers later,
 * while the verifier wants its answer now: a signature nobody has asked about is noted and taken as good, and once it
 * has been checked the whole is verified again. Only a pass in which every answer was known counts (`settle`).
 */
import { Buffer } from './browser-buffer.ts'
import { sha256 } from './sha256.ts'

interface PageKey {
  readonly der: Uint8Array<ArrayBuffer>
  readonly equals: (other: PageKey) => boolean
  readonly export: () => Uint8Array
}

interface Asked {
  readonly name: string
  readonly der: Uint8Array<ArrayBuffer>
  readonly message: Uint8Array<ArrayBuffer>
  readonly signature: Uint8Array<ArrayBuffer>
}

type Answer = 'good' | 'bad' | 'unsupported'

const answers = new Map<string, Answer>()
/**
 * What was asked about and is not known, by each pass that goes on. Passes that go on at the same time cannot be told
 * apart: what one asks is noted for all, so that none takes for good what another has asked about.
 */
const passes = new Set<Map<string, Asked>>()
/** SPKI of an Ed25519 key: 12 bytes of header and the key. */
const ed25519Bytes = 44

/** Hashes with SHA-256 into a string of one character a byte: no other algorithm or form is asked for. */
export function hash(_algorithm: 'sha256', bytes: Uint8Array, _form: 'binary'): string {
  return Buffer.from(sha256(bytes)).toString('latin1')
}

/** Holds a key in its SPKI form. */
export function createPublicKey({ key }: { readonly key: Uint8Array }): PageKey {
  const der = Uint8Array.from(key)
  return { der, equals: (other) => Buffer.compare(der, other.der) === 0, export: () => Buffer.from(der) }
}

/** Checks a signature, or notes that it is to be checked. @throws Error outside of `settle`, where nobody would check */
export function verify(_: null, message: Uint8Array, key: PageKey, signature: Uint8Array): boolean {
  const parts = [key.der, Uint8Array.from(signature), Uint8Array.from(message)] as const
  const name = Buffer.from(
    sha256(Buffer.concat([Buffer.from([signature.length & 0xff]), ...parts])),
  ).toString('hex')
  const answer = answers.get(name)
  if (answer === 'unsupported') throw new Error('this browser cannot check a signature of this kind')
  if (answer !== undefined) return answer === 'good'
  if (passes.size === 0) throw new Error('found a signature that nobody waits for')
  for (const asked of passes) asked.set(name, { name, der: parts[0], signature: parts[1], message: parts[2] })
  return true
}

/**
 * Runs a piece of verification until every signature it asked about is known, and answers what it gave then.
 *
 * @throws whatever it throws in that last pass
 */
export async function settle<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    const asked = new Map<string, Asked>()
    passes.add(asked)
    const outcome = await outcomeOf(work)
    passes.delete(asked)
    if (asked.size === 0) return outcome()
    // Each pass learns something, and a file of some size asks about so many signatures and no more.
    for (const each of asked.values()) answers.set(each.name, await check(each))
  }
}

/** Answers what gives or throws again what a piece of work gave or threw. */
async function outcomeOf<T>(work: () => Promise<T>): Promise<() => T> {
  try {
    const value = await work()
    return () => value
  } catch (error) {
    return () => {
      throw error
    }
  }
}

async function check({ der, message, signature }: Asked): Promise<Answer> {
  if (der.length !== ed25519Bytes) return 'unsupported'
  try {
    const key = await crypto.subtle.importKey('spki', der, 'Ed25519', false, ['verify'])
    return (await crypto.subtle.verify('Ed25519', key, signature, message)) ? 'good' : 'bad'
  } catch (error) {
    return error instanceof DOMException && error.name === 'NotSupportedError' ? 'unsupported' : 'bad'
  }
}
