import { expect } from 'chai'
import fc from 'fast-check'
import { overlap } from '../../../../compliance/controls/read/cidr.ts'
import { overlapsOf } from '../../../../compliance/controls/read/overlaps.ts'
import { propertyRuns } from '../../../support/property.ts'

const owned = fc
  .record({
    first: fc.integer({ min: 0, max: 60 }),
    size: fc.integer({ min: 0, max: 20 }),
    owner: fc.constantFrom('north', 'south', 'east'),
    family: fc.constantFrom(4 as const, 6 as const),
  })
  .map(({ first, size, owner, family }) => ({
    owner,
    range: { first: BigInt(first), last: BigInt(first + size), family },
  }))

describe('the ranges that overlap one of another owner', () => {
  it('are those that comparing all of them finds', () => {
    fc.assert(
      fc.property(fc.array(owned, { maxLength: 25 }), (items) => {
        const found = overlapsOf(items)
        for (const item of items) {
          const others = items.filter((each) => each.owner !== item.owner && overlap(each.range, item.range))
          const other = found.get(item)
          expect(other !== undefined).to.equal(others.length > 0)
          if (other !== undefined) expect(others).to.include(other)
        }
      }),
      propertyRuns({ ci: 500, soak: 20_000 }),
    )
  })
})
