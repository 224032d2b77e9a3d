/** What one request of very many small items may cost a question: it is a block by itself, of up to 20 MiB. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { emptySummary, fingerprint } from '../../../collector/process/summary.ts'
import { findLogs, searchTraces } from '../../../collector/store/query.ts'
import { SignalStore } from '../../../collector/store/signal-store.ts'
import { findTagNames, findTagValues } from '../../../collector/store/tags.ts'
import { searchByQuery } from '../../../collector/store/trace-search.ts'
import { walkItems } from '../../../collector/store/walk.ts'
import { compileQuery } from '../../../collector/traceql/compile.ts'
import { fieldOf } from '../../../collector/traceql/fields.ts'

/** More than a question decodes of one block. */
const many = 110_000

describe('a block of very many items', () => {
  let directory: string
  let store: SignalStore

  const add = async (items: readonly Buffer[], trace?: string) => {
    const summary = emptySummary()
    Object.assign(summary, { items: items.length, minTime: 0n, maxTime: 2_000n })
    summary.services.add('')
    if (trace !== undefined) summary.traces.add(fingerprint(trace))
    await store.append(requestOf(items), summary)
  }

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'campanile-large-'))
    store = await SignalStore.open({
      directory,
      maxBytes: 2 ** 30,
      maxAgeMillis: 3_600_000,
      now: () => 1_790_000_000_000,
      onFault: () => undefined,
    })
  })
  afterEach(async () => {
    await store.close()
    await rm(directory, { recursive: true })
  })

  it('is walked no further than its visitor wants', () => {
    let visits = 0
    walkItems(requestOf([spanOf(0), spanOf(1), spanOf(2)]), () => ++visits === 2)
    expect(visits).to.equal(2)
  })

  it('gives a search at most ten thousand traces, and says that there are more', async () => {
    await add(Array.from({ length: 10_001 }, (_, index) => spanOf(index)))
    const { found, isPartial } = await searchTraces(store, { limit: 20_000 })
    expect({ count: found.length, isPartial }).to.deep.equal({ count: 10_000, isPartial: true })
  })

  it('gives a search the longest span of a trace that is known when there is no room for others', async () => {
    const others = Array.from({ length: 10_000 }, (_, index) => spanOf(index + 1))
    await add([spanOf(0, [time(10)]), ...others, spanOf(0, [time(10), end(90)])])
    const { found } = await searchTraces(store, { limit: 1 })
    expect(found[0]?.span.end).to.equal(90n)
  })

  it('says of a search that it did not look at all of it', async () => {
    await add(Array.from({ length: many }, (_, index) => spanOf(index)))
    const question = { limit: 1, route: '/none' }
    expect(await searchTraces(store, question)).to.deep.equal({ found: [], isPartial: true })
    const search = { query: compileQuery('{ name = "none" }'), limit: 1, spansPerTrace: 1 }
    expect(await searchByQuery(store, search)).to.deep.equal({ found: [], isPartial: true })
  })

  it('says of a trace that its root was not looked for everywhere', async () => {
    const child = spanOf(7, [field(0x22, Buffer.alloc(8, 1))])
    const items = [...Array.from({ length: many }, () => child), spanOf(7, [time(10)])]
    await add(items, idOf(7).toString('hex'))
    const search = { query: compileQuery('{}'), limit: 1, spansPerTrace: 1, from: 5n, to: 20n }
    const { found, isPartial } = await searchByQuery(store, search)
    expect(found.map(({ matched }) => matched)).to.deep.equal([1])
    expect(isPartial).to.equal(true)
  })

  it('says of a trace that a part of it in another block could not be read', async () => {
    const trace = idOf(7).toString('hex')
    const unread = { ...emptySummary(), items: 1, minTime: 0n, maxTime: 1n }
    unread.traces.add(fingerprint(trace))
    await store.append(Buffer.concat([field(0x0a, Buffer.alloc(2 ** 20, 0xff))]), unread)
    await add([spanOf(7, [time(2_000)])], trace)
    const search = { query: compileQuery('{}'), limit: 1, spansPerTrace: 1, from: 5n, to: 3_000n }
    const { found, isPartial } = await searchByQuery(store, search)
    expect({ count: found.length, isPartial }).to.deep.equal({ count: 1, isPartial: true })
  })

  it('gives lists of attributes what its first items have', async () => {
    const items = Array.from({ length: many }, (_, index) => spanOf(index))
    items[0] = spanOf(0, [attributeOf('soon')])
    items[many - 1] = spanOf(many - 1, [attributeOf('late')])
    await add(items)
    expect((await findTagNames(store, { limit: 10 })).span).to.deep.equal(['soon'])
    const valuesOf = async (key: string) => {
      const read = fieldOf({ kind: 'word', text: `span.${key}`, at: 1 })
      if (read.of !== 'span') throw new Error('an attribute is of a span')
      return findTagValues(store, { read: read.read, limit: 10 })
    }
    expect([await valuesOf('soon'), await valuesOf('late')]).to.deep.equal([['x'], []])
  })

  it('gives the newest log records without decoding the others', async () => {
    // A body that no decoder takes: a length beyond its end.
    const older = Buffer.concat([logTime(1), field(0x2a, Buffer.from([0x0a, 0x7f]))])
    const newer = [5, 9, 7].map((at) => logTime(at))
    const items = [...Array.from({ length: 50 }, () => older), ...newer]
    await add([...items, ...Array.from({ length: 50 }, () => older)])
    const { found, isPartial } = await findLogs(store, { limit: 2 })
    expect(found.map(({ record }) => record.time)).to.deep.equal([9n, 7n])
    expect(isPartial).to.equal(false)
  })
})

function requestOf(items: readonly Buffer[]): Buffer {
  return field(0x0a, field(0x12, Buffer.concat(items.map((item) => field(0x12, item)))))
}

function spanOf(number: number, more: readonly Buffer[] = []): Buffer {
  return Buffer.concat([field(0x0a, idOf(number)), ...more])
}

function idOf(number: number): Buffer {
  const id = Buffer.alloc(16, 0xff)
  id.writeUInt32BE(number)
  return id
}

const time = (nanos: number) => fixed(0x39, nanos)
const end = (nanos: number) => fixed(0x41, nanos)
const logTime = (nanos: number) => fixed(0x09, nanos)

function fixed(tag: number, value: number): Buffer {
  const bytes = Buffer.alloc(9)
  bytes[0] = tag
  bytes.writeBigUInt64LE(BigInt(value), 1)
  return bytes
}

function attributeOf(key: string): Buffer {
  return field(
    0x4a,
    Buffer.concat([field(0x0a, Buffer.from(key)), field(0x12, field(0x0a, Buffer.from('x')))]),
  )
}

function field(tag: number, content: Buffer): Buffer {
  const start = [tag]
  let rest = content.length
  for (; rest > 0x7f; rest >>>= 7) start.push((rest & 0x7f) | 0x80)
  return Buffer.concat([Buffer.from([...start, rest]), content])
}
