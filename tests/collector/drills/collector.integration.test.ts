/** The drills of the collector at a size for every day; `collector.soak.test.ts` has the full ones. */
import { expect } from 'chai'
import { damageStore } from './damage-drill.ts'
import { fillDisk } from './disk-full-drill.ts'
import { killCollector } from './kill-drill.ts'
import { sendUniqueNames } from './names-drill.ts'
import { overload } from './overload-drill.ts'

describe('a collector under hard conditions', () => {
  it('has everything that it acknowledged over HTTP and gRPC after it was killed', async () => {
    const { acknowledged, lost, faults } = await killCollector({ kills: 2, seed: 11 })
    expect(acknowledged.http).to.be.above(0)
    expect(acknowledged.grpc).to.be.above(0)
    expect(lost).to.equal(0)
    expect(faults.every((fault) => fault === 'tail_cut')).to.equal(true)
  })

  it('asks senders to come back while its disk is full, and has what it acknowledged', async () => {
    const { http, grpc, acknowledged, found, isHealthy } = await fillDisk(1)
    expect(http).to.deep.equal({ status: 503, retryAfter: '1' })
    // UNAVAILABLE.
    expect(grpc).to.equal('14')
    expect(acknowledged).to.be.above(20)
    expect(found).to.equal(acknowledged)
    expect(isHealthy).to.equal(true)
  })

  for (const transport of ['http', 'grpc'] as const) {
    it(`refuses only what may be sent again when ten times too much comes over ${transport}`, async () => {
      const { statuses, withoutRetryAfter } = await overload({ transport, spans: 2_000, millis: 1_000 })
      expect(statuses[200]).to.be.above(0)
      expect(Object.keys(statuses).filter((status) => status !== '200' && status !== '503')).to.deep.equal([])
      expect(withoutRetryAfter).to.equal(0)
    })
  }

  it('starts and answers whatever of its store is damaged', async () => {
    const { answered, starts, faults } = await damageStore({ requests: 60, starts: 3, hits: 2, seed: 3 })
    expect(answered).to.equal(starts)
    expect(faults).to.be.above(0)
  })

  it('takes spans of which every one has a name of its own', async () => {
    const { growthMiB } = await sendUniqueNames(40_000, 80_000)
    expect(growthMiB).to.be.below(200)
  })
})
