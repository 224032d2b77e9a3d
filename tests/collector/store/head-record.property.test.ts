import { expect } from 'chai'
import fc from 'fast-check'
import { encodeRecord, findRecords, recordBytes } from '../../../collector/store/head-record.ts'
import { propertyRuns } from '../../support/property.ts'

const blocks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 8 })

/** The file of a head after one turn was written over another. */
function written(earlier: readonly Uint8Array[], later: readonly Uint8Array[]): Buffer {
  const turn = (number: number, of: readonly Uint8Array[]) =>
    Buffer.concat([
      ...of.flatMap((block) => [encodeRecord(number, block.length), block]),
      encodeRecord(number, 0),
    ])
  const [below, above] = [turn(1, earlier), turn(2, later)]
  return Buffer.concat([above, below.subarray(Math.min(above.length, below.length))])
}

describe('the records of a head', () => {
  it('are those of the newest turn, whatever is left of the one before', () => {
    fc.assert(
      fc.property(blocks, blocks, (earlier, later) => {
        const content = written(earlier, later)
        const { records, isWhole } = findRecords(content)
        const found = records.map(({ at, blockBytes }) => [...content.subarray(at, at + blockBytes)])
        expect(found).to.deep.equal(later.map((block) => [...block]))
        expect(isWhole).to.equal(true)
      }),
      { ...propertyRuns({ ci: 300, soak: 30_000 }) },
    )
  })

  it('are found where damage did not hit them, and none of an earlier turn', () => {
    const damage = fc.record({ at: fc.nat(400), length: fc.integer({ min: 1, max: 60 }), byte: fc.nat(255) })
    fc.assert(
      fc.property(blocks, blocks, damage, (earlier, later, { at, length, byte }) => {
        const content = written(earlier, later)
        const clean = findRecords(content)
        const from = Math.min(at, content.length)
        const to = Math.min(from + length, content.length)
        // While anything of the newest turn can be read: without it there is no telling that it was.
        fc.pre(later.length > 0 && (from > 0 || to < (clean.records[0]?.at ?? 0)))
        const damaged = Buffer.from(content).fill(byte, from, to)
        const { records } = findRecords(damaged)
        const starts = new Set(records.map((record) => record.at))
        for (const record of clean.records) {
          const isHit = from < record.at && to > record.at - recordBytes
          const isSame = damaged.equals(content)
          if (!isHit || isSame) expect(starts.has(record.at)).to.equal(true)
        }
        const known = new Set(clean.records.map((record) => record.at))
        const first = records[0]
        if (first?.turn === 2) expect([...starts].every((start) => known.has(start))).to.equal(true)
      }),
      { ...propertyRuns({ ci: 500, soak: 50_000 }) },
    )
  })

  it('are read out of any bytes without an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const { records } = findRecords(Buffer.from(bytes))
        expect(records.every(({ at }) => at <= bytes.length)).to.equal(true)
      }),
      { ...propertyRuns({ ci: 300, soak: 30_000 }) },
    )
  })
})
