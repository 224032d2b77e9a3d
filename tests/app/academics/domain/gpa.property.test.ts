import { expect } from 'chai'
import fc from 'fast-check'
import {
  creditHundredthsOf,
  gradePointAverage,
  letters,
  maxCreditHundredths,
  minCreditHundredths,
} from '../../../../app/academics/domain/gpa.ts'
import { propertyRuns } from '../../../support/property.ts'

const course = fc.record({
  grade: fc.constantFrom(...letters),
  creditHundredths: fc.integer({ min: minCreditHundredths, max: maxCreditHundredths }),
})
const courses = fc.array(course, { minLength: 1, maxLength: 60 })

const tenths = {
  A: 40,
  'A-': 37,
  'B+': 33,
  B: 30,
  'B-': 27,
  'C+': 23,
  C: 20,
  'C-': 17,
  'D+': 13,
  D: 10,
  F: 0,
}

describe('grade point average of any courses', () => {
  it('stays within half a hundredth of the exact fraction, ties upwards', () => {
    fc.assert(
      fc.property(courses, (taken) => {
        const average = gradePointAverage(taken)
        const quality = taken.reduce(
          (sum, { grade, creditHundredths }) => sum + tenths[grade] * creditHundredths,
          0,
        )
        const credits = taken.reduce((sum, { creditHundredths }) => sum + creditHundredths, 0)
        const hundredths = BigInt(Math.round((average?.gpa ?? Number.NaN) * 100))
        // hundredths - 1/2 <= 10 q / c < hundredths + 1/2, in whole numbers.
        const exact = 20n * BigInt(quality)
        expect((2n * hundredths - 1n) * BigInt(credits) <= exact).to.equal(true)
        expect(exact < (2n * hundredths + 1n) * BigInt(credits)).to.equal(true)
      }),
      propertyRuns({ ci: 100, soak: 5_000 }),
    )
  })

  it('does not depend on their order', () => {
    fc.assert(
      fc.property(courses, (taken) => {
        expect(gradePointAverage([...taken].reverse())).to.deep.equal(gradePointAverage(taken))
      }),
      propertyRuns({ ci: 100, soak: 5_000 }),
    )
  })

  it('never falls when one grade gets better', () => {
    fc.assert(
      fc.property(courses, fc.nat(), (taken, pick) => {
        const at = pick % taken.length
        const better = taken.map((entry, index) => (index === at ? { ...entry, grade: 'A' as const } : entry))
        const before = gradePointAverage(taken)?.gpa ?? 0
        expect(gradePointAverage(better)?.gpa).to.be.at.least(before)
      }),
      propertyRuns({ ci: 100, soak: 5_000 }),
    )
  })

  it('reads back every credit it could have written', () => {
    fc.assert(
      fc.property(fc.integer({ min: minCreditHundredths, max: maxCreditHundredths }), (hundredths) => {
        expect(creditHundredthsOf(hundredths / 100)).to.equal(hundredths)
      }),
      propertyRuns({ ci: 100, soak: 5_000 }),
    )
  })
})
