import { expect } from 'chai'
import fc from 'fast-check'
import { Frontier } from '../../../audit/log/frontier.ts'
import { emptyRoot, leafHash, nodeHash } from '../../../audit/log/hash.ts'
import { verifyConsistency, verifyInclusion } from '../../../audit/log/proof.ts'
import {
  consistencyRanges,
  inclusionRanges,
  rangeHash,
  runOf,
  subtreesOf,
  type LeafRange,
} from '../../../audit/log/subtree.ts'
import { propertyRuns } from '../../support/property.ts'

/** MTH of RFC 6962 §2.1, word by word. */
function naiveRoot(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves
  if (only === undefined) return emptyRoot
  if (leaves.length === 1) return only
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return nodeHash(naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)))
}

const leaves = Array.from({ length: 600 }, (_, at) => leafHash(Buffer.from(`entry ${at}`)))
const roots = new Map<number, Buffer>()
const rootOf = (size: number) => {
  const root = roots.get(size) ?? naiveRoot(leaves.slice(0, size))
  roots.set(size, root)
  return root
}

/** Rows as the store keeps them: leaves and every eighth level. */
const stored = new Map(leaves.map((hash, at) => [`0 ${at}`, hash]))
const growing = new Frontier()
for (const leaf of leaves) {
  growing.add(leaf, (level, index, hash) => {
    if (level % 8 === 0) stored.set(`${level} ${index}`, hash)
  })
}

function hashOf(range: LeafRange): Buffer {
  const runs = subtreesOf(range).map(runOf)
  return rangeHash(
    runs.map(({ level, first, count }) =>
      Array.from({ length: count }, (_, at) => stored.get(`${level} ${first + at}`) as Buffer),
    ),
  )
}

describe('the tree', () => {
  it('has the roots of the certificate transparency test vectors', () => {
    // google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc
    const inputs = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ]
    const frontier = new Frontier()
    expect(frontier.root().toString('hex')).to.equal(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    )
    for (const input of inputs) frontier.add(leafHash(Buffer.from(input, 'hex')))
    expect(frontier.root().toString('hex')).to.equal(
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    )
  })

  it('grows to the root of the definition at every size', () => {
    const frontier = new Frontier()
    for (let size = 0; size <= 300; size++) {
      expect(frontier.root().equals(rootOf(size)), `size ${size}`).to.equal(true)
      frontier.add(leaves[size] as Buffer)
    }
  })

  it('proves every leaf of every small tree', () => {
    for (let size = 1; size <= 130; size++) {
      for (let index = 0; index < size; index++) {
        const path = inclusionRanges(index, size).map(hashOf)
        verifyInclusion({ index, size, leafHash: leaves[index] as Buffer, path }, rootOf(size))
      }
    }
  })

  it('proves consistency of every pair of small trees', () => {
    for (let to = 1; to <= 130; to++) {
      for (let from = 0; from <= to; from++) {
        const path = consistencyRanges(from, to).map(hashOf)
        verifyConsistency({ from, to, fromRoot: rootOf(from), toRoot: rootOf(to), path })
      }
    }
  })

  it('refuses a proof with any one byte changed, a hash more or a hash less', () => {
    const cases = fc
      .integer({ min: 2, max: 600 })
      .chain((size) =>
        fc.tuple(fc.constant(size), fc.nat(size - 1), fc.nat(), fc.integer({ min: 1, max: 255 })),
      )
    fc.assert(
      fc.property(cases, ([size, index, position, mask]) => {
        const path = inclusionRanges(index, size).map(hashOf)
        const proof = { index, size, leafHash: leaves[index] as Buffer }
        const damaged = path.map((hash) => Buffer.from(hash))
        const hash = damaged[position % damaged.length] as Buffer
        hash[position % 32] = (hash[position % 32] ?? 0) ^ mask
        for (const wrong of [damaged, path.slice(1), [...path, rootOf(1)]]) {
          expect(() => verifyInclusion({ ...proof, path: wrong }, rootOf(size)))
            .to.throw()
            .with.property('code', 'AUDIT_PROOF_INVALID')
        }
      }),
      propertyRuns({ ci: 100, soak: 5_000 }),
    )
  })
})
