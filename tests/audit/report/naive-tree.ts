/** The tree of RFC 6962 §2.1 word for word, to hold ours against. */
import { createHash } from 'node:crypto'

/** Computes the Merkle tree hash of a list of entries. */
export function naiveRoot(leaves: readonly Uint8Array[]): Buffer {
  const [first] = leaves
  if (first === undefined) return createHash('sha256').digest()
  if (leaves.length === 1)
    return createHash('sha256')
      .update(Buffer.from([0]))
      .update(first)
      .digest()
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1)
  return createHash('sha256')
    .update(Buffer.from([1]))
    .update(naiveRoot(leaves.slice(0, split)))
    .update(naiveRoot(leaves.slice(split)))
    .digest()
}

/** Computes the audit path of a leaf, leaf upwards. */
export function naivePath(leaves: readonly Uint8Array[], index: number): Buffer[] {
  if (leaves.length <= 1) return []
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1)
  return index < split
    ? [...naivePath(leaves.slice(0, split), index), naiveRoot(leaves.slice(split))]
    : [...naivePath(leaves.slice(split), index - split), naiveRoot(leaves.slice(0, split))]
}
