import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import type { Pool } from '#sdk'
import { openCheckpoint } from '../../../audit/log/checkpoint.ts'
import { openChain } from '../../../audit/log/handover.ts'
import { WalkFinding } from '../../../audit/publish/walk-finding.ts'
import { WalkRoots } from '../../../audit/publish/walk-roots.ts'
import { verifyTiles } from '../../../audit/verify/verify-tiles.ts'
import { makeDurableFolder } from '../../../lib/durable-folder.ts'
import { systemCodeOf } from '../../../lib/errors.ts'
import { CutDisk, mount, mountPoint, type DiskOptions } from './cut-disk.ts'
import { MemoryLog, tenant } from './memory-log.ts'
import { keystore, startSigning, tilesFolder, vkey, type SigningProcess } from './signing-process.ts'

/** A log whose next checkpoint is due, and the disk it lies on. */
interface Due {
  readonly log: MemoryLog
  disk: CutDisk
}

/** What survives a cut of the power of the names and sectors that were not synced. */
const remains = { nothing: () => 0.999, everything: () => 0.3 } as const
const random = remains.everything

/** Every statement is a step too, before it and after it: the process can end there as well as at a file. */
function steppedPool({ pool }: MemoryLog): Pool {
  const step = () => current.step('write', 'the database')
  const query: Pool['query'] = async (sql, params) => {
    await step()
    const rows = await pool.query(sql, params)
    await step()
    // The rows of the same statement.
    return rows as never
  }
  return { ...pool, query, inTenant: (_, work) => work({ query }), transaction: (work) => work({ query }) }
}

let current: CutDisk
function turnOn(disk: CutDisk): CutDisk {
  current = mount(disk)
  return current
}

const start = (log: MemoryLog) => startSigning(steppedPool(log), { size: 0 })

/** Signs for `signed` entries and appends more: over the edge of a tile, so that partial ones are collected too. */
async function due(signed: number, options: DiskOptions = { random }): Promise<Due> {
  const log = new MemoryLog()
  const disk = turnOn(new CutDisk(options))
  // As an installation makes them.
  for (const folder of [keystore, dirname(tilesFolder)]) await makeDurableFolder(folder, mountPoint)
  if (signed > 0) {
    log.append(signed)
    await start(log).publisher.publishAll()
  }
  log.append(260)
  return { log, disk }
}

/** Signs on a disk that does something at one step; tells whether the step was reached. */
async function signUntil({ log, disk }: Due, last: number, happens: () => void): Promise<SigningProcess> {
  const first = disk.operations
  const living = start(log)
  disk.options = {
    ...disk.options,
    before: () => {
      if (disk.operations - first === last) happens()
    },
  }
  await living.publisher.publishAll()
  return living
}

/** What the self-check holds at the end of a walk, and the same for what is stored in between. */
async function holdNotes({ logs, notes }: SigningProcess): Promise<void> {
  const { keys, signed } = await logs.open(tenant)
  if (signed !== undefined) new WalkRoots(keys.chain).holdKept(await notes.read(tenant), signed)
}

/** What was verified already: the cuts leave few different folders, once they are mended. */
const verified = new Set<string>()

/** Reads the files alone, as an auditor would. */
async function verifyOffline(folder: string, size: number): Promise<void> {
  const files = [...current.files()].filter(([path]) => path.startsWith(`${tilesFolder}/${tenant}/`))
  const digest = createHash('sha256')
  for (const [path, bytes] of files.toSorted(([a], [b]) => (a < b ? -1 : 1)))
    digest.update(`${path} ${bytes.toString('base64')}\n`)
  const seen = `${size} ${digest.digest('hex')}`
  if (verified.has(seen)) return
  rmSync(folder, { recursive: true, force: true })
  for (const [path, bytes] of files) {
    const copy = join(folder, path.slice(tilesFolder.length))
    mkdirSync(dirname(copy), { recursive: true })
    writeFileSync(copy, bytes)
  }
  const place = { kind: 'folder', folder: join(folder, tenant) } as const
  const verdict = await verifyTiles(place, openChain(vkey, []), { threads: 1 })
  expect(verdict).to.deep.include({ valid: true })
  expect(verdict.valid && verdict.checkpoint.size).to.equal(size)
  verified.add(seen)
}

