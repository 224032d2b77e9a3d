/** The compressor against a reader of the format that shares nothing with it. */
import { expect } from 'chai'
import fc from 'fast-check'
import { compressSnappy } from '../../../collector/export/snappy.ts'
import { encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { propertyRuns } from '../../support/property.ts'
import { spansOf } from '../generate.ts'
import { unsnap } from '../unsnap.ts'

const gives = (input: Uint8Array) => unsnap(compressSnappy(input)).equals(input)

describe('snappy', () => {
  it('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3_000 }), (input) => void expect(gives(input)).to.equal(true)),
      propertyRuns({ ci: 300, soak: 20_000 }),
    )
  })

  it('gives back what repeats, at every distance and length', () => {
    const part = fc.record({
      bytes: fc.uint8Array({ minLength: 1, maxLength: 90 }),
      times: fc.integer({ min: 1, max: 40 }),
      apart: fc.nat({ max: 3_000 }),
    })
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const input = Buffer.concat(
          parts.flatMap(({ bytes, times, apart }) => [
            ...new Array<Uint8Array>(times).fill(bytes),
            Buffer.alloc(apart, bytes[0]),
            bytes,
          ]),
        )
        expect(gives(input)).to.equal(true)
      }),
      propertyRuns({ ci: 200, soak: 20_000 }),
    )
  })

  it('gives back inputs around the sizes of its blocks and lengths', () => {
    const random = fc.sample(fc.uint8Array({ minLength: 70_000, maxLength: 70_000 }), {
      numRuns: 1,
      seed: 1,
    })[0]
    for (const size of [0, 1, 14, 15, 16, 59, 60, 61, 62, 255, 256, 257, 65_535, 65_536, 65_537, 66_000]) {
      expect(gives(Buffer.alloc(size, 'abc')), String(size)).to.equal(true)
      expect(gives((random ?? new Uint8Array()).subarray(0, size)), String(size)).to.equal(true)
    }
  })

  it('takes less than half of what telemetry takes', () => {
    const input = encodeTraces(new ProtobufWriter(), spansOf(500))
    expect(gives(input)).to.equal(true)
    expect(compressSnappy(input).length).to.be.lessThan(input.length / 2)
  })
})
