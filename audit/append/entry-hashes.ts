/**
 * Hashes of the entries of one batch side by side, for as long as its events are remembered: a `Buffer` of its own for
 * each would keep the slab it was cut from, some kilobytes for every event.
 */
import { hashBytes } from '../log/hash.ts'
import type { KnownEvent } from '../store/known-events.ts'

export class EntryHashes {
  /** Leaf hashes of all entries, then their digests. */
  readonly #bytes: Buffer
  readonly #most: number
  #count = 0

  /** @param most entries of the batch */
  constructor(most: number) {
    this.#most = most
    this.#bytes = Buffer.allocUnsafeSlow(2 * most * hashBytes)
  }

  /** The leaf hashes that were added, one after the other. */
  get leafHashes(): Buffer {
    return this.#bytes.subarray(0, this.#count * hashBytes)
  }

  /** Adds an entry and answers what is remembered of it. */
  add(index: number, leafHash: Uint8Array, digest: Uint8Array): KnownEvent {
    const at = this.#count++
    this.#bytes.set(leafHash, at * hashBytes)
    this.#bytes.set(digest, (this.#most + at) * hashBytes)
    return new KeptEvent(index, { bytes: this.#bytes, leafAt: at, digestAt: this.#most + at })
  }
}

interface Place {
  readonly bytes: Buffer
  /** Positions, in hashes. */
  readonly leafAt: number
  readonly digestAt: number
}

class KeptEvent implements KnownEvent {
  readonly index: number
  readonly #bytes: Buffer
  readonly #leafAt: number
  readonly #digestAt: number

  constructor(index: number, { bytes, leafAt, digestAt }: Place) {
    this.index = index
    this.#bytes = bytes
    this.#leafAt = leafAt
    this.#digestAt = digestAt
  }

  get leafHash(): Buffer {
    return hashAt(this.#bytes, this.#leafAt)
  }

  get digest(): Buffer {
    return hashAt(this.#bytes, this.#digestAt)
  }
}

function hashAt(bytes: Buffer, at: number): Buffer {
  return bytes.subarray(at * hashBytes, (at + 1) * hashBytes)
}
