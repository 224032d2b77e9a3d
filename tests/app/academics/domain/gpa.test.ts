import { expect } from 'chai'
import { creditHundredthsOf, gradePointAverage, letters } from '../../../../app/academics/domain/gpa.ts'

describe('grade point average', () => {
  it('weighs grade points by credits', () => {
    const average = gradePointAverage([
      { grade: 'A', creditHundredths: 300 },
      { grade: 'B+', creditHundredths: 400 },
      { grade: 'F', creditHundredths: 100 },
    ])
    // (12.0 + 13.2 + 0.0) / 8 = 3.15
    expect(average).to.deep.equal({ gpa: 3.15, credits: 8, qualityPoints: 25.2 })
  })

  it('rounds half up at the second decimal', () => {
    // (4.0 · 1 + 3.7 · 1 + 3.3 · 2) / 4 = 3.575
    const average = gradePointAverage([
      { grade: 'A', creditHundredths: 100 },
      { grade: 'A-', creditHundredths: 100 },
      { grade: 'B+', creditHundredths: 200 },
    ])
    expect(average?.gpa).to.equal(3.58)
  })

  it('gives no average of nothing', () => {
    expect(gradePointAverage([])).to.equal(undefined)
  })

  it('gives every letter its points', () => {
    const points = letters.map((grade) => gradePointAverage([{ grade, creditHundredths: 100 }])?.gpa)
    expect(points).to.deep.equal([4, 3.7, 3.3, 3, 2.7, 2.3, 2, 1.7, 1.3, 1, 0])
  })

  it('reads credits with up to two decimals', () => {
    expect([3, 0.25, 1.5, 30, 4.05].map(creditHundredthsOf)).to.deep.equal([300, 25, 150, 3_000, 405])
  })

  it('refuses credits it could not keep exact', () => {
    const credits = [0, 0.2, -3, 30.01, 100, 2.675, 1e-7, Number.NaN, Number.POSITIVE_INFINITY]
    expect(credits.map(creditHundredthsOf)).to.deep.equal(credits.map(() => undefined))
  })
})
