import { expect } from 'chai'
import fc from 'fast-check'
import { momentsOf } from '../../../console/charts/series.ts'
import { aligned, rateIntervalFor, stepFor } from '../../../console/charts/steps.ts'

describe('steps of any range and width', () => {
  it('never ask for more points than there are pixels, nor than Prometheus answers', () => {
    const question = fc.record({
      rangeSeconds: fc.integer({ min: 1, max: 31 * 86_400 }),
      pixels: fc.integer({ min: 40, max: 4_000 }),
      maxDataPoints: fc.option(fc.integer({ min: 1, max: 5_000 }), { nil: undefined }),
      scrapeSeconds: fc.integer({ min: 1, max: 120 }),
    })
    fc.assert(
      fc.property(question, (asked) => {
        const step = stepFor(asked)
        expect(step).to.be.at.least(asked.scrapeSeconds)
        expect(asked.rangeSeconds / step).to.be.at.most(
          Math.min(asked.pixels, asked.maxDataPoints ?? Infinity),
        )
        expect(rateIntervalFor(step, asked.scrapeSeconds)).to.be.at.least(4 * asked.scrapeSeconds)
      }),
    )
  })

  it('put the ends where the moments are', () => {
    const range = fc.tuple(fc.integer({ min: 1e9, max: 2e9 }), fc.integer({ min: 1, max: 11_000 }))
    fc.assert(
      fc.property(range, fc.constantFrom(1, 10, 15, 60, 300), ([start, length], step) => {
        const ends = aligned({ start, end: start + length }, step)
        const moments = momentsOf(ends, step)
        expect(moments[0]).to.equal(ends.start)
        expect(moments.at(-1)).to.equal(ends.end)
      }),
    )
  })
})
