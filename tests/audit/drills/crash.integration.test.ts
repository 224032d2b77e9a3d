import { expect } from 'chai'
import { crashCampaign } from './crash-campaign.ts'

describe('a service, a ledger and a database that are killed at random moments', function () {
  this.timeout(600_000)

  it('keep every acknowledged event once and in order, in one log whose proofs verify', async () => {
    const campaign = { kills: 8, seed: 20_261_121, lifeMillis: 250, restMillis: 20, leastEvents: 101 }
    const result = await crashCampaign(campaign)
    expect(Object.values(result.kills).every((count) => count > 0)).to.equal(true)
    expect(result.acknowledged).to.be.above(100)
    expect(result.received).to.be.above(100)
  })
})
