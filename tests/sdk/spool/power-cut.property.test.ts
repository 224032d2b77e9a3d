import { expect } from 'chai'
import fc from 'fast-check'
import { propertyRuns } from '../../support/property.ts'
import { drain, live, randomFrom, Taker } from './campaign.ts'
import { PowerCutFiles, type Operation } from './power-cut-files.ts'
import { metric } from './spool-parts.ts'

const damaged = 'audit_spool_losses_total{service="compliance",kind="damaged"}'
const runs = propertyRuns({ ci: 150, soak: 5_000 })

/** Several lives of one folder, each ended by a cut at a random operation; the last one drains. */
async function cutAndCut(
  seed: number,
  liesAboutSync = false,
): Promise<{ taker: Taker; acknowledged: Set<string> }> {
  const random = randomFrom(seed)
  const [taker, acknowledged] = [new Taker(), new Set<string>()]
  let files = new PowerCutFiles({ random, liesAboutSync })
  for (let lives = 1 + Math.floor(random() * 4); lives > 0; lives--) {
    const cutAfter = Math.floor(random() ** 2 * 120)
    const before = () => {
      if (files.operations > cutAfter) files.cut()
    }
    files = files.reboot({ random, before, liesAboutSync })
    await live(files, { random, taker, acknowledged }, 25).catch((error: unknown) => {
      if (!(error instanceof Error && error.message === 'POWER_OFF')) throw error
    })
  }
  await drain(files.reboot({ random }), taker)
  return { taker, acknowledged }
}

describe('a spool whose power is cut', function () {
  this.timeout(600_000)

  it('loses nothing it acknowledged, delivers each event once and in order, and leaves no hole', async () => {
    const before = await metric(damaged)
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const { taker, acknowledged } = await cutAndCut(seed)
        taker.expectAll(acknowledged)
      }),
      runs,
    )
    expect(await metric(damaged)).to.equal(before)
  })

  it('is caught losing events on a disk that does not sync, so that the test above can fail', async () => {
    let lost = 0
    for (let seed = 0; seed < 40; seed++) {
      const { taker, acknowledged } = await cutAndCut(seed, true).catch(() => ({
        taker: new Taker(),
        acknowledged: [],
      }))
      for (const id of acknowledged) if (!taker.has(id)) lost++
    }
    expect(lost).to.be.above(0)
  })
})

describe('a spool whose disk fails', function () {
  this.timeout(600_000)
  const operations: readonly Operation[] = [
    'create',
    'write',
    'sync',
    'syncFolder',
    'rename',
    'remove',
    'truncate',
  ]

  for (const [code, failing] of [
    ['ENOSPC', ['create', 'write']],
    ['EIO', operations],
    ['fsync', ['sync', 'syncFolder']],
  ] as const) {
    it(`refuses while it fails (${code}), takes events again after it, and leaves no hole`, async () => {
      let refusals = 0
      await fc.assert(
        fc.asyncProperty(fc.integer(), async (seed) => {
          const random = randomFrom(seed)
          const [taker, acknowledged] = [new Taker(), new Set<string>()]
          let operationsLeft = 20
          const before = (operation: Operation) => {
            // Spells of trouble with calm between them.
            if (--operationsLeft > 0 || !(failing as readonly Operation[]).includes(operation)) return
            if (operationsLeft < -12) operationsLeft = 5 + Math.floor(random() * 40)
            refusals++
            throw Object.assign(new Error('disk'), { code: code === 'ENOSPC' ? code : 'EIO' })
          }
          const files = new PowerCutFiles({ random, before })
          await live(files, { random, taker, acknowledged }, 30).catch((error: unknown) => {
            if (!(error instanceof Error && error.message === 'disk')) throw error
          })
          await drain(files.reboot({ random }), taker)
          taker.expectAll(acknowledged)
        }),
        { ...runs, numRuns: Math.ceil(runs.numRuns / 2) },
      )
      expect(refusals).to.be.above(0)
    })
  }
})
