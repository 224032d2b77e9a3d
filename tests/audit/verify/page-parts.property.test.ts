import { createHash } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { Buffer as PageBuffer } from '../../../audit/verify/page/browser-buffer.ts'
import { sha256 } from '../../../audit/verify/page/sha256.ts'
import { propertyRuns } from '../../support/property.ts'

describe('what the page has in the place of Node’s own', () => {
  const bytes = fc.uint8Array({ maxLength: 300 })

  it('hashes as OpenSSL does, at every length around a block', () => {
    for (let length = 0; length <= 200; length++) {
      const input = Buffer.alloc(length, length)
      expect(Buffer.from(sha256(input))).to.deep.equal(createHash('sha256').update(input).digest())
    }
    fc.assert(
      fc.property(bytes, fc.nat(8), (input, skip) => {
        // A part of a larger buffer: offsets count.
        const part = input.subarray(Math.min(skip, input.length))
        expect(Buffer.from(sha256(part))).to.deep.equal(createHash('sha256').update(part).digest())
      }),
      propertyRuns({ ci: 300, soak: 50_000 }),
    )
  })

  it('writes and reads every encoding as Buffer does', () => {
    const encodings = ['utf8', 'hex', 'base64', 'base64url', 'latin1'] as const
    fc.assert(
      fc.property(bytes, fc.constantFrom(...encodings), (input, encoding) => {
        const text = Buffer.from(input).toString(encoding)
        expect(PageBuffer.from(input).toString(encoding)).to.equal(text)
        const back = Buffer.from(PageBuffer.from(text, encoding))
        expect(back).to.deep.equal(Buffer.from(text, encoding))
      }),
      propertyRuns({ ci: 500, soak: 50_000 }),
    )
  })

  it('reads base64 that breaks off as far as Buffer does', () => {
    fc.assert(
      fc.property(bytes, fc.nat(400), (input, end) => {
        const text = Buffer.from(input).toString('base64').replaceAll('=', '').slice(0, end)
        expect(Buffer.from(PageBuffer.from(text, 'base64'))).to.deep.equal(Buffer.from(text, 'base64'))
      }),
      propertyRuns({ ci: 500, soak: 50_000 }),
    )
  })

  it('writes text and numbers into itself as Buffer does', () => {
    // Halves of surrogate pairs too.
    const text = fc.array(fc.nat(0xffff), { maxLength: 40 }).map((codes) => String.fromCharCode(...codes))
    fc.assert(
      fc.property(text, fc.nat(60), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (input, at, number) => {
        const [own, node] = [PageBuffer.alloc(80), Buffer.alloc(80)]
        expect(own.write(input, at)).to.equal(node.write(input, at))
        expect(own.writeBigUInt64BE(number, at)).to.equal(node.writeBigUInt64BE(number, at))
        expect(Buffer.from(own)).to.deep.equal(node)
        expect(PageBuffer.byteLength(input)).to.equal(Buffer.byteLength(input))
        expect(Buffer.from(PageBuffer.of(at, 255))).to.deep.equal(Buffer.of(at, 255))
      }),
      propertyRuns({ ci: 500, soak: 50_000 }),
    )
  })

  it('joins, compares and reads numbers as Buffer does', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(Buffer.from(PageBuffer.concat([a, b]))).to.deep.equal(Buffer.concat([a, b]))
        expect(PageBuffer.compare(a, b)).to.equal(Buffer.compare(a, b))
        expect(PageBuffer.from(a).equals(b)).to.equal(Buffer.from(a).equals(b))
        if (a.length < 10) return
        expect(PageBuffer.from(a).readUInt16BE(1)).to.equal(Buffer.from(a).readUInt16BE(1))
        expect(PageBuffer.from(a).readBigUInt64BE(2)).to.equal(Buffer.from(a).readBigUInt64BE(2))
        expect(Buffer.from(PageBuffer.from(a).subarray(1, 5))).to.deep.equal(Buffer.from(a.subarray(1, 5)))
      }),
      propertyRuns({ ci: 300, soak: 20_000 }),
    )
  })

  it('takes what is no text of an encoding for other bytes, so that whoever compares refuses it', () => {
    const strict = (text: string) => {
      const read = PageBuffer.from(text, 'base64')
      return text !== '' && read.toString('base64') === text
    }
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), (text) => {
        const node = Buffer.from(text, 'base64')
        expect(strict(text)).to.equal(text !== '' && node.toString('base64') === text)
      }),
      propertyRuns({ ci: 500, soak: 50_000 }),
    )
  })
})
