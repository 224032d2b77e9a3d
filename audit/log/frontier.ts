/**
 * The right edge of a growing tree: the roots of its complete subtrees, one for each bit of its size, largest
 * first. It is all that appending and computing the root need ("compact range").
 */
import { AuditError } from './errors.ts'
import { emptyRoot, hashBytes, nodeHash } from './hash.ts'

/** Called for every inner node that became complete: `level` 1 is above the leaves, `index` counts from the left. */
export type OnNode = (level: number, index: number, hash: Buffer) => void

export class Frontier {
  #size: number
  readonly #hashes: Buffer[]

  /**
   * @param size leaves so far
   * @param hashes roots of the complete subtrees, largest first
   * @throws AuditError AUDIT_LOG_CORRUPT when their number does not fit the size
   */
  constructor(size = 0, hashes: readonly Buffer[] = []) {
    if (hashes.length !== bitsOf(size)) {
      throw new AuditError(
        'AUDIT_LOG_CORRUPT',
        `found ${hashes.length} frontier hashes, expected ${bitsOf(size)} for size ${size}`,
      )
    }
    this.#size = size
    this.#hashes = [...hashes]
  }

  get size(): number {
    return this.#size
  }

  /** Appends one leaf by its hash. */
  add(leaf: Buffer, onNode?: OnNode): void {
    let node = leaf
    let index = this.#size
    for (let level = 1; index % 2 === 1; level++) {
      index = (index - 1) / 2
      // An odd size has a complete subtree at this level.
      node = nodeHash(this.#hashes.pop() as Buffer, node)
      onNode?.(level, index, node)
    }
    this.#hashes.push(node)
    this.#size++
  }

  /** Copies the edge; what is added to the copy does not change this one. */
  copy(): Frontier {
    return new Frontier(this.#size, this.#hashes)
  }

  /** Computes the root of the whole tree. */
  root(): Buffer {
    let root = this.#hashes.at(-1) ?? emptyRoot
    for (let at = this.#hashes.length - 2; at >= 0; at--) root = nodeHash(this.#hashes[at] as Buffer, root)
    return root
  }

  /** Writes the hashes one after the other, as `parseFrontier` reads them. */
  toBytes(): Buffer {
    return Buffer.concat(this.#hashes)
  }
}

/**
 * Reads a stored frontier.
 *
 * @throws AuditError AUDIT_LOG_CORRUPT when the length does not fit the size
 */
export function parseFrontier(size: number, bytes: Uint8Array): Frontier {
  const buffer = Buffer.from(bytes)
  const hashes: Buffer[] = []
  for (let at = 0; at < buffer.length; at += hashBytes) hashes.push(buffer.subarray(at, at + hashBytes))
  if (hashes.some(({ length }) => length !== hashBytes)) {
    throw new AuditError('AUDIT_LOG_CORRUPT', `found a frontier of ${buffer.length} bytes`)
  }
  return new Frontier(size, hashes)
}

/** Counts the one bits; by arithmetic, because sizes go beyond 32 bits. */
function bitsOf(size: number): number {
  let bits = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2
  return bits
}
