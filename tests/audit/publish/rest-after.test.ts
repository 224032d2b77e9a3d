import { expect } from 'chai'
import { restAfter } from '../../../audit/publish/publisher.ts'

describe('the rest between two rounds of signing', () => {
  it('has rounds begin at the same distance whatever they take', () => {
    for (const roundMillis of [0, 1, 300, 750]) {
      expect(roundMillis + restAfter(roundMillis, 1_000)).to.equal(1_000)
    }
  })

  it('leaves a quarter of the time to others when rounds take longer', () => {
    for (const roundMillis of [751, 1_000, 60_000]) expect(restAfter(roundMillis, 1_000)).to.equal(250)
  })
})
