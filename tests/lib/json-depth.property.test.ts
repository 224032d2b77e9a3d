import { expect } from 'chai'
import fc from 'fast-check'
import { isNestedDeeper } from '../../lib/json-depth.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

describe('isNestedDeeper', () => {
  it('agrees with the depth of the parsed value for all JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.integer({ min: 0, max: 10 }), (value, limit) => {
        expect(isNestedDeeper(bytes(JSON.stringify(value)), limit)).to.equal(depthOf(value) > limit)
      }),
    )
  })

  it('ends on any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (text) => void isNestedDeeper(text, 32)))
  })

  it('does not count brackets inside strings', () => {
    expect(isNestedDeeper(bytes('["[[[[", "\\"[[["]'), 1)).to.equal(false)
  })

  it('answers for a megabyte of brackets without recursion', () => {
    expect(isNestedDeeper(bytes('['.repeat(1 << 20)), 32)).to.equal(true)
  })
})
