import { expect } from 'chai'
import fc from 'fast-check'
import type { Batching } from '../../../collector/export/batcher.ts'
import type { Outcome } from '../../../collector/export/retry.ts'
import { Sender } from '../../../collector/export/sender.ts'
import type { Transport } from '../../../collector/export/transport.ts'
import { Load, type LoadSignal } from '../../../collector/graph/load.ts'
import { emptyLogRecord, emptyResource, emptyScope, emptySpan } from '../../../collector/process/model.ts'
import { MemoryQueue } from '../../../collector/queue/memory-queue.ts'
import { propertyRuns } from '../../support/property.ts'

interface Sent {
  readonly signal: LoadSignal
  readonly names: readonly string[]
  readonly bytes: number
}

type Signal = 'traces' | 'logs'

/** A request of so many items, numbered from the first on. */
function requestOf(signal: Signal, first: number, count: number): Load {
  const names = Array.from({ length: count }, (_, index) => String(first + index))
  const frame = { resource: emptyResource(), schemaUrl: '' }
  const scope = { scope: emptyScope(), schemaUrl: '' }
  if (signal === 'traces') {
    const items = names.map((name) => ({ ...emptySpan(), name }))
    return Load.ofBatch(signal, [{ ...frame, scopes: [{ ...scope, items }] }])
  }
  const items = names.map((name) => ({ ...emptyLogRecord(), eventName: name }))
  return Load.ofBatch(signal, [{ ...frame, scopes: [{ ...scope, items }] }])
}

function namesIn(signal: LoadSignal, bytes: Uint8Array): string[] {
  const items = <T>(batch: readonly { readonly scopes: readonly { readonly items: readonly T[] }[] }[]) =>
    batch.flatMap(({ scopes }) => scopes.flatMap((scope) => scope.items))
  return signal === 'traces'
    ? items(Load.ofBytes('traces', Buffer.from(bytes), 0).copy()).map(({ name }) => name)
    : items(Load.ofBytes('logs', Buffer.from(bytes), 0).copy()).map(({ eventName }) => eventName)
}

/** Takes what it is sent, but for the tries whose turn it is to fail. */
function recorder(sent: Sent[], failures: readonly boolean[]): Transport {
  let tries = 0
  return {
    prepare: (bytes) => Promise.resolve(bytes),
    send: (signal, message): Promise<Outcome> => {
      if (failures[tries++] === true) return Promise.resolve({ status: 'retryable' })
      sent.push({ signal, names: namesIn(signal, message), bytes: message.length })
      return Promise.resolve({ status: 'success' })
    },
    close: () => undefined,
  }
}

const patient = {
  enabled: true,
  initialMillis: 0,
  maxMillis: 0,
  multiplier: 1,
  randomization: 0,
  maxElapsedMillis: 0,
}

const anyBatching: fc.Arbitrary<Batching> = fc
  .record({
    minSize: fc.nat({ max: 60 }),
    more: fc.option(fc.nat({ max: 60 }), { nil: undefined }),
    sizer: fc.constantFrom('items' as const, 'bytes' as const),
    flushMillis: fc.constantFrom(0, 1, 5),
  })
  .map(({ minSize, more, ...rest }) => ({
    ...rest,
    minSize,
    maxSize: more === undefined ? 0 : Math.max(1, minSize + more),
  }))

/** For what must be sent before a sender closes. */
const graceMillis = 60_000

