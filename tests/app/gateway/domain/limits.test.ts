import { expect } from 'chai'
import { limits } from '../../../../app/gateway/domain/limits.ts'
import { createBuckets, type BucketLimits } from '../../../../app/gateway/domain/token-bucket.ts'

/** Asks as fast as one can at each of the given milliseconds, and counts what was allowed. */
function allowedAt(bucket: BucketLimits, times: readonly number[]): readonly number[] {
  const { take } = createBuckets(bucket)
  return times.map((nowMillis) => {
    let allowed = 0
    while (take('somebody', nowMillis).status === 'allowed') allowed++
    return allowed
  })
}

describe('the limits of the gateway', () => {
  it('are 10 requests a second and 20 at once for a client', () => {
    expect(allowedAt(limits.client, [0, 99, 100, 1_100, 61_100])).to.deep.equal([20, 0, 1, 10, 20])
  })

  it('are 5 logins a second and 20 at once for an address', () => {
    expect(allowedAt(limits.address, [0, 199, 200, 1_200, 61_200])).to.deep.equal([20, 0, 1, 5, 20])
  })

  it('are one login a second and 10 at once for an e-mail', () => {
    expect(allowedAt(limits.email, [0, 999, 1_000, 61_000])).to.deep.equal([10, 0, 1, 10])
  })

  it('are 20 readings a second and 100 at once of health and metrics for an address', () => {
    expect(allowedAt(limits.probe, [0, 49, 50, 1_050, 61_050])).to.deep.equal([100, 0, 1, 20, 100])
  })

  it('tell a client to come back after the second in which its next request passes', () => {
    for (const bucket of Object.values(limits)) {
      const { take } = createBuckets(bucket)
      while (take('somebody', 0).status === 'allowed');
      expect(take('somebody', 0)).to.deep.equal({ status: 'limited', retrySeconds: 1 })
      expect(take('somebody', 1_000)).to.deep.equal({ status: 'allowed' })
    }
  })
})
