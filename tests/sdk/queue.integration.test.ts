import { expect } from 'chai'
import { OtlpQueue } from '../../sdk/otlp/queue.ts'
import { OtlpSender } from '../../sdk/otlp/sender.ts'
import { encodeResource } from '../../sdk/otlp/resource.ts'
import { eventually } from '../support/poll.ts'
import { decodeResource } from './otlp-decoder.ts'
import { startSink, type OtlpSink } from './otlp-sink.ts'

interface Counts {
  exported: number
  dropped: number
}

function openQueue(sink: OtlpSink, options: { maxBytes?: number; batchBytes?: number } = {}) {
  const counts: Counts = { exported: 0, dropped: 0 }
  const queue = new OtlpQueue({
    sender: new OtlpSender({ endpoint: sink.endpoint, signal: 'traces' }),
    resource: encodeResource({ 'service.name': 'users' }),
    count: (outcome, items) => {
      counts[outcome] += items
    },
    intervalMillis: 20,
    ...options,
  })
  const put = (name: string) => {
    const writer = queue.begin()
    if (writer === undefined) return
    const span = writer.open(2)
    writer.string(5, name)
    writer.close(span)
    queue.commit()
  }
  return { queue, counts, put }
}

describe('export queue', () => {
  let sink: OtlpSink
  beforeEach(async () => {
    sink = await startSink()
  })
  afterEach(() => sink.close())

  it('sends what waits as one request with the resource in front', async () => {
    const { queue, counts, put } = openQueue(sink)
    put('first')
    put('second')
    await eventually('two spans', () => sink.spans.length === 2)
    expect(sink.spans.map(({ name }) => name)).to.deep.equal(['first', 'second'])
    expect(decodeResource(sink.bodies[0] ?? Buffer.alloc(0))).to.deep.equal({ 'service.name': 'users' })
    await queue.close(60_000)
    expect(counts).to.deep.equal({ exported: 2, dropped: 0 })
  })

  it('keeps items while the collector answers 503 and delivers them in order when it is back', async () => {
    const { queue, counts, put } = openQueue(sink, { batchBytes: 100 })
    sink.status = 503
    const names = Array.from({ length: 40 }, (_, n) => `span ${n}`)
    for (const name of names) put(name)
    expect(counts).to.deep.equal({ exported: 0, dropped: 0 })
    sink.status = 200
    await eventually('all spans', () => sink.spans.length === names.length)
    expect(sink.spans.map(({ name }) => name)).to.deep.equal(names)
    await queue.close(60_000)
  })

  it('drops the newest items beyond its bound and counts each of them', async () => {
    const { queue, counts, put } = openQueue(sink, { maxBytes: 200, batchBytes: 100 })
    sink.status = 503
    for (let n = 0; n < 100; n++) put('0123456789')
    expect(counts.dropped).to.be.greaterThan(50)
    sink.status = 200
    await queue.close(60_000)
    expect(counts.exported + counts.dropped).to.equal(100)
    expect(sink.spans).to.have.length(counts.exported)
  })

  it('gives up at its deadline when the collector stays overloaded, and counts what was left', async () => {
    const { queue, counts, put } = openQueue(sink)
    sink.status = 503
    put('lost')
    await queue.close(300)
    expect(counts).to.deep.equal({ exported: 0, dropped: 1 })
  })

  for (const moment of ['before', 'during'] as const) {
    it(`gives up long before its deadline when the collector is gone ${moment} the shutdown`, async () => {
      const { queue, counts, put } = openQueue(sink, { batchBytes: 20 })
      if (moment === 'before') await sink.close()
      else sink.status = 503
      put('lost')
      put('lost too')
      const closed = queue.close(600_000)
      if (moment === 'during') await sink.close()
      await closed
      expect(counts).to.deep.equal({ exported: 0, dropped: 2 })
    })
  }

  it('counts as dropped what the collector refuses for good', async () => {
    const { queue, counts, put } = openQueue(sink)
    sink.status = 400
    put('refused')
    await eventually('one refusal', () => counts.dropped === 1)
    await queue.close(60_000)
  })
})
