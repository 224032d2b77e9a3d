/** Span metrics as OTLP metrics. */
import { expect } from 'chai'
import { emptySpan, type Batch, type Span } from '../../../collector/process/model.ts'
import { SpanMetrics, type Exemplar } from '../../../collector/process/span-metrics.ts'
import { spanMetricsBatch } from '../../../collector/process/span-metrics-batch.ts'
import { pointsOf, temporality } from '../../../collector/process/metric-model.ts'
import { terse } from '../terse.ts'

const options = { buckets: [0.01, 1], unit: 's', cardinalityLimit: 2, exemplars: true } as const
const dimensions = [{ name: 'http.route' }]

function spansOf(service: string, ...spans: readonly Partial<Span>[]): Batch<Span> {
  const resource = { attributes: [{ key: 'service.name', value: service }], droppedAttributes: 0 }
  const scope = { name: '', version: '', attributes: [], droppedAttributes: 0 }
  const items = spans.map((span) => ({ ...emptySpan(), ...span }))
  return [{ resource, schemaUrl: '', scopes: [{ scope, items, schemaUrl: '' }] }]
}

describe('the metrics of spans', () => {
  const metrics = new SpanMetrics({ ...options, dimensions })
  const route = [{ key: 'http.route', value: '/a' }]
  metrics.add(
    spansOf(
      'one',
      { name: 'x', kind: 2, end: 5_000_000n, traceId: 'ab', attributes: route },
      { name: 'x', kind: 2, end: 2_000_000_000n, attributes: route },
    ),
  )
  metrics.add(spansOf('two', { name: 'y' }, { name: 'beyond the bound' }))
  const batch = spanMetricsBatch(metrics, {
    ...options,
    namespace: 'traces.span.metrics',
    startMillis: 1,
    nowMillis: 2,
    named: new WeakSet(),
  })

  it('have the names, the attributes and the resource of the reference engine', () => {
    expect(terse(batch)).to.deep.equal([
      {
        resource: { 'service.name': 'one' },
        scope: 'spanmetricsconnector',
        metrics: [
          {
            name: 'traces.span.metrics.calls',
            kind: 'sum',
            temporality: temporality.cumulative,
            isMonotonic: true,
            points: [
              {
                attributes: {
                  'service.name': 'one',
                  'span.name': 'x',
                  'span.kind': 'SPAN_KIND_SERVER',
                  'status.code': 'STATUS_CODE_UNSET',
                  'http.route': '/a',
                },
                start: 1e6,
                time: 2e6,
                value: 2,
                exemplars: [{ traceId: 'ab', time: 5e6, value: 0.005 }],
              },
            ],
          },
          {
            name: 'traces.span.metrics.duration',
            unit: 's',
            kind: 'histogram',
            temporality: temporality.cumulative,
            points: [
              {
                attributes: {
                  'service.name': 'one',
                  'span.name': 'x',
                  'span.kind': 'SPAN_KIND_SERVER',
                  'status.code': 'STATUS_CODE_UNSET',
                  'http.route': '/a',
                },
                start: 1e6,
                time: 2e6,
                count: 2,
                sum: 2.005,
                bucketCounts: [1, 0, 1],
                bounds: [0.01, 1],
                exemplars: [{ traceId: 'ab', time: 5e6, value: 0.005 }],
              },
            ],
          },
        ],
      },
      ...(terse(batch.slice(1)) as unknown[]),
    ])
  })

  it('put what is beyond the bound into one series of no service', () => {
    const last = batch.at(-1)
    expect(last?.resource.attributes).to.deep.equal([])
    const points = (last?.scopes ?? []).flatMap(({ items }) => items.flatMap((metric) => pointsOf(metric)))
    for (const { attributes } of points)
      expect(attributes).to.deep.equal([{ key: 'otel.metric.overflow', value: true }])
  })

  it('name an exemplar once, and the next one when it comes', () => {
    const own = new SpanMetrics({ ...options, dimensions: [] })
    const given = { ...options, namespace: 'n', startMillis: 1, nowMillis: 2, named: new WeakSet<Exemplar>() }
    const named = () =>
      spanMetricsBatch(own, given).flatMap(({ scopes }) =>
        scopes.flatMap(({ items }) =>
          items.flatMap((metric) =>
            pointsOf(metric).flatMap((point) =>
              'exemplars' in point ? point.exemplars.map(({ traceId }) => traceId) : [],
            ),
          ),
        ),
      )
    own.add(spansOf('one', { name: 'x', traceId: 'ab' }))
    expect([named(), named()]).to.deep.equal([['ab', 'ab'], []])
    own.add(spansOf('one', { name: 'x', traceId: 'cd' }))
    expect(named()).to.deep.equal(['cd', 'cd'])
  })
})
