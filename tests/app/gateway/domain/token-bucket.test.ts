import { expect } from 'chai'
import { createBuckets } from '../../../../app/gateway/domain/token-bucket.ts'

describe('token buckets', () => {
  const limits = { ratePerSecond: 10, burst: 3, maxClients: 2 }

  it('allow the burst and then refuse with the seconds to wait', () => {
    const { take } = createBuckets(limits)
    for (let count = 0; count < 3; count++) expect(take('a', 0).status).to.equal('allowed')
    expect(take('a', 0)).to.deep.equal({ status: 'limited', retrySeconds: 1 })
  })

  it('fill with time, up to the burst', () => {
    const { take } = createBuckets(limits)
    for (let count = 0; count < 3; count++) take('a', 0)
    expect(take('a', 99).status).to.equal('limited')
    expect(take('a', 100).status).to.equal('allowed')
    const later = Array.from({ length: 5 }, () => take('a', 60_000).status)
    expect(later.filter((status) => status === 'allowed')).to.have.length(3)
  })

  it('keep clients apart', () => {
    const { take } = createBuckets(limits)
    for (let count = 0; count < 4; count++) take('a', 0)
    expect(take('b', 0).status).to.equal('allowed')
  })

  it('forget the client not seen longest, and only that one', () => {
    const { take } = createBuckets({ ...limits, burst: 1 })
    take('a', 0)
    take('b', 0)
    take('a', 1)
    take('c', 2)
    expect(take('a', 3).status).to.equal('limited')
    expect(take('b', 3).status).to.equal('allowed')
  })
})
