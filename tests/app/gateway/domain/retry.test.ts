import { expect } from 'chai'
import { backoffMillis, isTriedAgain } from '../../../../app/gateway/domain/retry.ts'

describe('trying again', () => {
  it('happens twice at most', () => {
    expect([1, 2, 3].map((tried) => isTriedAgain('GET', 'refused', tried))).to.deep.equal([true, true, false])
  })

  it('happens to a POST only when the service never saw it', () => {
    expect(isTriedAgain('POST', 'refused', 1)).to.equal(true)
    expect(isTriedAgain('POST', 'broken', 1)).to.equal(false)
    expect(isTriedAgain('PUT', 'broken', 1)).to.equal(true)
  })

  it('does not happen after a timeout: the time is used up', () => {
    expect(isTriedAgain('GET', 'timeout', 1)).to.equal(false)
  })

  it('waits longer the second time, within its bounds', () => {
    expect([
      backoffMillis(1, 0),
      backoffMillis(1, 1),
      backoffMillis(2, 0),
      backoffMillis(2, 1),
    ]).to.deep.equal([50, 100, 100, 200])
  })
})
