/** Finished segments whose blocks are small: joined beside what reads and what comes in, and after a restart. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { summarizeSpans } from '../../../collector/process/summary.ts'
import { findTrace, searchTraces } from '../../../collector/store/query.ts'
import { SignalStore, type StoreFault } from '../../../collector/store/signal-store.ts'
import { encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { eventually } from '../../support/poll.ts'
import { spansOf } from '../generate.ts'

describe('small blocks of finished segments', () => {
  let directory: string
  let faults: StoreFault[]
  let time: number

  // With an interval of 0 every request is a block.
  const openStore = () =>
    SignalStore.open({
      directory,
      maxBytes: 2 ** 24,
      maxAgeMillis: 3_600_000,
      syncMillis: 0,
      now: () => time,
      onFault: (fault) => faults.push(fault),
    })
  const add = async (store: SignalStore, from: number, to: number) => {
    for (let seed = from; seed <= to; seed++) {
      const batch = spansOf(8, seed)
      await store.append(encodeTraces(new ProtobufWriter(), batch), summarizeSpans(batch))
    }
  }
  const blocksOf = (store: SignalStore) => [...store.blocks(() => true)].length
  const spansIn = async (store: SignalStore, seed: number) => {
    const traceId = spansOf(1, seed)[0]?.scopes[0]?.items[0]?.traceId ?? ''
    return (await findTrace(store, traceId, 100)).found.length
  }

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'campanile-join-'))
    faults = []
    time = 1_790_000_000_000
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('become large ones, of which less is kept and everything is found', async () => {
    const store = await openStore()
    await add(store, 1, 60)
    const before = store.bytes
    // The next segment begins, and this one is finished.
    time += 3_600_000 / 16 + 1
    await add(store, 61, 61)
    await eventually('the blocks are joined', () => blocksOf(store) === 2, { everyMillis: 10 })
    expect(store.bytes).to.be.below(before / 2)
    for (const seed of [1, 30, 60, 61]) expect(await spansIn(store, seed)).to.equal(8)
    await store.close()
    const again = await openStore()
    expect(blocksOf(again)).to.equal(2)
    for (const seed of [1, 30, 60, 61]) expect(await spansIn(again, seed)).to.equal(8)
    await again.close()
    expect(faults).to.deep.equal([])
  })

  it('stay where they are while something reads', async () => {
    const store = await openStore()
    await add(store, 1, 60)
    const release = store.hold()
    const [oldest] = [...store.blocks(() => true)].reverse()
    time += 3_600_000 / 16 + 1
    await add(store, 61, 61)
    await eventually('the joined file is there', async () =>
      (await readdir(directory)).some((name) => name.endsWith('.joining')),
    )
    expect(blocksOf(store)).to.equal(61)
    expect(oldest === undefined ? undefined : (await store.read(oldest)).status).to.equal('read')
    release()
    // Another begins in the same step.
    const releaseOther = store.hold()
    await new Promise((resolve) => setImmediate(resolve))
    expect(blocksOf(store)).to.equal(61)
    expect(oldest === undefined ? undefined : (await store.read(oldest)).status).to.equal('read')
    releaseOther()
    await eventually('the blocks are joined', () => blocksOf(store) === 2, { everyMillis: 10 })
    await store.close()
    expect(faults).to.deep.equal([])
  })

  it('are joined after a restart, and a file that was not finished is removed', async () => {
    const store = await openStore()
    await add(store, 1, 30)
    const [name = ''] = await readdir(directory)
    // What closing joins is as good as what a start does: neither is waited for here.
    await store.close()
    await writeFile(join(directory, `${name}.joining`), 'cut off')
    const again = await openStore()
    await eventually('the blocks are joined', () => blocksOf(again) === 1, { everyMillis: 10 })
    expect(await readdir(directory)).to.deep.equal([name])
    expect((await searchTraces(again, { limit: 100 })).found).to.have.length(30)
    await again.close()
    expect(faults).to.deep.equal([])
  })

  it('are answered for every service once there are too many to keep in an index', async () => {
    const store = await openStore()
    const batch = Array.from({ length: 300 }, (_, service) =>
      spansOf(1, service + 1).map((part) => ({
        ...part,
        resource: { attributes: [{ key: 'service.name', value: `s-${service}` }], droppedAttributes: 0 },
      })),
    ).flat()
    await store.append(encodeTraces(new ProtobufWriter(), batch), summarizeSpans(batch))
    const { found } = await searchTraces(store, { service: 's-299', limit: 10 })
    expect(found.map(({ service }) => service)).to.deep.equal(['s-299'])
    await store.close()
  })
})
