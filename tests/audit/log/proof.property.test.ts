import { expect } from 'chai'
import fc from 'fast-check'
import { joinBundle } from '../../../audit/log/bundle.ts'
import { AuditError } from '../../../audit/log/errors.ts'
import { emptyRoot, leafHash, nodeHash, splitHashes } from '../../../audit/log/hash.ts'
import { verifyConsistency, verifyInclusion } from '../../../audit/log/proof.ts'
import {
  consistencyRanges,
  inclusionRanges,
  rangeHash,
  runOf,
  subtreesOf,
  type LeafRange,
} from '../../../audit/log/subtree.ts'
import { bundleBytes, foldRow, hashBundle } from '../../../audit/log/tile-hash.ts'
import { propertyRuns } from '../../support/property.ts'

const most = 65_537
const hashes = Array.from({ length: most }, (_, at) => leafHash(Buffer.from(`entry ${at}`)))
const named = [255, 256, 257, 65_535, 65_536, 65_537]

/** The definition (RFC 6962 §2.1), each range once. */
const memo = new Map<number, Buffer>()
function naive(start: number, end: number): Buffer {
  if (end - start === 1) return hashes[start] as Buffer
  const name = start * 2 ** 20 + end
  const known = memo.get(name)
  if (known !== undefined) return known
  const split = start + splitOf(end - start)
  const hash = nodeHash(naive(start, split), naive(split, end))
  memo.set(name, hash)
  return hash
}

function splitOf(count: number): number {
  let split = 1
  while (split * 2 < count) split *= 2
  return split
}

/** PATH(m, D[n]) of RFC 6962 §2.1.1. */
function naiveInclusion(index: number, start: number, end: number): Buffer[] {
  if (end - start === 1) return []
  const split = start + splitOf(end - start)
  return index < split
    ? [...naiveInclusion(index, start, split), naive(split, end)]
    : [...naiveInclusion(index, split, end), naive(start, split)]
}

/** SUBPROOF(m, D[n], b) of RFC 6962 §2.1.2. */
function naiveConsistency(from: number, [start, end]: readonly [number, number], isWhole: boolean): Buffer[] {
  if (from === end) return isWhole ? [] : [naive(start, end)]
  const split = start + splitOf(end - start)
  return from <= split
    ? [...naiveConsistency(from, [start, split], isWhole), naive(split, end)]
    : [...naiveConsistency(from, [split, end], false), naive(start, split)]
}

/** Rows as tiles have them: leaf hashes, and the roots over each 256 of the row below. */
const rows: Buffer[][] = [hashes]
for (let row = hashes; row.length >= 256; row = rows.at(-1) ?? []) {
  const above = Array.from({ length: Math.floor(row.length / 256) }, (_, at) =>
    Buffer.from(foldRow(Buffer.concat(row.slice(at * 256, at * 256 + 256)))),
  )
  rows.push(above)
}

function fromTiles(ranges: readonly LeafRange[]): Buffer[] {
  return ranges.map((range) =>
    rangeHash(
      subtreesOf(range).map((subtree) => {
        const { level, first, count } = runOf(subtree)
        return (rows[level / 8] ?? []).slice(first, first + count)
      }),
    ),
  )
}

/** Every way to change one byte by one bit, of all hashes of a proof. */
function* mutations(path: readonly Buffer[]): Generator<Buffer[]> {
  for (const [at, hash] of path.entries()) {
    for (let byte = 0; byte < hash.length; byte++) {
      const changed = Buffer.from(hash)
      changed[byte] = (changed[byte] ?? 0) ^ (1 << (byte % 8))
      yield path.with(at, changed)
    }
  }
}

const isRefused = (check: () => void) => {
  try {
    check()
    return false
  } catch (error) {
    if (error instanceof AuditError) return error.code === 'AUDIT_PROOF_INVALID'
    throw error
  }
}

