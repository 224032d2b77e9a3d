import { expect } from 'chai'
import { crashCampaign } from './crash-campaign.ts'

const kills = Number(process.env['CAMPANILE_SOAK_KILLS'] ?? 400)

describe('a service, a ledger and a database that are killed hundreds of times', function () {
  this.timeout(7_200_000)

  it('keep every acknowledged event once and in order, in one log whose proofs verify', async () => {
    const seed = Number(process.env['CAMPANILE_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
    console.log(`CAMPANILE_SEED=${seed}`)
    const campaign = { kills, seed, lifeMillis: 1_500, restMillis: 60, leastEvents: kills + 1 }
    const result = await crashCampaign(campaign)
    console.log(JSON.stringify(result))
    expect(Object.values(result.kills).reduce((sum, count) => sum + count)).to.equal(kills)
    expect(result.acknowledged).to.be.above(kills)
    expect(result.received).to.be.above(kills)
  })
})
