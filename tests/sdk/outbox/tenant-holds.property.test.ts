import { expect } from 'chai'
import fc from 'fast-check'
import { backoffMillis, TenantHolds } from '../../../sdk/outbox/tenant-holds.ts'

describe('tenants that must wait', () => {
  const options = { firstMillis: 250, longestMillis: 30_000, random: () => 0.5 }

  it('wait for themselves alone, and no longer than their time', () => {
    const holds = new TenantHolds(options)
    holds.hold('university_a', 1_000)
    expect([...holds.held(1_000)]).to.deep.equal(['university_a'])
    expect([...holds.held(1_187)]).to.deep.equal(['university_a'])
    expect([...holds.held(1_188)]).to.deep.equal([])
  })

  it('wait longer with every time in a row, and are forgotten when their events were taken', () => {
    const holds = new TenantHolds(options)
    for (let failures = 0; failures < 4; failures++) holds.hold('drill', 0)
    expect(holds.held(1_400).has('drill')).to.equal(true)
    holds.release('drill')
    expect(holds.held(0).size).to.equal(0)
    holds.hold('drill', 0)
    expect(holds.held(190).size).to.equal(0)
  })

  it('never wait longer than the longest, nor less than half of what is due', () => {
    fc.assert(
      fc.property(
        fc.nat(2_000),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failures, random) => {
          const millis = backoffMillis({ ...options, random: () => random }, failures)
          const due = Math.min(30_000, 250 * 2 ** failures)
          expect(millis).to.be.within(due / 2, due)
        },
      ),
    )
  })
})
