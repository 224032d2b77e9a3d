import { expect } from 'chai'
import fc from 'fast-check'
import { rangeProofRanges, verifyRange } from '../../../audit/report/range-proof.ts'
import { naiveRoot } from './naive-tree.ts'

const cases = fc
  .integer({ min: 1, max: 300 })
  .chain((size) =>
    fc
      .integer({ min: 0, max: size - 1 })
      .chain((start) =>
        fc.integer({ min: start + 1, max: size }).map((end) => ({ size, range: { start, end } })),
      ),
  )
const leafOf = (index: number) => Buffer.from(`leaf ${index}`)
const leavesOf = (start: number, end: number) =>
  Array.from({ length: end - start }, (_, at) => leafOf(start + at))

function proofOf({ size, range }: { size: number; range: { start: number; end: number } }) {
  const path = rangeProofRanges(range, size).map(({ start, end }) => naiveRoot(leavesOf(start, end)))
  return { size, range, path, leaves: leavesOf(range.start, range.end) }
}

function isAccepted(proof: ReturnType<typeof proofOf>): boolean {
  try {
    verifyRange(proof, naiveRoot(leavesOf(0, proof.size)))
    return true
  } catch (error) {
    expect((error as { code: string }).code).to.be.oneOf(['AUDIT_PROOF_INVALID', 'AUDIT_TREE_RANGE'])
    return false
  }
}

describe('a range proof', () => {
  it('holds for every range of every tree, and takes no more than two paths', () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const proof = proofOf(drawn)
        expect(isAccepted(proof)).to.equal(true)
        expect(proof.path.length).to.be.at.most(2 * Math.ceil(Math.log2(drawn.size + 1)))
      }),
    )
  })

  it('does not hold when a leaf is left out, added, changed or moved', () => {
    fc.assert(
      fc.property(cases, fc.nat(), (drawn, at) => {
        const proof = proofOf(drawn)
        const { leaves, range } = proof
        const position = at % leaves.length
        const without = leaves.toSpliced(position, 1)
        expect(isAccepted({ ...proof, leaves: without })).to.equal(false)
        expect(isAccepted({ ...proof, leaves: without, range: { ...range, end: range.end - 1 } })).to.equal(
          false,
        )
        expect(isAccepted({ ...proof, leaves: leaves.toSpliced(position, 0, leafOf(position)) })).to.equal(
          false,
        )
        expect(isAccepted({ ...proof, leaves: leaves.with(position, leafOf(-1)) })).to.equal(false)
        if (leaves.length > 1) expect(isAccepted({ ...proof, leaves: leaves.toReversed() })).to.equal(false)
      }),
    )
  })
})
