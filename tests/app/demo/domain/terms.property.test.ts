import { expect } from 'chai'
import fc from 'fast-check'
import { prng } from '../../../../app/demo/domain/prng.ts'
import { termsAround } from '../../../../app/demo/domain/terms.ts'
import { propertyRuns } from '../../../support/property.ts'

describe('terms of any date', () => {
  it('include the date, and the one before ends the day before', () => {
    const date = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(date, (day) => {
        const today = day.toISOString().slice(0, 10)
        const { current, previous } = termsAround(today)
        expect(current.startsOn <= today && today <= current.endsOn).to.equal(true)
        const next = new Date(Date.parse(previous.endsOn) + 86_400_000).toISOString().slice(0, 10)
        expect(next).to.equal(current.startsOn)
      }),
      propertyRuns({ ci: 100, soak: 5_000 }),
    )
  })
})

describe('numbers from a seed', () => {
  it('are the same for the same seed, and samples have no twin', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat({ max: 20 }), (seed, count) => {
        const choices = Array.from({ length: 20 }, (_, index) => index)
        const sample = prng(seed).sample(choices, count)
        expect(sample).to.deep.equal(prng(seed).sample(choices, count))
        expect(new Set(sample).size).to.equal(count)
        expect(prng(seed).next()).to.be.within(0, 1)
      }),
      propertyRuns({ ci: 100, soak: 5_000 }),
    )
  })
})
