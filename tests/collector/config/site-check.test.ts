import { expect } from 'chai'
import type { Appliance } from '../../../collector/config/appliance.ts'
import { checkSite } from '../../../collector/config/site-check.ts'
import { ConfigError } from '../../../lib/config.ts'
import { loadSample, pipeline, type Parts } from './sample-file.ts'

/** Keys of the faults of the sample under a policy. */
function faultsOf(privacy: Appliance['privacy'], parts: Parts = {}): string[] {
  try {
    checkSite(loadSample(parts), { store: {}, query: {}, faro: {}, privacy })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(({ key }) => key)
    throw error
  }
}

/** The sample with one exporter of traces, or of metrics. */
const withExporter = (id: string, body: object): Parts => ({
  exporters: { [id]: body },
  pipelines: {
    traces: pipeline(['memory_limiter', 'redaction'], ['span_metrics']),
    metrics: { receivers: ['span_metrics'], exporters: [id] },
  },
})
const plain = { sending_queue: { enabled: false } }

describe('a fence that is not enforced', () => {
  for (const mode of ['observe', 'off'] as const) {
    it(`in mode ${mode} does not start where an exporter leaves the machine, unless all data is of nobody`, () => {
      expect(faultsOf({ mode })).to.deep.equal(['exporters.otlp_http.endpoint'])
      expect(faultsOf({ mode, synthetic_only: false })).to.have.length(1)
      expect(faultsOf({ mode, synthetic_only: true })).to.deep.equal([])
    })
  }

  it('is refused for each kind of exporter that leaves', () => {
    for (const [id, body] of [
      ['otlp_grpc', { endpoint: 'tempo.example:4317', ...plain }],
      ['otlp_grpc', { endpoint: 'dns:///tempo.example:4317', tls: { insecure: true }, ...plain }],
      ['otlp_http', { metrics_endpoint: 'https://10.0.0.7/v1/metrics', ...plain }],
      ['prometheusremotewrite', { endpoint: 'http://mimir.example/api/v1/push' }],
      ['prometheus', { endpoint: '0.0.0.0:8889' }],
    ] as const) {
      expect(faultsOf({ mode: 'observe' }, withExporter(id, body)), id).to.have.length(1)
    }
  })

  it('is taken where everything stays on the machine', () => {
    for (const [id, body] of [
      ['otlp_grpc', { endpoint: '127.0.0.1:4317', tls: { insecure: true }, ...plain }],
      ['otlp_http', { endpoint: 'http://[::1]:4318', ...plain }],
      ['prometheusremotewrite', { endpoint: 'http://localhost:9090/api/v1/write' }],
      ['prometheus', { endpoint: '127.0.0.1:8889' }],
      ['debug', {}],
    ] as const) {
      expect(faultsOf({ mode: 'observe' }, withExporter(id, body)), id).to.deep.equal([])
    }
  })

  it('says nothing of a fence that stands', () => {
    expect(faultsOf({ mode: 'enforce' })).to.deep.equal([])
    expect(faultsOf({})).to.deep.equal([])
  })
})

describe('a dimension', () => {
  const allowance = { key: 'course.code', value: 'word', owner: 'registrar', expires: '2027-01-31' } as const
  const counting = (key: string): Parts => ({
    connectors: {
      span_metrics: { aggregation_cardinality_limit: 100, dimensions: [{ name: key }] },
      service_graph: { dimensions: [key] },
      count: { spans: { actions: { attributes: [{ key }] } } },
    },
    pipelines: {
      traces: pipeline(['memory_limiter', 'redaction'], ['span_metrics', 'service_graph', 'count']),
      metrics: { receivers: ['span_metrics', 'service_graph', 'count'], exporters: ['prometheus'] },
    },
  })

  it('is no pseudonym, in any connector: each series would be of one person', () => {
    for (const key of ['enduser.id', 'session.id']) expect(faultsOf({}, counting(key)), key).to.have.length(3)
  })

  it('is a key of the site only where its owner answers for the groups it names', () => {
    expect(faultsOf({ allow: [allowance] }, counting('course.code'))).to.have.length(3)
    // Span metrics keep back what is of few people; the others cannot.
    expect(faultsOf({ allow: [{ ...allowance, label: true }] }, counting('course.code'))).to.deep.equal([
      'connectors.service_graph.dimensions.0',
      'connectors.count.spans.actions.attributes.0.key',
    ])
  })

  it('may be a role and a route', () => {
    for (const key of ['campus.role', 'http.route']) expect(faultsOf({}, counting(key))).to.deep.equal([])
  })
})
