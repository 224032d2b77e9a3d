import { crc32c } from '@node-rs/crc32'
import { expect } from 'chai'
import fc from 'fast-check'
import {
  encodeRecord,
  groupHeadBytes,
  payloadOf,
  recordAt,
  scanRecords,
  sealGroup,
} from '../../../sdk/spool/record-format.ts'

/** Bit by bit, as the polynomial is defined. */
function slowCrc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return ~crc >>> 0
}

describe('CRC-32C', () => {
  // RFC 3720, appendix B.4.
  const vectors: readonly [name: string, bytes: Uint8Array, crc: number][] = [
    ['zeros', new Uint8Array(32), 0x8a9136aa],
    ['ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['counting up', Uint8Array.from({ length: 32 }, (_, n) => n), 0x46dd794e],
    ['counting down', Uint8Array.from({ length: 32 }, (_, n) => 31 - n), 0x113fdb5c],
  ]
  for (const [name, bytes, crc] of vectors) {
    it(`gives the checksum of RFC 3720 for 32 bytes of ${name}`, () => {
      expect(crc32c(bytes)).to.equal(crc)
    })
  }

  it('equals the bitwise definition, in one piece and in two', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, cut) => {
        const at = Math.min(cut, bytes.length)
        expect(crc32c(bytes)).to.equal(slowCrc32c(bytes))
        expect(crc32c(bytes.subarray(at), crc32c(bytes.subarray(0, at)))).to.equal(slowCrc32c(bytes))
      }),
    )
  })
})

describe('records of the spool', () => {
  const payloads = fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { minLength: 1, maxLength: 12 })
  const texts = (bytes: Buffer) => scanRecords(bytes).records.map((record) => payloadOf(bytes, record))

  it('are found again as they were written', () => {
    fc.assert(
      fc.property(payloads, (written) => {
        const bytes = Buffer.concat(written.map((payload) => encodeRecord('E', payload)))
        expect(texts(bytes)).to.deep.equal(written)
        expect(scanRecords(bytes).damage).to.deep.equal([])
      }),
    )
  })

  it('are lost to one changed byte alone: the damaged one is skipped and named, all others are found', () => {
    fc.assert(
      fc.property(payloads, fc.nat(), fc.integer({ min: 1, max: 255 }), (written, where, change) => {
        const records = written.map((payload) => encodeRecord('E', payload))
        const bytes = Buffer.concat(records)
        const at = where % bytes.length
        bytes[at] = (bytes[at] ?? 0) ^ change
        let hit = 0
        for (let end = 0; hit < records.length; hit++) if ((end += records[hit]?.length ?? 0) > at) break
        expect(texts(bytes)).to.deep.equal(written.filter((_, n) => n !== hit))
        const [damage] = scanRecords(bytes).damage
        expect(damage?.from).to.be.at.most(at)
        expect(damage?.to).to.be.above(at)
      }),
    )
  })

  it('are a prefix of what was written when the file was torn anywhere', () => {
    fc.assert(
      fc.property(payloads, fc.nat(), (written, cut) => {
        const bytes = Buffer.concat(written.map((payload) => encodeRecord('E', payload)))
        const torn = bytes.subarray(0, cut % bytes.length)
        const found = texts(torn)
        expect(found).to.deep.equal(written.slice(0, found.length))
      }),
    )
  })

  it('never make the scan fail, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const bytes = Buffer.from(noise)
        const { records, damage } = scanRecords(bytes)
        const covered = [...records.map((r) => r.bytes), ...damage.map((d) => d.to - d.from)]
        expect(covered.reduce((sum, n) => sum + n, 0)).to.equal(bytes.length)
      }),
    )
  })

  it('tell up to where the file was synced', () => {
    const group = Buffer.alloc(groupHeadBytes)
    sealGroup(group, 4_711)
    expect(scanRecords(group).syncedBytes).to.equal(4_711)
    expect(recordAt(group, 1)).to.equal(undefined)
  })
})
