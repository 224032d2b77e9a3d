import { crc32 } from 'node:zlib'
import { expect } from 'chai'
import fc from 'fast-check'
import {
  decodeHeader,
  encodeHeader,
  headerBytes,
  headerOf,
  isWhole,
  nextMagic,
} from '../../../collector/queue/record.ts'

const signal = fc.constantFrom('traces', 'logs', 'metrics')
const payloads = fc.uint8Array({ maxLength: 300 })

/** A record as a build before this one wrote it, with zlib's checksum. */
function earlierHeader(payload: Uint8Array): Buffer {
  const bytes = Buffer.alloc(headerBytes)
  bytes.write('CMQ1')
  for (const [at, word] of [1, 7, payload.length, crc32(payload)].entries()) {
    bytes.writeUInt32LE(word, 4 + 4 * at)
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(0, headerBytes - 4)), headerBytes - 4)
  return bytes
}

describe('a record of the write-ahead log', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(signal, fc.nat(2 ** 32 - 1), payloads, (kind, items, payload) => {
        const header = headerOf(kind, items, payload)
        expect(decodeHeader(Buffer.concat([Buffer.of(0), encodeHeader(header)]), 1)).to.deep.equal(header)
        expect(isWhole(header, payload)).to.equal(true)
      }),
    )
  })

  it('is known by CRC-32C', () => {
    // RFC 3720, appendix B.4.
    expect(headerOf('traces', 1, new Uint8Array(32)).payloadCrc).to.equal(0x8a9136aa)
  })

  it('is read from an earlier build too, with its checksum', () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        const header = decodeHeader(earlierHeader(payload), 0)
        expect(header).to.include({ signal: 'logs', items: 7, payloadBytes: payload.length })
        expect(header !== undefined && isWhole(header, payload)).to.equal(true)
      }),
    )
  })

  it('is none with any bit turned, of an earlier build or of this one', () => {
    const place = { byte: fc.nat(headerBytes - 1), bit: fc.nat(7) }
    fc.assert(
      fc.property(payloads, fc.boolean(), fc.record(place), (payload, isEarlier, { byte, bit }) => {
        const bytes = isEarlier ? earlierHeader(payload) : encodeHeader(headerOf('traces', 1, payload))
        bytes.writeUInt8(bytes.readUInt8(byte) ^ (1 << bit), byte)
        expect(decodeHeader(bytes, 0)).to.equal(undefined)
      }),
    )
  })

  it('is not whole with any bit of its payload turned', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.nat(),
        fc.nat(7),
        (payload, at, bit) => {
          const header = headerOf('traces', 1, payload)
          const damaged = payload.map((byte, index) =>
            index === at % payload.length ? byte ^ (1 << bit) : byte,
          )
          expect(isWhole(header, damaged)).to.equal(false)
        },
      ),
    )
  })

  it('is looked for by what all headers begin with', () => {
    const payload = Buffer.from('spans')
    const bytes = Buffer.concat([
      Buffer.from('CM'),
      earlierHeader(payload),
      encodeHeader(headerOf('logs', 1, payload)),
    ])
    const first = nextMagic(bytes, 0)
    expect([first, nextMagic(bytes, first + 1)]).to.deep.equal([2, 2 + headerBytes])
    expect(nextMagic(bytes, 3 + headerBytes)).to.equal(bytes.length)
  })
})
