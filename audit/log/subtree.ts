/**
 * Which hashes a proof is made of (RFC 6962 §2.1.1 and §2.1.2), as ranges of leaves, and how a range is put
 * together from the hashes that are stored: those at levels 0, 8, 16, … (the rows of tlog-tiles).
 */
import { AuditError } from './errors.ts'
import { nodeHash } from './hash.ts'

/** Leaves from `start` up to and without `end`. */
export interface LeafRange {
  readonly start: number
  readonly end: number
}

/** A complete subtree: 2^level leaves from `index`·2^level. */
export interface Subtree {
  readonly level: number
  readonly index: number
}

/** Neighbouring stored hashes: `count` of them at a level that is a multiple of `tileHeight`. */
export interface HashRun {
  readonly level: number
  readonly first: number
  readonly count: number
}

/** Levels between two stored rows of hashes. */
export const tileHeight = 8

/**
 * Lists the ranges whose hashes prove that leaf `index` is in the tree of `size` leaves, leaf upwards.
 *
 * @throws AuditError AUDIT_TREE_RANGE unless 0 ≤ index < size
 */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  if (!(index >= 0 && index < size)) throw outside(`leaf ${index} in a tree of ${size}`)
  const ranges: LeafRange[] = []
  let start = 0
  let end = size
  while (end - start > 1) {
    const middle = start + splitOf(end - start)
    if (index < middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
    }
  }
  return ranges.reverse()
}

/**
 * Lists the ranges whose hashes prove that the tree of `to` leaves begins with the tree of `from`.
 *
 * @throws AuditError AUDIT_TREE_RANGE unless 0 ≤ from ≤ to
 */
export function consistencyRanges(from: number, to: number): LeafRange[] {
  if (!(from >= 0 && from <= to)) throw outside(`size ${from} below ${to}`)
  if (from === 0 || from === to) return []
  const ranges: LeafRange[] = []
  let start = 0
  let end = to
  while (from < end) {
    const middle = start + splitOf(end - start)
    if (from <= middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
    }
  }
  // The old root itself is known to whoever checks, and then not part of the proof.
  if (start > 0) ranges.push({ start, end })
  return ranges.reverse()
}

/** Cuts a range into complete subtrees, left to right. */
export function subtreesOf({ start, end }: LeafRange): Subtree[] {
  const subtrees: Subtree[] = []
  let at = start
  while (at < end) {
    let level = 0
    let width = 1
    while (at % (width * 2) === 0 && at + width * 2 <= end) {
      width *= 2
      level++
    }
    subtrees.push({ level, index: at / width })
    at += width
  }
  return subtrees
}

/** Names the stored hashes a complete subtree is computed from. */
export function runOf({ level, index }: Subtree): HashRun {
  const below = level % tileHeight
  const count = 2 ** below
  return { level: level - below, first: index * count, count }
}

/**
 * Computes the hash of a range (its Merkle tree hash) from the hashes of each of its subtrees' runs.
 *
 * @param runs stored hashes, in the order of `subtreesOf(range)` and `runOf`
 */
export function rangeHash(runs: readonly (readonly Buffer[])[]): Buffer {
  const roots = runs.map(foldPairs)
  const last = roots.pop()
  if (last === undefined) throw outside('an empty range')
  return roots.reduceRight((right, left) => nodeHash(left, right), last)
}

function foldPairs(hashes: readonly Buffer[]): Buffer {
  let row = hashes
  while (row.length > 1) {
    const above: Buffer[] = []
    for (let at = 0; at + 1 < row.length; at += 2) {
      above.push(nodeHash(row[at] as Buffer, row[at + 1] as Buffer))
    }
    row = above
  }
  const [root] = row
  if (root === undefined) throw outside('a run without hashes')
  return root
}

/** Finds the largest power of two below n, n > 1. */
function splitOf(n: number): number {
  let split = 1
  while (split * 2 < n) split *= 2
  return split
}

function outside(what: string): AuditError {
  return new AuditError('AUDIT_TREE_RANGE', `found ${what}, expected one inside the tree`)
}
