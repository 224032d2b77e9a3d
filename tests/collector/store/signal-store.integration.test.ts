/** Retention, torn tails and damage of the local store on a real folder. */
import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { summarizeSpans } from '../../../collector/process/summary.ts'
import { findTrace } from '../../../collector/store/query.ts'
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
      now: () => time,
      onFault: (fault) => faults.push(fault),
    })
  const add = (store: SignalStore, seed: number) => {
    const batch = spansOf(64, seed)
    return store.append(encodeTraces(new ProtobufWriter(), batch), summarizeSpans(batch))
  }
  const traceOf = (seed: number) => spansOf(1, seed)[0]?.scopes[0]?.items[0]?.traceId ?? ''
  const files = async () => (await readdir(directory)).sort()

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
    expect(await findTrace(await openStore(), traceOf(1), 100)).to.have.length(8)
    expect(faults).to.deep.equal([])
  })

  it('unlinks the oldest files to stay within its size, newest data kept', async () => {
    const store = await openStore(40_000)
    for (let seed = 1; seed <= 60; seed++) await add(store, seed)
    expect(store.bytes).to.be.at.most(45_000)
    expect(await findTrace(store, traceOf(1), 100)).to.have.length(0)
    expect(await findTrace(store, traceOf(60), 100)).to.have.length(8)
    await store.close()
  })

  it('unlinks files past their age', async () => {
    const store = await openStore()
    await add(store, 1)
    time += 3_000_000
    await add(store, 2)
    time += 3_000_000
    await store.enforceBounds()
    expect(await findTrace(store, traceOf(1), 100)).to.have.length(8)
    time += 1_000_000
    await store.enforceBounds()
    expect(await findTrace(store, traceOf(1), 100)).to.have.length(0)
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
      expect(await findTrace(again, traceOf(1), 100)).to.have.length(8)
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
      expect(await findTrace(again, traceOf(1), 100)).to.have.length(8)
      expect(again.bytes).to.equal(whole)
      expect(faults).to.deep.equal(['tail_cut'])
      expect(await files()).to.have.length(1)
    }
  })

  it('keeps what stands before a damaged block and sets the rest aside for as long as data lives', async () => {
    const store = await openStore()
    const ends: number[] = []
    for (const seed of [1, 2, 3]) {
      await add(store, seed)
      ends.push(store.bytes)
    }
    await store.close()
    const name = (await files())[0] ?? ''
    const content = await readFile(join(directory, name))
    for (const offset of [0, 9, 24, 40]) {
      faults = []
      const damaged = Buffer.from(content)
      damaged[(ends[0] ?? 0) + offset] = (content[(ends[0] ?? 0) + offset] ?? 0) ^ 0x81
      await writeFile(join(directory, name), damaged)
      const again = await openStore()
      expect(await findTrace(again, traceOf(1), 100)).to.have.length(8)
      expect(faults).to.have.length(1)
      const aside = await readFile(join(directory, `${name}.corrupt`))
      expect(aside.equals(damaged.subarray(ends[0]))).to.equal(true)
    }
    const again = await openStore()
    time += 4_000_000
    await again.enforceBounds()
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
    expect(await findTrace(again, traceOf(2), 100)).to.have.length(8)
    await again.close()
  })
})