describe('proofs out of tiles', function () {
  this.timeout(120_000)
  const size = fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.constantFrom(...named))
  const inside = size.chain((of) => fc.tuple(fc.constant(of), fc.nat(of - 1)))

  it('of inclusion are those of the definition, are accepted, and not with any byte changed', () => {
    fc.assert(
      fc.property(inside, fc.nat(), ([of, index], seed) => {
        const path = fromTiles(inclusionRanges(index, of))
        expect(path).to.deep.equal(naiveInclusion(index, 0, of))
        const root = naive(0, of)
        const hash = hashes[index] as Buffer
        const verify = (changed: readonly Buffer[]) => () =>
          verifyInclusion({ index, size: of, leafHash: hash, path: changed }, root)
        verify(path)()
        const all = [...mutations(path)]
        if (all.length > 0) expect(isRefused(verify(all[seed % all.length] ?? []))).to.equal(true)
        expect(isRefused(verify([...path, hash]))).to.equal(true)
        expect(path.length === 0 || isRefused(verify(path.slice(1)))).to.equal(true)
      }),
      propertyRuns({ ci: 400, soak: 20_000 }),
    )
  })

  it('of consistency are those of the definition, are accepted, and not with any byte changed', () => {
    fc.assert(
      fc.property(inside, fc.nat(), ([to, before], seed) => {
        const from = before + 1
        const path = fromTiles(consistencyRanges(from, to))
        expect(path).to.deep.equal(naiveConsistency(from, [0, to], true))
        const [fromRoot, toRoot] = [naive(0, from), naive(0, to)]
        const verify = (changed: readonly Buffer[]) => () =>
          verifyConsistency({ from, to, fromRoot, toRoot, path: changed })
        verify(path)()
        const all = [...mutations(path)]
        if (all.length > 0) expect(isRefused(verify(all[seed % all.length] ?? []))).to.equal(true)
        expect(isRefused(verify([...path, toRoot]))).to.equal(true)
      }),
      propertyRuns({ ci: 400, soak: 20_000 }),
    )
  })

  it('are refused for every byte of them at each of the named sizes', () => {
    for (const of of named) {
      const index = Math.floor(of / 3)
      const root = naive(0, of)
      const inclusion = fromTiles(inclusionRanges(index, of))
      for (const path of mutations(inclusion)) {
        const leaf = hashes[index] as Buffer
        expect(isRefused(() => verifyInclusion({ index, size: of, leafHash: leaf, path }, root))).to.equal(
          true,
        )
      }
      for (const from of named.filter((each) => each < of)) {
        const sizes = { from, to: of, fromRoot: naive(0, from), toRoot: root }
        for (const path of mutations(fromTiles(consistencyRanges(from, of)))) {
          expect(isRefused(() => verifyConsistency({ ...sizes, path }))).to.equal(true)
        }
      }
    }
  })
})

describe('hashing a bundle or a row whole', () => {
  it('gives what hashing one by one gives', () => {
    const entry = fc.uint8Array({ maxLength: 300 })
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 256 }), fc.nat(255), (entries, cut) => {
        const width = Math.min(entries.length, cut + 1)
        const bundle = joinBundle(entries)
        expect(bundleBytes(bundle, entries.length)).to.equal(bundle.length)
        const seen: number[] = []
        const row = hashBundle(bundle, width, (at, start, end) => {
          seen.push(at)
          expect(bundle.subarray(start, end).equals(entries[at] ?? Buffer.alloc(0))).to.equal(true)
        })
        expect(seen).to.have.length(width)
        expect(splitHashes(row)).to.deep.equal(entries.slice(0, width).map((each) => leafHash(each)))
      }),
      propertyRuns({ ci: 100, soak: 5_000 }),
    )
  })

  it('folds a row of any length to the root of the definition, and leaves it as it is', () => {
    for (let count = 1; count <= 520; count++) {
      const row = Buffer.concat(hashes.slice(0, count))
      expect(foldRow(row).equals(naive(0, count)), `${count}`).to.equal(true)
      expect(row.equals(Buffer.concat(hashes.slice(0, count)))).to.equal(true)
    }
    for (const count of named) {
      expect(foldRow(Buffer.concat(hashes.slice(0, count))).equals(naive(0, count))).to.equal(true)
    }
    expect(emptyRoot).to.have.length(32)
  })

  it('gives hashes or its own error for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.integer({ min: 1, max: 256 }), (bytes, width) => {
        try {
          expect(hashBundle(Buffer.from(bytes), width)).to.have.length(32 * width)
        } catch (error) {
          expect(error).to.be.instanceOf(AuditError).with.property('code', 'AUDIT_LOG_CORRUPT')
        }
      }),
      propertyRuns({ ci: 500, soak: 50_000 }),
    )
  })
})
