/**
 * Proves that leaves from one index up to another are exactly those of the tree at these places: none left out,
 * none added, none moved. The proof is the hashes of what lies left and right of them.
 */
import { AuditError } from '../log/errors.ts'
import { leafHash, nodeHash } from '../log/hash.ts'
import type { LeafRange } from '../log/subtree.ts'

/**
 * Lists the ranges outside [start, end) whose hashes rebuild the root together with the leaves inside.
 *
 * @throws AuditError AUDIT_TREE_RANGE unless 0 ≤ start < end ≤ size
 */
export function rangeProofRanges({ start, end }: LeafRange, size: number): LeafRange[] {
  if (!(start >= 0 && start < end && end <= size)) {
    throw new AuditError('AUDIT_TREE_RANGE', `found leaves ${start} to ${end} in a tree of ${size}`)
  }
  const outside: LeafRange[] = []
  walk({ start: 0, end: size }, { start, end }, (range) => outside.push(range))
  return outside
}

/** Visits, left to right, the largest nodes of the tree that lie outside the leaves that are known. */
function walk(node: LeafRange, known: LeafRange, visit: (range: LeafRange) => void): void {
  if (node.end <= known.start || node.start >= known.end) visit(node)
  else if (node.start < known.start || node.end > known.end) {
    const middle = middleOf(node)
    walk({ start: node.start, end: middle }, known, visit)
    walk({ start: middle, end: node.end }, known, visit)
  }
}

export interface RangeProof {
  readonly range: LeafRange
  readonly size: number
  /** The leaves' bytes, in order, from `range.start` on; attacker-controlled. */
  readonly leaves: readonly Uint8Array[]
  /** Hashes of `rangeProofRanges`, in their order; attacker-controlled. */
  readonly path: readonly Uint8Array[]
}

/**
 * Checks that a tree with this root has exactly these leaves at these places.
 *
 * @throws AuditError AUDIT_PROOF_INVALID
 */
export function verifyRange({ range, size, leaves, path }: RangeProof, root: Uint8Array): void {
  if (leaves.length !== range.end - range.start) {
    throw invalid(`${leaves.length} leaves, expected ${range.end - range.start}`)
  }
  const outside = rangeProofRanges(range, size)
  if (outside.length !== path.length) throw invalid(`${path.length} hashes, expected ${outside.length}`)
  const known = new Map(outside.map(({ start, end }, at) => [`${start} ${end}`, path[at]]))
  const hashOf = (node: LeafRange): Uint8Array => {
    const given = known.get(`${node.start} ${node.end}`)
    if (given !== undefined) return given
    if (node.end - node.start === 1) {
      const leaf = leaves[node.start - range.start]
      if (leaf === undefined) throw invalid('a leaf that is missing')
      return leafHash(leaf)
    }
    const middle = middleOf(node)
    return nodeHash(hashOf({ start: node.start, end: middle }), hashOf({ start: middle, end: node.end }))
  }
  if (Buffer.compare(hashOf({ start: 0, end: size }), root) !== 0) throw invalid('leaves of another root')
}

/** Splits where RFC 6962 §2.1 does: the largest power of two below the width. */
function middleOf({ start, end }: LeafRange): number {
  let split = 1
  while (split * 2 < end - start) split *= 2
  return start + split
}

function invalid(found: string): AuditError {
  return new AuditError('AUDIT_PROOF_INVALID', `found ${found}`)
}