/** Starts a process without new events; all of the log is signed, kept and stored, and nothing is found. */
async function expectWell({ log }: Due, folder: string, next = start(log)): Promise<void> {
  await holdNotes(next)
  await next.publisher.publishAll()
  expect(next.failures).to.deep.equal([])
  await holdNotes(next)
  expect((await next.logs.open(tenant)).signed?.size).to.equal(log.size)
  const served = [...log.checkpoints.values()].at(-1)
  expect(openCheckpoint(served?.note ?? '', vkey).size).to.equal(log.size)
  for (const note of await next.notes.read(tenant)) expect(note).to.equal(served?.note)
  await verifyOffline(folder, log.size)
}

for (const signed of [0, 30]) {
  describe(`a ledger that is cut off at any step of signing after ${signed} entries were signed`, function () {
    this.timeout(120_000)
    let folder: string
    before(() => (folder = mkdtempSync(join(tmpdir(), 'campanile-cut-'))))
    after(() => rmSync(folder, { recursive: true }))

    async function steps(): Promise<number> {
      const whole = await due(signed)
      const before = whole.disk.operations
      await start(whole.log).publisher.publishAll()
      return whole.disk.operations - before
    }

    async function forEveryStep(meets: (each: Due, step: number) => Promise<void>): Promise<void> {
      const last = await steps()
      expect(last).to.be.above(40)
      for (let step = 1; step <= last; step++) {
        await meets(await due(signed), step).catch((cause: unknown) => {
          throw new Error(`cut at step ${step} of ${last}: ${String(cause)}`, { cause })
        })
      }
    }

    it('finds nothing after it was killed, nor after a cut of the power soon after its next start', async () => {
      await forEveryStep(async (each, step) => {
        await signUntil(each, step, () => (each.disk.isOff = true))
        each.disk = turnOn(each.disk.kill({ random }))
        await expectWell(each, folder)
        each.disk = turnOn(each.disk.reboot({ random: remains.nothing }))
        await expectWell(each, folder)
      })
    })

    for (const [what, survives] of Object.entries(remains)) {
      it(`finds nothing after the power was cut and ${what} was left of what was not synced`, async () => {
        await forEveryStep(async (each, step) => {
          await signUntil(each, step, () => (each.disk.isOff = true))
          each.disk = turnOn(each.disk.reboot({ random: survives }))
          await expectWell(each, folder)
        })
      })
    }

    it('finds nothing after one write failed, also without a restart', async () => {
      await forEveryStep(async (each, step) => {
        const living = await signUntil(each, step, () => {
          throw Object.assign(new Error('DISK'), { code: 'EIO' })
        })
        await expectWell(each, folder, Object.assign(living, { failures: [] }))
      })
    })
  })
}

describe('a ledger of which one note was taken back', () => {
  const taken = 30

  /** Takes one note back, by the note of an earlier checkpoint, and starts anew; answers what the self-check finds. */
  async function findingAfter(takeBack: (living: SigningProcess, log: MemoryLog, note: string) => unknown) {
    const { log, disk } = await due(taken)
    const living = start(log)
    const [note = ''] = await living.notes.read(tenant)
    await living.publisher.publishAll()
    await takeBack(living, log, note)
    turnOn(disk.kill({ random }))
    const next = start(log)
    await next.publisher.publishAll()
    return holdNotes(next).then(
      () => undefined,
      (error: unknown) => (error instanceof WalkFinding ? [error.code, error.index] : systemCodeOf(error)),
    )
  }

  it('finds the one beside the tiles, and that it is gone', async () => {
    const tiles = (living: SigningProcess, _: MemoryLog, note: string) =>
      living.tiles.writeCheckpoint(tenant, note)
    expect(await findingAfter(tiles)).to.deep.equal(['CHECKPOINT_INVALID', taken + 260 - 1])
    const without = () =>
      current.folderOf(`${tilesFolder}/${tenant}/checkpoint`).folder.change([['checkpoint', undefined]])
    expect(await findingAfter(without)).to.deep.equal(['CHECKPOINT_MISSING', taken + 260 - 1])
  })

  it('finds the one beside the keys', async () => {
    const keys = (living: SigningProcess, _: MemoryLog, note: string) =>
      living.checkpoints.write(tenant, note)
    expect(await findingAfter(keys)).to.deep.equal(['CHECKPOINT_INVALID', taken + 260 - 1])
  })

  it('finds the one beside the tiles also when the row of the newer one was deleted', async () => {
    const both = (living: SigningProcess, log: MemoryLog, note: string) => {
      log.checkpoints.delete(taken + 260)
      return living.tiles.writeCheckpoint(tenant, note)
    }
    expect(await findingAfter(both)).to.deep.equal(['CHECKPOINT_INVALID', taken + 260 - 1])
  })
})
