import { createHmac, createSecretKey } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { keyedHash } from '../../../audit/store/keyed-hash.ts'

describe('a keyed hash', () => {
  it('is HMAC-SHA-256 for any key of up to a block and any text', () => {
    const keys = fc.uint8Array({ minLength: 1, maxLength: 64 })
    fc.assert(
      fc.property(keys, fc.string({ unit: 'binary', maxLength: 300 }), (bytes, text) => {
        const key = createSecretKey(bytes)
        expect(keyedHash(key, text)).to.deep.equal(createHmac('sha256', bytes).update(text).digest())
        expect(keyedHash(key, text)).to.deep.equal(keyedHash(key, text))
      }),
    )
  })
})
