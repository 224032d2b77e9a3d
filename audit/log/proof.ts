/** Checks inclusion and consistency proofs as RFC 9162 §2.1.3.2 and §2.1.4.2 lay down. */
import { AuditError } from './errors.ts'
import { nodeHash } from './hash.ts'

export interface Inclusion {
  /** Zero-based, below `size`. */
  readonly index: number
  readonly size: number
  readonly leafHash: Uint8Array
  /** Sibling hashes, leaf upwards; attacker-controlled. */
  readonly path: readonly Uint8Array[]
}

/**
 * Recomputes the root from a leaf and its audit path.
 *
 * @throws AuditError AUDIT_PROOF_INVALID when the length does not fit `index` and `size`
 */
export function rootFromInclusion({ index, size, leafHash, path }: Inclusion): Uint8Array {
  if (!(index >= 0 && index < size)) throw invalid(`leaf ${index} in a tree of ${size}`)
  let node = index
  let last = size - 1
  let root = leafHash
  for (const sibling of path) {
    if (last === 0) throw invalid(`${path.length} hashes, expected fewer`)
    if (node % 2 === 1 || node === last) {
      root = nodeHash(sibling, root)
      while (node % 2 === 0 && node !== 0) {
        node = half(node)
        last = half(last)
      }
    } else root = nodeHash(root, sibling)
    node = half(node)
    last = half(last)
  }
  if (last !== 0) throw invalid(`${path.length} hashes, expected more`)
  return root
}

/**
 * Checks that a leaf is in the tree with this root.
 *
 * @throws AuditError AUDIT_PROOF_INVALID
 */
export function verifyInclusion(inclusion: Inclusion, root: Uint8Array): void {
  if (!isEqual(rootFromInclusion(inclusion), root)) throw invalid('a path to another root')
}

export interface Consistency {
  readonly from: number
  readonly to: number
  readonly fromRoot: Uint8Array
  readonly toRoot: Uint8Array
  /** Attacker-controlled. */
  readonly path: readonly Uint8Array[]
}

/**
 * Checks that the tree of `to` leaves begins with the tree of `from` leaves.
 *
 * @throws AuditError AUDIT_PROOF_INVALID
 */
export function verifyConsistency({ from, to, fromRoot, toRoot, path }: Consistency): void {
  if (!(from >= 0 && from <= to)) throw invalid(`sizes ${from} and ${to}`)
  if (from === 0 || from === to) {
    if (path.length > 0) throw invalid(`${path.length} hashes, expected none`)
    if (from === to && !isEqual(fromRoot, toRoot)) throw invalid('two roots of one size')
    return
  }
  const hashes = isPowerOfTwo(from) ? [fromRoot, ...path] : [...path]
  const { oldRoot, newRoot } = consistentRoots(hashes, from, to)
  if (!isEqual(oldRoot, fromRoot)) throw invalid('a path to another old root')
  if (!isEqual(newRoot, toRoot)) throw invalid('a path to another new root')
}

function consistentRoots(hashes: readonly Uint8Array[], from: number, to: number) {
  let node = from - 1
  let last = to - 1
  while (node % 2 === 1) {
    node = half(node)
    last = half(last)
  }
  const [first, ...rest] = hashes
  if (first === undefined) throw invalid('no hashes, expected some')
  let oldRoot = first
  let newRoot = first
  for (const hash of rest) {
    if (last === 0) throw invalid(`${hashes.length} hashes, expected fewer`)
    if (node % 2 === 1 || node === last) {
      oldRoot = nodeHash(hash, oldRoot)
      newRoot = nodeHash(hash, newRoot)
      while (node % 2 === 0 && node !== 0) {
        node = half(node)
        last = half(last)
      }
    } else newRoot = nodeHash(newRoot, hash)
    node = half(node)
    last = half(last)
  }
  if (last !== 0) throw invalid(`${hashes.length} hashes, expected more`)
  return { oldRoot, newRoot }
}

function half(n: number): number {
  return Math.floor(n / 2)
}

function isPowerOfTwo(n: number): boolean {
  let rest = n
  while (rest % 2 === 0) rest /= 2
  return rest === 1
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

function invalid(found: string): AuditError {
  return new AuditError('AUDIT_PROOF_INVALID', `found ${found}`)
}
