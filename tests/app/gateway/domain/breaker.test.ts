import { expect } from 'chai'
import {
  admit,
  closedBreaker,
  gaugeOf,
  learn,
  openMillis,
  type Breaker,
} from '../../../../app/gateway/domain/breaker.ts'

const failed = (times: number, from: Breaker = closedBreaker): Breaker =>
  Array.from({ length: times }).reduce<Breaker>((breaker) => learn(breaker, false, 0), from)

describe('a circuit breaker', () => {
  it('opens at the fifth failure in a row', () => {
    expect(failed(4).state).to.equal('closed')
    expect(failed(5)).to.deep.equal({ state: 'open', untilMillis: openMillis })
  })

  it('begins to count anew after a success', () => {
    expect(failed(4, learn(failed(4), true, 0)).state).to.equal('closed')
  })

  it('refuses while it is open, and says for how long', () => {
    expect(admit(failed(5), 1)).to.deep.equal({ status: 'refused', retrySeconds: 60 })
    expect(admit(failed(5), openMillis - 1)).to.deep.equal({ status: 'refused', retrySeconds: 1 })
  })

  it('lets one probe pass after a minute, and no second beside it', () => {
    const probe = admit(failed(5), openMillis)
    if (probe.status !== 'pass') throw new Error('expected the probe to pass')
    expect(probe.breaker.state).to.equal('half_open')
    expect(admit(probe.breaker, openMillis + 1).status).to.equal('refused')
    expect(learn(probe.breaker, true, openMillis + 2)).to.deep.equal(closedBreaker)
    expect(learn(probe.breaker, false, openMillis + 2).state).to.equal('open')
  })

  it('lets another probe pass when the first was never heard of again', () => {
    const probe = admit(failed(5), openMillis)
    if (probe.status !== 'pass') throw new Error('expected the probe to pass')
    expect(admit(probe.breaker, 2 * openMillis).status).to.equal('pass')
  })

  it('ignores the late end of a call that began before it opened', () => {
    expect(learn(failed(5), true, 1).state).to.equal('open')
  })

  it('shows its state as 0, 1 or 2', () => {
    expect(
      [closedBreaker, failed(5), { state: 'half_open', untilMillis: 1 } as const].map(gaugeOf),
    ).to.deep.equal([0, 1, 2])
  })
})
