import { expect } from 'chai'
import { rateWindow } from '../../../console/inbox/rate-window.ts'

describe('the rate of events', () => {
  it('takes its number within a minute and no more', () => {
    const window = rateWindow(3)
    const answers = [0, 10, 20, 30_000].map((at) => window.take(at))
    expect(answers).to.deep.equal([undefined, undefined, undefined, { retrySeconds: 30 }])
  })

  it('slides: a place is free a minute after the oldest call', () => {
    const window = rateWindow(2)
    for (const at of [0, 40_000]) window.take(at)
    expect(window.take(59_999)).to.deep.equal({ retrySeconds: 1 })
    expect(window.take(60_000)).to.equal(undefined)
    expect(window.take(60_001)).to.deep.equal({ retrySeconds: 40 })
  })
})
