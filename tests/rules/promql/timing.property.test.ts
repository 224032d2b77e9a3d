import { expect } from 'chai'
import fc from 'fast-check'
import { duration, timing } from '../../../rules/promql/timing.ts'
import { durationSeconds } from '../../../rules/lint/syntax.ts'

const scale = fc.double({ min: 1, max: 600, noNaN: true })
const seconds = fc.integer({ min: 1, max: 90 * 86_400 })

describe('a timing', () => {
  it('leaves real time as it is', () => {
    fc.assert(
      fc.property(seconds, (given) => {
        expect(timing(1).wait(given)).to.equal(given)
        expect(timing(1).window(given)).to.deep.equal({ seconds: given, text: duration(given) })
      }),
    )
  })

  it('shortens to whole seconds and never below one, and a window never below four scrapes of a second', () => {
    fc.assert(
      fc.property(scale, seconds, (by, given) => {
        const { wait, window } = timing(by)
        expect(wait(given)).to.be.within(1, given)
        expect(Number.isInteger(wait(given))).to.equal(true)
        expect(window(given).seconds).to.be.within(Math.min(4, given), given)
      }),
    )
  })

  it('waits for nothing where nothing was waited for', () => {
    fc.assert(
      fc.property(scale, (by) => {
        expect(timing(by).wait(0)).to.equal(0)
      }),
    )
  })

  it('keeps a longer window at least as long as a shorter one', () => {
    fc.assert(
      fc.property(scale, seconds, seconds, (by, a, b) => {
        const { window } = timing(by)
        expect(window(Math.max(a, b)).seconds).to.be.at.least(window(Math.min(a, b)).seconds)
      }),
    )
  })
})

describe('a duration', () => {
  it('is read back as the seconds it was written from', () => {
    fc.assert(
      fc.property(seconds, (given) => {
        expect(durationSeconds(duration(given))).to.equal(given)
      }),
    )
  })
})
