import { expect } from 'chai'
import { aligned, durationText, rateIntervalFor, stepFor } from '../../../console/charts/steps.ts'

const question = { rangeSeconds: 3_600, pixels: 400, maxDataPoints: undefined, scrapeSeconds: 10 }

describe('the step of a query', () => {
  it('does not go below the scrape interval', () => {
    expect(stepFor(question)).to.equal(10)
    expect(stepFor({ ...question, scrapeSeconds: 15 })).to.equal(15)
  })

  it('leaves at most one point a pixel, at distances a clock has', () => {
    expect(stepFor({ ...question, rangeSeconds: 86_400 })).to.equal(300)
    expect(stepFor({ ...question, rangeSeconds: 7 * 86_400 })).to.equal(1_800)
  })

  it('keeps to the most points a panel wants', () => {
    expect(stepFor({ ...question, maxDataPoints: 60 })).to.equal(60)
  })

  it('is whole days for years', () => {
    expect(stepFor({ ...question, rangeSeconds: 4_000 * 86_400, pixels: 100 })).to.equal(40 * 86_400)
  })
})

describe('the look-back of rate', () => {
  it('is a step and a scrape', () => {
    expect(rateIntervalFor(60, 10)).to.equal(70)
  })

  it('is four scrapes at least, so that one lost scrape makes no gap', () => {
    expect(rateIntervalFor(10, 10)).to.equal(40)
  })
})

describe('the ends of a query', () => {
  it('lie on multiples of the step, so that a refresh asks for the same moments', () => {
    expect(aligned({ start: 1_003, end: 1_999 }, 30)).to.deep.equal({ start: 990, end: 1_980 })
  })
})

describe('a duration of PromQL', () => {
  it('is written in its largest whole unit', () => {
    expect([10, 60, 90, 3_600, 5_400, 86_400].map(durationText)).to.deep.equal([
      '10s',
      '1m',
      '90s',
      '1h',
      '90m',
      '1d',
    ])
  })
})
