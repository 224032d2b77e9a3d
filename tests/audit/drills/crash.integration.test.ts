import { expect } from 'chai'
import { crashCampaign } from './crash-campaign.ts'

describe('a service, a ledger and a database that are killed at random moments', () => {
  it('keep every acknowledged event once and in order, in one log whose proofs verify', async () => {
    const result = await crashCampaign({ kills: 8, seed: 20_261_121, lifeMillis: 250, restMillis: 20 })
    expect(Object.values(result.kills).every((count) => count > 0)).to.equal(true)
    expect(result.acknowledged).to.be.above(100)
    expect(result.received).to.be.above(100)
  })
})