describe('a sender that batches', () => {
  it('sends every item exactly once, in messages of one signal that are not larger than they may be', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyBatching,
        fc.array(fc.tuple(fc.constantFrom<Signal>('traces', 'logs'), fc.nat({ max: 90 })), { maxLength: 40 }),
        fc.array(fc.boolean(), { maxLength: 20 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 50, max: 600 }),
        async (batching, requests, failures, consumers, maxMessageBytes) => {
          const sent: Sent[] = []
          const counted = { traces: 0, logs: 0, metrics: 0 }
          const sender = new Sender({
            transport: recorder(sent, failures),
            queue: new MemoryQueue({ sizer: 'requests', size: 100 }),
            consumers,
            batching: { traces: batching, logs: batching },
            maxMessageBytes,
            blocksOnOverflow: false,
            waitsForResult: false,
            retry: patient,
            onSent: (signal, items) => (counted[signal] += items),
            onDropped: (signal, items, where) => expect.fail(`dropped ${items} ${signal}: ${where}`),
            onDefect: (error) => expect.fail(String(error)),
          })
          const expected: Record<Signal, string[]> = { traces: [], logs: [] }
          for (const [signal, count] of requests) {
            const load = requestOf(signal, expected[signal].length, count)
            expected[signal].push(...namesIn(signal, load.bytes))
            await sender.consume(load)
          }
          await sender.close(graceMillis)
          for (const signal of ['traces', 'logs'] as const) {
            const found = sent.filter((each) => each.signal === signal).flatMap(({ names }) => names)
            const sorted = found.sort((one, other) => Number(one) - Number(other))
            expect(sorted).to.deep.equal(expected[signal])
            expect(counted[signal]).to.equal(expected[signal].length)
          }
          const { maxSize, sizer } = batching
          for (const { names, bytes } of sent) {
            if (names.length > 1) expect(bytes).to.be.at.most(maxMessageBytes)
            if (maxSize > 0 && names.length > 1)
              expect(sizer === 'items' ? names.length : bytes).to.be.at.most(maxSize)
          }
        },
      ),
      propertyRuns({ ci: 150, soak: 10_000 }),
    )
  })

  it('loses nothing of a batch but the request that the other side will not take', async () => {
    const sent: Sent[] = []
    const { prepare, send, close } = recorder(sent, [])
    const dropped: string[] = []
    const sender = new Sender({
      transport: {
        prepare,
        close,
        send: (signal, message, stop) =>
          namesIn(signal, message).includes('7')
            ? Promise.resolve({ status: 'failure', isOfMessage: true })
            : send(signal, message, stop),
      },
      queue: new MemoryQueue({ sizer: 'requests', size: 100 }),
      consumers: 1,
      batching: { traces: { minSize: 10, maxSize: 0, sizer: 'items', flushMillis: 1_000 } },
      maxMessageBytes: 100_000,
      blocksOnOverflow: false,
      waitsForResult: false,
      retry: { ...patient, enabled: false },
      onSent: () => undefined,
      onDropped: (signal, items, where) => dropped.push(`${items} ${signal} ${where}`),
      onDefect: (error) => expect.fail(String(error)),
    })
    for (let first = 0; first < 20; first += 2) await sender.consume(requestOf('traces', first, 2))
    await sender.close(graceMillis)
    const names = sent.flatMap((each) => each.names).sort((one, other) => Number(one) - Number(other))
    expect(names).to.deep.equal(
      Array.from({ length: 20 }, (_, number) => String(number)).filter((name) => !['6', '7'].includes(name)),
    )
    expect(dropped).to.deep.equal(['2 traces export_failed'])
  })

  it('cuts what is larger than a message may be, also where there is no queue and no batch', async () => {
    const sent: Sent[] = []
    const sender = new Sender({
      transport: recorder(sent, []),
      consumers: 1,
      batching: {},
      maxMessageBytes: 1_000,
      blocksOnOverflow: false,
      waitsForResult: false,
      retry: patient,
      onSent: () => undefined,
      onDropped: (signal, items, where) => expect.fail(`dropped ${items} ${signal}: ${where}`),
      onDefect: (error) => expect.fail(String(error)),
    })
    const load = requestOf('logs', 0, 500)
    expect(load.bytes.length).to.be.above(1_000)
    await sender.consume(load)
    await sender.close(graceMillis)
    expect(sent.flatMap(({ names }) => names)).to.deep.equal(namesIn('logs', load.bytes))
    for (const { bytes } of sent) expect(bytes).to.be.at.most(1_000)
  })

  it('sends whole what it cannot read, and goes on', async () => {
    const sent: number[] = []
    const sender = new Sender({
      transport: {
        prepare: (bytes) => Promise.resolve(bytes),
        send: (_signal, message) => {
          sent.push(message.length)
          return Promise.resolve({ status: 'success' })
        },
        close: () => undefined,
      },
      queue: new MemoryQueue({ sizer: 'requests', size: 100 }),
      consumers: 1,
      batching: { traces: { minSize: 0, maxSize: 2, sizer: 'items', flushMillis: 0 } },
      maxMessageBytes: 100_000,
      blocksOnOverflow: false,
      waitsForResult: false,
      retry: patient,
      onSent: () => undefined,
      onDropped: (signal, items, where) => expect.fail(`dropped ${items} ${signal}: ${where}`),
      onDefect: () => undefined,
    })
    await sender.consume(Load.ofBytes('traces', Buffer.alloc(70, 0xff), 10))
    await sender.consume(requestOf('traces', 0, 2))
    await sender.close(graceMillis)
    expect(sent.length).to.equal(2)
    expect(sent[0]).to.equal(70)
  })

  it('counts what a defect keeps it from sending, and goes on', async () => {
    const sent: number[] = []
    const told: string[] = []
    const queue = new MemoryQueue({ sizer: 'requests', size: 100 })
    const sender = new Sender({
      transport: {
        prepare: (bytes) =>
          sent.length === 0 && told.length === 0
            ? Promise.reject(new Error('a defect'))
            : Promise.resolve(bytes),
        send: (_signal, message) => {
          sent.push(message.length)
          return Promise.resolve({ status: 'success' })
        },
        close: () => undefined,
      },
      queue,
      consumers: 1,
      batching: {},
      maxMessageBytes: 100_000,
      blocksOnOverflow: false,
      waitsForResult: false,
      retry: patient,
      onSent: (signal, items) => told.push(`sent ${items} ${signal}`),
      onDropped: (signal, items, where) => told.push(`dropped ${items} ${signal} ${where}`),
      onDefect: (error) => told.push(String(error)),
    })
    await sender.consume(requestOf('traces', 0, 3))
    await sender.consume(requestOf('traces', 3, 2))
    await sender.close(graceMillis)
    expect(told).to.deep.equal(['Error: a defect', 'dropped 3 traces export_failed', 'sent 2 traces'])
    expect(queue.requests).to.equal(0)
  })
})
