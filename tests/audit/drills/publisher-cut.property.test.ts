import { expect } from 'chai'
import fc from 'fast-check'
import { openCheckpoint } from '../../../audit/log/checkpoint.ts'
import { leafHash } from '../../../audit/log/hash.ts'
import { TileEdge, type Tile } from '../../../audit/log/tile-edge.ts'
import type { Publisher } from '../../../audit/publish/publisher.ts'
import { holdTiles } from '../../../audit/publish/walk-tiles.ts'
import { randomFrom } from '../../sdk/spool/campaign.ts'
import { propertyRuns } from '../../support/property.ts'
import { CutDisk, mount, type DiskOperation } from './cut-disk.ts'
import { entryOf, MemoryLog, tenant } from './memory-log.ts'
import { startSigning, vkey, type Shown, type SigningProcess } from './signing-process.ts'

const runs = propertyRuns({ ci: 24, soak: 2_500 })

/** Holds that every checkpoint on the disk is of this log, at least as long as what was shown, and has its tiles. */
async function hold({ notes, tiles }: SigningProcess, log: MemoryLog, shown: Shown): Promise<void> {
  const kept = await notes.read(tenant)
  const sizes = kept.map((note) => openCheckpoint(note, vkey).size)
  if (shown.size > 0) expect(Math.max(...sizes), 'the last size that was shown').to.be.at.least(shown.size)
  for (const note of kept) {
    const { size, root } = openCheckpoint(note, vkey)
    expect(size).to.be.at.most(log.size)
    const edge = new TileEdge()
    const full: Tile[] = []
    while (edge.size < size) full.push(...edge.add(entryOf(edge.size), leafHash(entryOf(edge.size))))
    expect(edge.root().equals(root), `the root of ${size}`).to.equal(true)
    await holdTiles(tiles, tenant, [...full, ...edge.partials()])
  }
}

async function grow(log: MemoryLog, publisher: Publisher, random: () => number): Promise<void> {
  const batches = 1 + Math.floor(random() * 3)
  for (let batch = 0; batch < batches; batch++) log.append(1 + Math.floor(random() ** 3 * 300))
  await publisher.publishAll()
}

async function cutAndCut(seed: number): Promise<void> {
  const random = randomFrom(seed)
  const log = new MemoryLog()
  const shown: Shown = { size: 0 }
  let disk = mount(new CutDisk({ random }))
  for (let lives = 1 + Math.floor(random() * 4); lives > 0; lives--) {
    const cutAfter = Math.floor(random() ** 2 * 150)
    const before = () => {
      if (disk.operations > cutAfter) disk.isOff = true
    }
    disk = mount(random() < 0.3 ? disk.kill({ random, before }) : disk.reboot({ random, before }))
    const living = startSigning(log.pool, shown)
    for (let round = 0; round < 5; round++) await grow(log, living.publisher, random)
    disk = mount(disk.reboot({ random }))
    await hold(startSigning(log.pool, shown), log, shown)
    await expectWell(log, shown)
  }
}

/** A process that starts now signs for everything there is. */
async function expectWell(log: MemoryLog, shown: Shown): Promise<void> {
  const next = startSigning(log.pool, shown)
  await next.publisher.publishAll()
  expect(next.failures).to.deep.equal([])
  expect(shown.size).to.equal(log.size)
  await hold(next, log, shown)
}

describe('a ledger whose power is cut while it writes tiles and signs', function () {
  this.timeout(1_800_000)

  it('keeps every checkpoint it has shown, has every tile of what it signed, and goes on', async () => {
    await fc.assert(fc.asyncProperty(fc.integer(), cutAndCut), runs)
  })

  it('is caught on a disk that does not sync, so that the test above can fail', async () => {
    let lost = 0
    for (let seed = 0; seed < 20; seed++) {
      const random = randomFrom(seed)
      const [log, shown] = [new MemoryLog(), { size: 0 }]
      const disk = mount(new CutDisk({ random, liesAboutSync: true }))
      const { publisher } = startSigning(log.pool, shown)
      for (let round = 0; round < 3; round++) await grow(log, publisher, random)
      mount(disk.reboot({ random }))
      await hold(startSigning(log.pool, shown), log, shown).catch(() => lost++)
    }
    expect(lost).to.be.above(10)
  })
})

describe('a ledger whose disk fails while it writes tiles and signs', function () {
  this.timeout(1_800_000)
  const all: readonly DiskOperation[] = ['open', 'write', 'sync', 'syncFolder', 'rename', 'remove', 'mkdir']

  for (const [what, code, failing] of [
    ['has no room', 'ENOSPC', ['open', 'write', 'mkdir']],
    ['does not sync', 'EIO', ['sync', 'syncFolder']],
    ['fails', 'EIO', all],
  ] as const) {
    it(`signs nothing it has not the tiles of while it ${what}, says so, and goes on without a restart`, async () => {
      let refusals = 0
      await fc.assert(
        fc.asyncProperty(fc.integer(), async (seed) => {
          const random = randomFrom(seed)
          let isFailing = false
          const before = (operation: DiskOperation, path: string) => {
            if (!isFailing || !(failing as readonly DiskOperation[]).includes(operation) || random() < 0.7)
              return
            throw Object.assign(new Error(`DISK ${operation} ${path}`), { code })
          }
          const [log, shown] = [new MemoryLog(), { size: 0 }]
          const disk = mount(new CutDisk({ random, before }))
          const living = startSigning(log.pool, shown)
          for (let spell = 0; spell < 4; spell++) {
            isFailing = spell % 2 === 1
            for (let round = 0; round < 4; round++) {
              await grow(log, living.publisher, random)
              if (living.publisher.refused.get(tenant) === 'AUDIT_STORAGE_FAILED') refusals++
            }
            isFailing = false
            await living.publisher.publishAll()
            expect(shown.size).to.equal(log.size)
            expect(living.publisher.refused.size).to.equal(0)
            await hold(living, log, shown)
          }
          mount(disk.reboot({ random }))
          await hold(startSigning(log.pool, shown), log, shown)
        }),
        { ...runs, numRuns: Math.ceil(runs.numRuns / 3) },
      )
      expect(refusals).to.be.above(0)
    })
  }
})
