import { createHash } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { drawSample } from '../../../audit/report/sample.ts'

const bytes = (min: number, max = min) => fc.uint8Array({ minLength: min, maxLength: max })
const request = fc
  .record({ root: bytes(32), nonce: bytes(16, 64), from: fc.nat(1e12), population: fc.nat(400) })
  .chain(({ population, from, ...rest }) =>
    fc.nat(population).map((count) => ({ ...rest, from, to: from + population, count })),
  )

describe('a deterministic sample', () => {
  it('has as many distinct items of the population as were asked for, and is the same each time', () => {
    fc.assert(
      fc.property(request, (asked) => {
        const sample = drawSample(asked)
        expect(new Set(sample).size).to.equal(asked.count)
        expect(sample.every((index) => index >= asked.from && index < asked.to)).to.equal(true)
        expect(sample).to.deep.equal([...sample].sort((a, b) => a - b))
        expect(drawSample(asked)).to.deep.equal(sample)
      }),
    )
  })

  it('is another one for another root or nonce', () => {
    fc.assert(
      fc.property(bytes(32), bytes(16), (root, nonce) => {
        const drawn = (given: { root?: Uint8Array; nonce?: Uint8Array } = {}) =>
          drawSample({ root, nonce, from: 0, to: 1_000_000, count: 20, ...given })
        expect(drawn({ nonce: nonce.map((byte) => byte ^ 1) })).not.to.deep.equal(drawn())
        expect(drawn({ root: root.map((byte) => byte ^ 1) })).not.to.deep.equal(drawn())
      }),
    )
  })

  it('draws every item equally often', () => {
    const population = 20
    const count = 5
    const rounds = 8_000
    const hits = new Array<number>(population).fill(0)
    for (let round = 0; round < rounds; round += 1) {
      const nonce = createHash('sha256').update(String(round)).digest()
      for (const index of drawSample({ root: Buffer.alloc(32), nonce, from: 0, to: population, count })) {
        hits[index] = (hits[index] ?? 0) + 1
      }
    }
    const expected = (rounds * count) / population
    const chiSquare = hits.reduce((sum, hit) => sum + (hit - expected) ** 2 / expected, 0)
    // 43.82 is the 99.9 % point of chi square with 19 degrees of freedom; drawing without replacement varies less.
    expect(chiSquare).to.be.below(43.82)
  })

  it('is what a program in another language draws from the same root and nonce', () => {
    const drawn = drawSample({
      root: createHash('sha256').update('root').digest(),
      nonce: Buffer.from('an auditor says this'),
      from: 1_000,
      to: 51_000,
      count: 5,
    })
    expect(drawn).to.deep.equal([6_230, 7_316, 8_802, 22_456, 29_877])
  })

  it('refuses a short nonce and more items than there are', () => {
    const code = (given: object) => {
      try {
        drawSample({ root: Buffer.alloc(32), nonce: Buffer.alloc(16), from: 0, to: 3, count: 1, ...given })
        return undefined
      } catch (error) {
        return (error as { code: string }).code
      }
    }
    expect(code({})).to.equal(undefined)
    expect(code({ nonce: Buffer.alloc(15) })).to.equal('AUDIT_SAMPLE_INVALID')
    expect(code({ count: 4 })).to.equal('AUDIT_SAMPLE_INVALID')
    expect(code({ from: 4 })).to.equal('AUDIT_SAMPLE_INVALID')
    expect(code({ count: 0.5 })).to.equal('AUDIT_SAMPLE_INVALID')
  })
})
