import { expect } from 'chai'
import fc from 'fast-check'
import { budgetOf, burnFactor, burnWindows, impossibleFactors } from '../../../rules/slo/burn-windows.ts'

const window = fc.constantFrom(...burnWindows)
const days = fc.integer({ min: 28, max: 90 })
const objective = fc.integer({ min: 1, max: 99_999 }).map((part) => part / 100_000)

describe('burn factors', () => {
  it('are those of the SRE Workbook for a period of 30 days', () => {
    expect(burnWindows.map((pair) => burnFactor(pair, 30))).to.deep.equal([14.4, 6, 3, 1])
    expect(burnWindows.map((pair) => burnFactor(pair, 28))).to.deep.equal([13.44, 5.6, 2.8, 0.933333333333])
  })

  it('spend the stated part of the period’s budget in the long window', () => {
    fc.assert(
      fc.property(window, days, objective, (pair, period, target) => {
        const budget = budgetOf(target)
        // Bad events of the long window at the threshold, of those the whole period may have.
        const spent = burnFactor(pair, period) * budget * pair.longSeconds
        expect(spent / (budget * period * 86_400)).to.be.closeTo(pair.budgetPart, 1e-9)
      }),
    )
  })

  it('ask of the short window a twelfth of the long one', () => {
    for (const { longSeconds, shortSeconds } of burnWindows) expect(longSeconds / shortSeconds).to.equal(12)
  })

  it('are impossible exactly where everything failing burns no faster', () => {
    fc.assert(
      fc.property(days, objective, (period, target) => {
        const most = 1 / budgetOf(target)
        const impossible = impossibleFactors(target, period)
        for (const factor of burnWindows.map((pair) => burnFactor(pair, period))) {
          if (Math.abs(factor - most) > 1e-9) expect(impossible.includes(factor)).to.equal(factor > most)
        }
      }),
    )
  })

  it('can never be reached by an objective of 90 %, for the fastest page', () => {
    expect(impossibleFactors(0.9, 30)).to.deep.equal([14.4])
    expect(impossibleFactors(0.99, 30)).to.deep.equal([])
  })
})

describe('an error budget', () => {
  it('is what binary fractions would not say', () => {
    expect(budgetOf(0.999)).to.equal(0.001)
    expect(budgetOf(0.9999)).to.equal(0.0001)
  })

  it('and its objective are the whole', () => {
    fc.assert(
      fc.property(objective, (target) => {
        expect(budgetOf(target) + target).to.be.closeTo(1, 1e-11)
      }),
    )
  })
})
