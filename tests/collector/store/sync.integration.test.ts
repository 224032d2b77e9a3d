/** When the store asks the disk, and what it does when the disk refuses: calls of `datasync` are counted. */
import { mkdtemp, open, readdir, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { CollectorError } from '../../../collector/errors.ts'
import { summarizeSpans } from '../../../collector/process/summary.ts'
import { findTrace } from '../../../collector/store/query.ts'
import { SignalStore, type StoreFault } from '../../../collector/store/signal-store.ts'
import { encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { eventually } from '../../support/poll.ts'
import { spansOf } from '../generate.ts'

describe('syncs of the local store', () => {
  let directory: string
  let faults: StoreFault[]
  let syncs: number
  let isBroken: boolean
  let restore: () => void

  before(async () => {
    const handle = await open(tmpdir(), 'r')
    // Every file handle shares the prototype; the real method is called through it.
    const prototype = Object.getPrototypeOf(handle) as { datasync: (this: FileHandle) => Promise<void> }
    const { datasync } = prototype
    prototype.datasync = async function () {
      syncs++
      if (isBroken) throw new Error('the disk is gone')
      await datasync.call(this)
    }
    restore = () => (prototype.datasync = datasync)
    await handle.close()
  })
  after(() => restore())
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'campanile-sync-'))
    faults = []
    syncs = 0
    isBroken = false
  })
  afterEach(() => rm(directory, { recursive: true }))

  const openStore = (syncMillis: number) =>
    SignalStore.open({
      directory,
      maxBytes: 2 ** 20,
      maxAgeMillis: 3_600_000,
      syncMillis,
      now: () => 1_790_000_000_000,
      onFault: (fault) => faults.push(fault),
    })
  const add = (store: SignalStore, seed: number) => {
    const batch = spansOf(8, seed)
    return store.append(encodeTraces(new ProtobufWriter(), batch), summarizeSpans(batch))
  }
  const traceOf = (seed: number) => spansOf(1, seed)[0]?.scopes[0]?.items[0]?.traceId ?? ''

  const spansIn = async (store: SignalStore, trace: string) => (await findTrace(store, trace, 10)).found

  it('come before each acknowledgement with an interval of 0, shared by requests that wait together', async () => {
    const store = await openStore(0)
    for (let seed = 1; seed <= 3; seed++) {
      await add(store, seed)
      expect(syncs).to.equal(seed)
    }
    await Promise.all(Array.from({ length: 50 }, (_, seed) => add(store, seed + 10)))
    expect(syncs).to.be.at.most(6)
    await store.close()
  })

  it('come after the interval, once for all blocks written in it', async () => {
    const store = await openStore(200)
    // In one step, so that no interval ends between them.
    await Promise.all(Array.from({ length: 5 }, (_, seed) => add(store, seed + 1)))
    await eventually('the disk is asked', () => syncs > 0, { everyMillis: 10 })
    expect(syncs).to.be.at.most(2)
    const before = syncs
    await add(store, 6)
    await eventually('the disk is asked again', () => syncs > before, { everyMillis: 10 })
    await store.close()
  })

  it('that fail are counted, refuse what waited for them, and end the file', async () => {
    const store = await openStore(0)
    await add(store, 1)
    isBroken = true
    const outcome = await add(store, 2).then(
      () => 'taken',
      (error: unknown) => error instanceof CollectorError && error.code,
    )
    expect(outcome).to.equal('STORE_FAILED')
    isBroken = false
    await add(store, 3)
    expect(faults).to.deep.equal(['sync_failed'])
    expect(await readdir(directory)).to.have.length(2)
    await store.close()
    const again = await openStore(0)
    expect(await spansIn(again, traceOf(1))).to.have.length(8)
    expect(await spansIn(again, traceOf(2))).to.have.length(0)
    expect(await spansIn(again, traceOf(3))).to.have.length(8)
    await again.close()
  })
})
