/** What must hold of the service graph in whatever order spans come. */
import { expect } from 'chai'
import fc from 'fast-check'
import type { Metric } from '../../../collector/process/metric-model.ts'
import { emptySpan, type Batch, type Span } from '../../../collector/process/model.ts'
import { createServiceGraph } from '../../../collector/process/service-graph.ts'
import { serviceGraphDefaults } from './service-graph-defaults.ts'

const services = ['gateway', 'booking', 'users'] as const
const call = fc.record({
  client: fc.constantFrom(...services),
  server: fc.constantFrom(...services),
  millis: fc.nat(2000),
  statusCode: fc.constantFrom(0, 2),
})

function spanOf(service: string, span: Partial<Span>): Batch<Span> {
  const scope = { name: '', version: '', attributes: [], droppedAttributes: 0 }
  const resource = { attributes: [{ key: 'service.name', value: service }], droppedAttributes: 0 }
  return [
    { resource, schemaUrl: '', scopes: [{ scope, items: [{ ...emptySpan(), ...span }], schemaUrl: '' }] },
  ]
}

/** Sums the points of a metric. */
function sumOf(batch: Batch<Metric>, name: string): number {
  const metrics = batch
    .flatMap(({ scopes }) => scopes.flatMap(({ items }) => items))
    .filter((metric) => metric.name === name)
  return metrics
    .flatMap(({ data }) => (data?.kind === 'sum' ? data.points : []))
    .reduce((sum, { value }) => sum + Number(value), 0)
}

describe('the service graph', () => {
  it('counts every pair once, whichever side comes first', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(call, fc.boolean()), { maxLength: 20 }), (calls) => {
        const graph = createServiceGraph({ ...serviceGraphDefaults, dimensions: ['service.name'] })
        const sides = calls.map(([{ client, server, millis, statusCode }, isServerFirst], index) => {
          const times = { traceId: `${index}`, start: 0n, end: BigInt(millis) * 1_000_000n }
          const pair = [
            spanOf(client, { ...times, spanId: 'c', kind: 3 }),
            spanOf(server, { ...times, spanId: 's', parentSpanId: 'c', kind: 2, statusCode }),
          ]
          return isServerFirst ? pair.toReversed() : pair
        })
        for (const side of [0, 1]) for (const pair of sides) graph.add(pair[side] ?? [], 1)
        const metrics = graph.drain()
        expect(sumOf(metrics, 'traces_service_graph_request_total')).to.equal(calls.length)
        expect(sumOf(metrics, 'traces_service_graph_request_failed_total')).to.equal(
          calls.filter(([{ statusCode }]) => statusCode === 2).length,
        )
        const kinds = new Set(
          calls.map(([{ client, server, statusCode }]) => `${client} ${server} ${statusCode}`),
        )
        const [total] = metrics[0]?.scopes[0]?.items ?? []
        expect(total?.data?.points.length ?? 0).to.equal(kinds.size)
      }),
    )
  })

  it('drops spans that find no room, and lets go of those that waited too long', () => {
    let [dropped, unpaired] = [0, 0]
    const settings = {
      ...serviceGraphDefaults,
      store: { ttl: 2000, maxItems: 5 },
      virtualNodePeerAttributes: [],
    }
    const graph = createServiceGraph(settings, {
      onDropped: () => void dropped++,
      onUnpaired: () => void unpaired++,
    })
    for (let index = 0; index < 8; index++)
      graph.add(spanOf('gateway', { traceId: 't', spanId: `${index}`, kind: 3 }), 0)
    expect([dropped, unpaired]).to.deep.equal([3, 0])
    graph.add(spanOf('gateway', { traceId: 't', spanId: 'late', kind: 3 }), 2001)
    expect([dropped, unpaired]).to.deep.equal([3, 5])
    expect(graph.drain()).to.deep.equal([])
  })

  it('gives its metrics when they are due, cumulative, and forgets what has no requests', () => {
    const graph = createServiceGraph({ ...serviceGraphDefaults, metricsFlushInterval: 1000 })
    const request = (now: number) =>
      graph.add(
        spanOf('gateway', {
          traceId: `${now}`,
          spanId: 'c',
          kind: 3,
          attributes: [{ key: 'db.name', value: 'rooms' }],
        }),
        now,
      )
    request(0)
    expect(graph.release(999)).to.deep.equal([])
    expect(sumOf(graph.release(1000), 'traces_service_graph_request_total')).to.equal(1)
    request(1500)
    expect(graph.release(1999)).to.deep.equal([])
    expect(sumOf(graph.release(2000), 'traces_service_graph_request_total')).to.equal(2)
    expect(graph.release(1_000_000)).to.deep.equal([])
  })

  it('keeps a bounded number of series', () => {
    let dropped = 0
    const graph = createServiceGraph(serviceGraphDefaults, { onDropped: () => void dropped++ })
    for (let index = 0; index < 10_010; index++) {
      graph.add(
        spanOf(`service ${index}`, {
          traceId: 't',
          spanId: 'c',
          kind: 3,
          attributes: [{ key: 'db.name', value: 'rooms' }],
        }),
        0,
      )
    }
    expect(dropped).to.equal(10)
  })
})
