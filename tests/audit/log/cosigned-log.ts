/** A small log with witnesses for tests: keys from fixed seeds, so that nothing differs between two runs. */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { signCheckpoint } from '../../../audit/log/checkpoint.ts'
import { cosign } from '../../../audit/log/cosignature.ts'
import { Frontier } from '../../../audit/log/frontier.ts'
import { leafHash, nodeHash } from '../../../audit/log/hash.ts'
import { encodeVerifierKey, type KeyType, type NoteSigner } from '../../../audit/log/note.ts'
import { inclusionRanges, consistencyRanges, type LeafRange } from '../../../audit/log/subtree.ts'

export interface TestSigner extends NoteSigner {
  readonly vkey: string
}

/** PKCS #8 header of a raw Ed25519 seed (RFC 8410 §7). */
const seedPrefix = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Makes a signer whose key follows from a number. */
export function testSigner(name: string, seed: number, type: KeyType = 'ed25519'): TestSigner {
  const der = Buffer.concat([seedPrefix, Buffer.alloc(32, seed)])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey)
  const vkey = encodeVerifierKey(name, publicKey, type)
  return { name, publicKey, vkey, sign: (bytes) => sign(null, bytes, privateKey) }
}

/** Names leaf `index` of every test log, as its hash. */
export function testLeaf(index: number, branch = ''): Buffer {
  return leafHash(Buffer.from(`entry ${index}${branch}`))
}

/** A log of leaves that follow from their index; from `forkedAt` on they are other ones. */
export class TestLog {
  readonly signer: TestSigner
  readonly #leaves: Buffer[] = []
  readonly #forkedAt: number

  constructor(signer: TestSigner, forkedAt = Number.POSITIVE_INFINITY) {
    this.signer = signer
    this.#forkedAt = forkedAt
  }

  /** Signs the tree of `size` leaves. */
  checkpoint(size: number): string {
    return signCheckpoint({ origin: this.signer.name, size, root: this.root(size) }, this.signer)
  }

  root(size: number): Buffer {
    return size === 0 ? new Frontier().root() : this.#hash({ start: 0, end: size })
  }

  inclusion(index: number, size: number): Buffer[] {
    return inclusionRanges(index, size).map((range) => this.#hash(range))
  }

  consistency(from: number, to: number): Buffer[] {
    return consistencyRanges(from, to).map((range) => this.#hash(range))
  }

  leaf(index: number): Buffer {
    for (let at = this.#leaves.length; at <= index; at++) {
      this.#leaves.push(testLeaf(at, at >= this.#forkedAt ? ' of a fork' : ''))
    }
    return this.#leaves[index] as Buffer
  }

  #hash({ start, end }: LeafRange): Buffer {
    if (end - start === 1) return this.leaf(start)
    let split = 1
    while (split * 2 < end - start) split *= 2
    const left = this.#hash({ start, end: start + split })
    return nodeHash(left, this.#hash({ start: start + split, end }))
  }
}

/** Puts the cosignatures of witnesses under a note. */
export function cosigned(
  note: string,
  witnesses: readonly NoteSigner[],
  timeSeconds = 1_700_000_000,
): string {
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1)
  return note + witnesses.map((witness) => cosign(text, witness, timeSeconds)).join('')
}

/** Takes one character away, puts one in, or both, at a place: each is one byte of ASCII text. */
export function mutate(text: string, at: number, change: { put: string; taken: number }): string {
  return text.slice(0, at) + change.put + text.slice(at + change.taken)
}
