/** What a store has taken and not yet put into a block: read, kept by its file, and found again. */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { CollectorError } from '../../../collector/errors.ts'
import { summarizeSpans } from '../../../collector/process/summary.ts'
import { findTrace, searchTraces } from '../../../collector/store/query.ts'
import { Head } from '../../../collector/store/head.ts'
import { recoverHead } from '../../../collector/store/recover-head.ts'
import { SegmentWriter } from '../../../collector/store/segment-writer.ts'
import { SignalStore, type StoreFault } from '../../../collector/store/signal-store.ts'
import { encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { eventually } from '../../support/poll.ts'
import { spansOf } from '../generate.ts'

describe('the head of the local store', () => {
  let directory: string
  let faults: StoreFault[]

  /** An hour until what was taken becomes a block, unless it is told otherwise. */
  const openStore = (options: { readonly blockBytes?: number; readonly syncMillis?: number } = {}) =>
    SignalStore.open({
      directory,
      maxBytes: 2 ** 24,
      maxAgeMillis: 3_600_000,
      syncMillis: 3_600_000,
      now: Date.now,
      onFault: (fault) => faults.push(fault),
      ...options,
    })
  const add = (store: SignalStore, seed: number) => {
    const batch = spansOf(64, seed)
    return store.append(encodeTraces(new ProtobufWriter(), batch), summarizeSpans(batch))
  }
  const traceOf = (seed: number) => spansOf(1, seed)[0]?.scopes[0]?.items[0]?.traceId ?? ''
  const spansFound = async (store: SignalStore, seed: number) =>
    (await findTrace(store, traceOf(seed), 100)).found.length
  const named = async (ending: string) => (await readdir(directory)).filter((name) => name.endsWith(ending))
  const codeOf = (error: unknown) => error instanceof CollectorError && error.code

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'campanile-head-'))
    faults = []
  })
  afterEach(() => rm(directory, { recursive: true }))

  /** Leaves the folder as the death of a process would have left it here. */
  async function abandon(store: SignalStore): Promise<() => Promise<void>> {
    const names = await readdir(directory)
    const kept = new Map<string, Buffer>()
    for (const name of names) kept.set(name, await readFile(join(directory, name)))
    await store.close()
    return async () => {
      for (const name of await readdir(directory)) await rm(join(directory, name))
      for (const [name, bytes] of kept) await writeFile(join(directory, name), bytes)
    }
  }

  it('answers before there is a block', async () => {
    const store = await openStore()
    await add(store, 1)
    expect(await named('.seg')).to.deep.equal([])
    expect(await spansFound(store, 1)).to.equal(8)
    await store.close()
  })

  it('becomes one block of many requests, answered once at every moment', async () => {
    const store = await openStore({ blockBytes: 50_000 })
    for (let seed = 1; seed <= 20; seed++) {
      await add(store, seed)
      expect(await spansFound(store, seed)).to.equal(8)
      expect(await spansFound(store, 1)).to.equal(8)
    }
    await store.close()
    const again = await openStore({ blockBytes: 50_000 })
    for (let seed = 1; seed <= 20; seed++) expect(await spansFound(again, seed)).to.equal(8)
    expect([...again.blocks(() => true)].length).to.be.within(5, 12)
    expect(await named('.head')).to.deep.equal([])
    await again.close()
  })

  it('becomes a block within the interval of syncs', async () => {
    const store = await openStore({ syncMillis: 50 })
    await add(store, 1)
    await eventually('there is a block', async () => (await named('.seg')).length === 1, { everyMillis: 10 })
    expect(await spansFound(store, 1)).to.equal(8)
    await store.close()
  })

  it('is found again after the death of the process', async () => {
    const store = await openStore()
    for (const seed of [1, 2, 3]) await add(store, seed)
    const restore = await abandon(store)
    await restore()
    const again = await openStore()
    for (const seed of [1, 2, 3]) expect(await spansFound(again, seed)).to.equal(8)
    expect(await named('.head')).to.deep.equal([])
    expect(faults).to.deep.equal([])
    await again.close()
  })

  it('is not found twice when the process died after its block was written', async () => {
    const store = await openStore()
    for (const seed of [1, 2, 3]) await add(store, seed)
    const [head = ''] = await named('.head')
    const copy = join(tmpdir(), `${head}-${process.pid}`)
    await copyFile(join(directory, head), copy)
    await store.close()
    await copyFile(copy, join(directory, head))
    await rm(copy)
    const again = await openStore()
    expect(await spansFound(again, 2)).to.equal(8)
    await again.close()
  })

  it('is not found twice when one start could not read it, and the blocks around its own are small', async () => {
    const store = await openStore({ blockBytes: 50_000 })
    for (let seed = 1; seed <= 21; seed++) await add(store, seed)
    const heads = await named('.head')
    const kept = await Promise.all(heads.map((name) => readFile(join(directory, name))))
    await store.close()
    // A folder in the place of a file is what cannot be read.
    for (const name of heads) await mkdir(join(directory, name))
    await (await openStore()).close()
    for (const [at, name] of heads.entries()) {
      await rm(join(directory, name), { recursive: true })
      await writeFile(join(directory, name), kept[at] ?? '')
    }
    const again = await openStore()
    for (let seed = 1; seed <= 21; seed++) expect(await spansFound(again, seed)).to.equal(8)
    expect([...again.blocks(() => true)].reduce((sum, { meta }) => sum + meta.items, 0)).to.equal(21 * 64)
    await again.close()
  })

  it('is found again beside a block that looks the same and is another', async () => {
    const first = await openStore()
    const like = (code: string) =>
      spansOf(1, 1).map((part) => ({
        ...part,
        resource: { ...part.resource, attributes: [{ key: 'service.name', value: code }] },
      }))
    const addLike = (store: SignalStore, code: string) =>
      store.append(encodeTraces(new ProtobufWriter(), like(code)), summarizeSpans(like(code)))
    await addLike(first, 'E2BIG')
    await first.close()
    const second = await openStore()
    await addLike(second, 'EBUSY')
    const restore = await abandon(second)
    await restore()
    const again = await openStore()
    const { found } = await findTrace(again, traceOf(1), 100)
    expect(found.map(({ service }) => service)).to.have.members(['E2BIG', 'EBUSY'])
    await again.close()
  })

  it('is found by every service after the death of the process, where one request had too many to keep', async () => {
    const store = await openStore()
    const many = Array.from({ length: 300 }, (_, service) =>
      spansOf(1, service + 1).map((part) => ({
        ...part,
        resource: { ...part.resource, attributes: [{ key: 'service.name', value: `s-${service}` }] },
      })),
    ).flat()
    await store.append(encodeTraces(new ProtobufWriter(), many), summarizeSpans(many))
    await add(store, 1_000)
    const restore = await abandon(store)
    await restore()
    const again = await openStore()
    const { found } = await searchTraces(again, { service: 's-7', limit: 10 })
    expect(found.map(({ service }) => service)).to.deep.equal(['s-7'])
    await again.close()
  })

  it('loses only what is cut off or wrong in its file', async () => {
    const store = await openStore()
    for (const seed of [1, 2, 3]) await add(store, seed)
    const [head = ''] = await named('.head')
    const content = await readFile(join(directory, head))
    await store.close()
    for (const [cut, at] of [
      [content.length - 50, -1],
      [content.length, Math.floor(content.length / 2)],
      [content.length, content.length - 50],
    ] as const) {
      faults = []
      for (const name of await readdir(directory)) await rm(join(directory, name))
      const damaged = Buffer.from(content.subarray(0, cut))
      if (at >= 0) damaged[at] = (damaged[at] ?? 0) ^ 0xff
      await writeFile(join(directory, head), damaged)
      const again = await openStore()
      expect(await spansFound(again, 1)).to.equal(8)
      const rest = (await spansFound(again, 2)) + (await spansFound(again, 3))
      expect(rest).to.equal(8)
      expect(faults).to.have.length(1)
      await again.close()
    }
  })

  it('loses a request whose header is wrong, and none behind it', async () => {
    const store = await openStore()
    for (const seed of [1, 2, 3]) await add(store, seed)
    const [head = ''] = await named('.head')
    const content = await readFile(join(directory, head))
    await store.close()
    const second = content.indexOf('CMB2', content.indexOf('CMB2') + 1)
    for (const fill of [0x00, 0xff]) {
      for (const name of await readdir(directory)) await rm(join(directory, name))
      const damaged = Buffer.from(content).fill(fill, second - 16, second + 28)
      await writeFile(join(directory, head), damaged)
      faults = []
      const again = await openStore()
      const found = await Promise.all([1, 2, 3].map((seed) => spansFound(again, seed)))
      expect(found).to.deep.equal([8, 0, 8])
      expect(faults).to.deep.equal(['quarantined'])
      await again.close()
    }
  })

  it('brings nothing of an earlier turn back where the write over it was cut short', async () => {
    const path = join(directory, 'turns.head')
    const head = new Head(path)
    const batch = spansOf(64, 1)
    const kept = { bytes: encodeTraces(new ProtobufWriter(), batch), summary: summarizeSpans(batch) }
    for (let request = 0; request < 3; request++) head.append(kept)
    const before = await readFile(path)
    head.forget()
    head.empty()
    expect((await recoverHead(path)).kept).to.deep.equal([])
    head.append(kept)
    const after = await readFile(path)
    expect((await recoverHead(path)).kept).to.have.length(1)
    head.close()
    // The end of the request and what stands behind it never came to the disk.
    const size = before.indexOf('CMHR', 1)
    await writeFile(path, Buffer.concat([after.subarray(0, size - 50), before.subarray(size - 50)]))
    const torn = await recoverHead(path)
    expect(torn.kept.length).to.be.at.most(1)
    expect(torn.kept.every(({ bytes }) => Buffer.compare(bytes, kept.bytes) === 0)).to.equal(true)
    await writeFile(path, Buffer.concat([after.subarray(0, 100), before.subarray(100)]).fill(7, 40, 60))
    expect((await recoverHead(path)).kept).to.deep.equal([])
  })

  it('keeps what was acknowledged while no block can be written, refuses more, and goes on after it', async () => {
    const store = await openStore({ blockBytes: 50_000 })
    const prototype: { append: (this: SegmentWriter, block: Uint8Array) => Promise<void> } =
      SegmentWriter.prototype
    const { append } = prototype
    prototype.append = () => Promise.reject(new Error('the disk is full'))
    const outcomes: unknown[] = []
    try {
      for (let seed = 1; seed <= 20; seed++) outcomes.push(await add(store, seed).then(() => 'kept', codeOf))
    } finally {
      prototype.append = append
    }
    expect(outcomes.at(-1)).to.equal('STORE_FAILED')
    await add(store, 21)
    await store.close()
    const again = await openStore()
    for (const [index, outcome] of [...outcomes, 'kept'].entries()) {
      expect(await spansFound(again, index + 1)).to.equal(outcome === 'kept' ? 8 : 0)
    }
    await again.close()
  })
})
