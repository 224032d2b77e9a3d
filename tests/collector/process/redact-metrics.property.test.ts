/** The fence on metrics: no string of a metric leaves that the policy does not let pass. */
import { expect } from 'chai'
import fc from 'fast-check'
import {
  emptyExponentialPoint,
  emptyHistogramPoint,
  emptyMetric,
  emptyNumberPoint,
  emptySummaryPoint,
  type Metric,
  type MetricData,
} from '../../../collector/process/metric-model.ts'
import { emptyResource, emptyScope, type Attribute, type Batch } from '../../../collector/process/model.ts'
import { createRedactor } from '../../../collector/process/redact.ts'
import { encodeMetrics } from '../../../collector/wire/metrics.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { createFence } from '../../../privacy/fence.ts'
import { makeCanaries } from '../../support/canaries.ts'
import { anyMetrics } from '../arbitrary.ts'

const redactor = () => createRedactor((count) => createFence({ policy: { mode: 'enforce' }, count }))

/** A request that holds a text at every place of a metric that can hold one. */
function everywhere(text: string): Batch<Metric> {
  const attributes = (): Attribute[] => [
    { key: 'http.route', value: text },
    { key: text, value: 'x' },
    { key: 'campus.tenant', value: [text, { map: [{ key: text, value: text }] }] },
  ]
  const exemplars = () => [{ attributes: attributes(), time: 1n, value: 1, spanId: '', traceId: '' }]
  const frame = () => ({ attributes: attributes(), exemplars: exemplars() })
  const data: readonly MetricData[] = [
    { kind: 'gauge', points: [{ ...emptyNumberPoint(), ...frame() }] },
    { kind: 'sum', temporality: 2, isMonotonic: true, points: [{ ...emptyNumberPoint(), ...frame() }] },
    { kind: 'histogram', temporality: 2, points: [{ ...emptyHistogramPoint(), ...frame() }] },
    { kind: 'exponential_histogram', temporality: 2, points: [{ ...emptyExponentialPoint(), ...frame() }] },
    { kind: 'summary', points: [{ ...emptySummaryPoint(), attributes: attributes() }] },
  ]
  const items = data.map((own) => ({
    ...emptyMetric(),
    name: text,
    description: text,
    unit: text,
    metadata: attributes(),
    data: own,
  }))
  const scope = { ...emptyScope(), name: text, version: text, attributes: attributes() }
  return [
    {
      resource: { ...emptyResource(), attributes: attributes() },
      schemaUrl: text,
      scopes: [{ scope, schemaUrl: text, items }],
    },
  ]
}

describe('the fence on metrics', () => {
  it('lets none of fifty people through, at any place', () => {
    const { metrics } = redactor()
    for (const { value } of makeCanaries()) {
      const batch = everywhere(value)
      expect(encodeMetrics(new ProtobufWriter(), everywhere(value)).includes(value)).to.equal(true)
      metrics(batch)
      expect(encodeMetrics(new ProtobufWriter(), batch).includes(value), value).to.equal(false)
    }
  })

  it('keeps what semantic conventions name', () => {
    const metric: Metric = {
      ...emptyMetric(),
      name: 'http.server.request.duration',
      unit: 's',
      metadata: [{ key: 'prometheus.type', value: 'unknown' }],
      data: {
        kind: 'histogram',
        temporality: 2,
        points: [
          {
            ...emptyHistogramPoint(),
            attributes: [{ key: 'http.request.method', value: 'GET' }],
            exemplars: [
              {
                attributes: [{ key: 'http.response.status_code', value: 200 }],
                time: 1n,
                value: { double: 0.5 },
                spanId: '00f067aa0ba902b7',
                traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
              },
            ],
          },
        ],
      },
    }
    const before = structuredClone(metric)
    const scopes = [{ scope: emptyScope(), schemaUrl: '', items: [metric] }]
    redactor().metrics([{ resource: emptyResource(), schemaUrl: '', scopes }])
    expect(metric).to.deep.equal(before)
  })

  it('reports what it took away by place', () => {
    const own = redactor()
    own.metrics(everywhere('Quillon Featherstone'))
    const found = new Set<string>()
    own.report((_rule, place) => void found.add(place))
    expect([...found]).to.include.members([
      'resource.attribute',
      'scope.name',
      'metric.name',
      'metric.description',
      'metric.unit',
      'metric.attribute',
      'exemplar.attribute',
    ])
  })

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(anyMetrics, (batch) => {
        const { metrics } = redactor()
        metrics(batch)
        const once = encodeMetrics(new ProtobufWriter(), batch)
        metrics(batch)
        expect(encodeMetrics(new ProtobufWriter(), batch).equals(once)).to.equal(true)
      }),
      { numRuns: 100 },
    )
  })
})
