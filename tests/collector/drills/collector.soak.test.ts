/** The drills of the collector at their full size, with the bounds that it promises. */
import { expect } from 'chai'
import { damageStore } from './damage-drill.ts'
import { fillDisk } from './disk-full-drill.ts'
import { killCollector } from './kill-drill.ts'
import { sendUniqueNames } from './names-drill.ts'
import { overload } from './overload-drill.ts'

const kills = Number(process.env['CAMPANILE_SOAK_KILLS'] ?? 400)

describe('a collector under hard conditions for long', function () {
  this.timeout(7_200_000)

  it(`loses nothing that it acknowledged in ${kills} kills`, async () => {
    const seed = Number(process.env['CAMPANILE_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
    console.log(`CAMPANILE_SEED=${seed}`)
    const result = await killCollector({ kills, seed })
    console.log(JSON.stringify(result))
    expect(result.lost).to.equal(0)
    expect(result.acknowledged.http).to.be.above(kills)
    expect(result.acknowledged.grpc).to.be.above(kills)
  })

  it('grows by at most 64 MiB with ten million names', async () => {
    const result = await sendUniqueNames(10_000_000)
    console.log(JSON.stringify(result))
    expect(result.growthMiB).to.be.at.most(64)
  })

  for (const [transport, spans] of [
    ['http', 500],
    ['http', 8_192],
    ['grpc', 500],
    ['grpc', 8_192],
  ] as const) {
    it(`keeps 300 MiB and its speed at ten times the load, ${transport}, ${spans} spans a request`, async () => {
      const result = await overload({ transport, spans, millis: 30_000 })
      console.log(JSON.stringify(result))
      expect(result.mostMiB).to.be.at.most(300)
      expect(result.goodput).to.be.at.least(0.95)
      expect(Object.keys(result.statuses)).to.satisfy((all: string[]) =>
        all.every((one) => one === '200' || one === '503'),
      )
      expect(result.withoutRetryAfter).to.equal(0)
    })
  }

  it('has what it acknowledged while its disk was full again and again', async () => {
    const { acknowledged, found } = await fillDisk(20)
    expect(found).to.equal(acknowledged)
  })

  it('starts within two seconds, whatever of a large store is damaged', async () => {
    const result = await damageStore({ requests: 6_000, starts: 50, hits: 10, seed: 5 })
    console.log(JSON.stringify(result))
    expect(result.longestStartMillis).to.be.at.most(2_000)
    expect(result.answered).to.equal(result.starts)
  })
})
