/** Retention, torn tails and damage of the local store on a real folder. */
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { summarizeSpans } from '../../../collector/process/summary.ts'
import { findTrace, searchTraces } from '../../../collector/store/query.ts'
import { SignalStore, type StoreFault } from '../../../collector/store/signal-store.ts'
import { encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { spansOf } from '../generate.ts'

describe('the local store', () => {
  let directory: string
  let faults: StoreFault[]
  let time: number

  const openStore = (maxBytes = 2 ** 20) =>
    SignalStore.open({
      directory,
      maxBytes,
      maxAgeMillis: 3_600_000,
      // Each request a block of its own.
      blockBytes: 1,
      now: () => time,
      onFault: (fault) => faults.push(fault),
    })
  const add = (store: SignalStore, seed: number) => {
    const batch = spansOf(64, seed)
    return store.append(encodeTraces(new ProtobufWriter(), batch), summarizeSpans(batch))
  }
  const traceOf = (seed: number) => spansOf(1, seed)[0]?.scopes[0]?.items[0]?.traceId ?? ''
  const spansIn = async (store: SignalStore, trace: string) => (await findTrace(store, trace, 100)).found
  const files = async () => (await readdir(directory)).sort()

  const threeBlocks = async () => {
    const store = await openStore()
    const ends: number[] = []
    for (const seed of [1, 2, 3]) {
      await add(store, seed)
      ends.push(store.bytes)
    }
    await store.close()
    const name = (await files())[0] ?? ''
    return { name, ends, content: await readFile(join(directory, name)) }
  }

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'campanile-signal-'))
    faults = []
    time = 1_790_000_000_000
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('finds a trace again after it was closed and opened', async () => {
    const store = await openStore()
    await add(store, 1)
    await store.close()
    expect(await spansIn(await openStore(), traceOf(1))).to.have.length(8)
    expect(faults).to.deep.equal([])
  })

  it('unlinks the oldest files to stay within its size, newest data kept', async () => {
    const store = await openStore(40_000)
    for (let seed = 1; seed <= 60; seed++) await add(store, seed)
    expect(store.bytes).to.be.at.most(45_000)
    expect(await spansIn(store, traceOf(1))).to.have.length(0)
    expect(await spansIn(store, traceOf(60))).to.have.length(8)
    await store.close()
  })

  it('takes what comes when its oldest file is gone already', async () => {
    const store = await openStore(40_000)
    for (let seed = 1; seed <= 30; seed++) {
      if (seed === 10) await rm(join(directory, (await files())[0] ?? ''))
      await add(store, seed)
    }
    expect(faults).to.deep.equal([])
    expect(await spansIn(store, traceOf(30))).to.have.length(8)
    await store.close()
  })

  it('takes what comes when an old file cannot be unlinked, counts it, and tries again', async () => {
    const store = await openStore(40_000)
    await add(store, 1)
    const stuck = join(directory, (await files())[0] ?? '')
    // Unlinking answers an error for a folder, whoever asks.
    await rm(stuck)
    await mkdir(stuck)
    for (let seed = 2; seed <= 30; seed++) await add(store, seed)
    expect(new Set(faults)).to.deep.equal(new Set(['file_not_removed']))
    expect(await spansIn(store, traceOf(1))).to.have.length(0)
    expect(await spansIn(store, traceOf(30))).to.have.length(8)
    // It still counts against the size.
    expect(store.bytes).to.be.at.most(45_000)
    await rm(stuck, { recursive: true })
    await writeFile(stuck, '')
    await store.enforceBounds()
    expect(await files()).to.not.include(stuck.slice(directory.length + 1))
    await store.close()
  })

  it('unlinks files past their age', async () => {
    const store = await openStore()
    await add(store, 1)
    time += 3_000_000
    await add(store, 2)
    time += 500_000
    await store.enforceBounds()
    expect(await spansIn(store, traceOf(1))).to.have.length(8)
    time += 1_000_000
    await store.enforceBounds()
    expect(await spansIn(store, traceOf(1))).to.have.length(0)
    await store.close()
  })

  it('unlinks the last file past its age too, when nothing comes any more', async () => {
    const store = await openStore()
    await add(store, 1)
    time += 3_500_000
    await store.enforceBounds()
    expect(await spansIn(store, traceOf(1))).to.have.length(8)
    time += 500_000
    await store.enforceBounds()
    expect(await files()).to.deep.equal([])
    await add(store, 2)
    expect(await spansIn(store, traceOf(2))).to.have.length(8)
    await store.close()
  })

  it('cuts off a torn tail at every length and keeps what stands before it', async () => {
    const store = await openStore()
    await add(store, 1)
    const whole = store.bytes
    await add(store, 2)
    const full = store.bytes
    await store.close()
    const path = join(directory, (await files())[0] ?? '')
    const content = await readFile(path)
    for (const length of [full - 1, whole + 40, whole + 27, whole + 1]) {
      faults = []
      await writeFile(path, content.subarray(0, length))
      const again = await openStore()
      expect(await spansIn(again, traceOf(1))).to.have.length(8)
      expect(again.bytes).to.equal(whole)
      expect(faults).to.deep.equal(['tail_cut'])
    }
  })

  it('keeps what stands before a tail of zeros, as a power cut leaves it', async () => {
    const store = await openStore()
    await add(store, 1)
    const whole = store.bytes
    await add(store, 2)
    await store.close()
    const path = join(directory, (await files())[0] ?? '')
    const content = await readFile(path)
    const tails = [Buffer.alloc(content.length - whole), Buffer.alloc(100_000), Buffer.alloc(5)]
    for (const tail of tails) {
      faults = []
      await writeFile(path, Buffer.concat([content.subarray(0, whole), tail]))
      const again = await openStore()
      expect(await spansIn(again, traceOf(1))).to.have.length(8)
      expect(again.bytes).to.equal(whole)
      expect(faults).to.deep.equal(['tail_cut'])
      expect(await files()).to.have.length(1)
    }
  })

  it('keeps what stands before and behind a damaged header, and counts it', async () => {
    const { name, content, ends } = await threeBlocks()
    for (const offset of [0, 9, 24, 40]) {
      faults = []
      const damaged = Buffer.from(content)
      damaged[(ends[0] ?? 0) + offset] = (content[(ends[0] ?? 0) + offset] ?? 0) ^ 0x81
      await writeFile(join(directory, name), damaged)
      const again = await openStore()
      expect(await spansIn(again, traceOf(1))).to.have.length(8)
      expect(await spansIn(again, traceOf(2))).to.have.length(0)
      expect(await spansIn(again, traceOf(3))).to.have.length(8)
      expect(faults).to.deep.equal(['quarantined'])
      expect(await files()).to.deep.equal([name])
    }
  })

  it('sets a damaged end aside for as long as data lives', async () => {
    const { name, content, ends } = await threeBlocks()
    for (const offset of [0, 9, 24, 40]) {
      faults = []
      const damaged = Buffer.from(content)
      damaged[(ends[1] ?? 0) + offset] = (content[(ends[1] ?? 0) + offset] ?? 0) ^ 0x81
      await writeFile(join(directory, name), damaged)
      const again = await openStore()
      expect(await spansIn(again, traceOf(2))).to.have.length(8)
      expect(faults).to.have.length(1)
      const aside = await readFile(join(directory, `${name}.corrupt`))
      expect(aside.equals(damaged.subarray(ends[1]))).to.equal(true)
    }
    const again = await openStore()
    time += 4_000_000
    await again.enforceBounds()
    expect(await files()).to.deep.equal([])
  })

  it('answers with the blocks it can read, and says that it is not all', async () => {
    const { name, content, ends } = await threeBlocks()
    const damaged = Buffer.from(content)
    // The last byte of the second payload.
    damaged[(ends[1] ?? 0) - 1] = (content[(ends[1] ?? 0) - 1] ?? 0) ^ 0x81
    await writeFile(join(directory, name), damaged)
    const again = await openStore()
    const { found, isPartial } = await searchTraces(again, { limit: 1_000 })
    expect(found).to.have.length(16)
    expect(isPartial).to.equal(true)
    expect(faults).to.deep.equal(['block_corrupt'])
  })

  it('answers with the rest when a block is whole and is no request', async () => {
    const store = await openStore()
    await add(store, 1)
    const summary = summarizeSpans(spansOf(64, 2))
    await store.append(Buffer.from([0x0a, 0x05, 0x12, 0xff]), summary)
    const { found, isPartial } = await searchTraces(store, { limit: 1_000 })
    expect(found).to.have.length(8)
    expect(isPartial).to.equal(true)
    expect(faults).to.deep.equal(['block_unreadable'])
    await store.close()
  })

  it('reads requests of more parts in one block than one request may have', async () => {
    const store = await openStore()
    const one = encodeTraces(new ProtobufWriter(), spansOf(64, 1))
    // Empty attributes: two bytes are a part.
    const filler = Buffer.concat(Array.from({ length: 70_000 }, () => Buffer.from([0x0a, 0x02, 0x12, 0x00])))
    const bytes = Buffer.concat([filler, filler, filler, filler, filler, one])
    await store.append(bytes, summarizeSpans(spansOf(64, 1)))
    expect(await spansIn(store, traceOf(1))).to.have.length(8)
    expect(faults).to.deep.equal([])
    await store.close()
  })

  it('starts without a file it cannot read, and sets it aside', async () => {
    const store = await openStore()
    await add(store, 1)
    await store.close()
    await mkdir(join(directory, '1789999999999-0000.seg'))
    const again = await openStore()
    expect(await spansIn(again, traceOf(1))).to.have.length(8)
    expect(faults).to.deep.equal(['file_unreadable'])
    expect(await files()).to.include('1789999999999-0000.seg.corrupt')
    faults = []
    const third = await openStore()
    expect(faults).to.deep.equal([])
    time += 4_000_000
    await third.enforceBounds()
    expect(await files()).to.deep.equal([])
  })

  it('sets a file with a damaged header aside and goes on', async () => {
    const store = await openStore()
    await add(store, 1)
    await store.close()
    const name = (await files())[0] ?? ''
    const handle = await open(join(directory, name), 'r+')
    await handle.write(Buffer.from([0xff]), 0, 1, 9)
    await handle.write(Buffer.from([0xff]), 0, 1, 30)
    await handle.close()
    const again = await openStore()
    expect(faults.length).to.equal(1)
    await add(again, 2)
    expect(await spansIn(again, traceOf(2))).to.have.length(8)
    await again.close()
  })
})
