/** What is wrong though valid, each in a file that has nothing else wrong with it. */
import { expect } from 'chai'
import { lint } from '../../../collector/config/lint.ts'
import { loadSample, pipeline, type Parts } from './sample-file.ts'

const guarded = ['memory_limiter', 'redaction']
const connector = { count: { logs: { errors: { attributes: [{ key: 'enduser.id' }] } } } }

const cases: readonly (readonly [title: string, rule: string, at: string, parts: Parts])[] = [
  [
    'metrics of requests that are counted after a sampler',
    'metrics-after-sampling',
    '/service/pipelines/traces/exporters/0',
    { pipelines: { traces: pipeline([...guarded, 'tail_sampling'], ['span_metrics', 'otlp_http']) } },
  ],
  [
    'a service graph behind a sampler by trace id',
    'metrics-after-sampling',
    '/service/pipelines/traces~1graph/exporters/0',
    {
      processors: { probabilistic_sampler: { sampling_percentage: 10 } },
      connectors: { service_graph: {} },
      pipelines: {
        'traces/graph': pipeline([...guarded, 'probabilistic_sampler'], ['service_graph']),
        metrics: { receivers: ['span_metrics', 'service_graph'], exporters: ['prometheus'] },
      },
    },
  ],
  [
    'redaction behind a connector whose feeder has none',
    'redaction-after-connector',
    '/service/pipelines/metrics/processors/0',
    {
      pipelines: {
        traces: pipeline(['memory_limiter'], ['span_metrics']),
        metrics: { receivers: ['span_metrics'], processors: ['redaction'], exporters: ['prometheus'] },
      },
    },
  ],
  [
    'a pipeline without redaction beside one that redacts the same data',
    'redaction-beside',
    '/service/pipelines/traces~1raw',
    { pipelines: { 'traces/raw': pipeline(['memory_limiter'], ['otlp_http']) } },
  ],
  [
    'span metrics without a limit',
    'unlimited-cardinality',
    '/connectors/span_metrics',
    { connectors: { span_metrics: {} } },
  ],
  [
    'a dimension of span metrics that is an id',
    'endless-dimension',
    '/connectors/span_metrics/dimensions/0/name',
    {
      connectors: {
        span_metrics: { aggregation_cardinality_limit: 1, dimensions: [{ name: 'session.id' }] },
      },
    },
  ],
  [
    'a count by an id',
    'endless-dimension',
    '/connectors/count/logs/errors/attributes/0/key',
    {
      connectors: connector,
      pipelines: {
        logs: pipeline(guarded, ['count']),
        metrics: { receivers: ['span_metrics', 'count'], exporters: ['prometheus'] },
      },
    },
  ],
  [
    'a memory limiter that is not first',
    'limiter-not-first',
    '/service/pipelines/traces/processors/1',
    { pipelines: { traces: pipeline(['redaction', 'memory_limiter'], ['span_metrics']) } },
  ],
  [
    'batches before tail sampling',
    'batch-before-tail-sampling',
    '/service/pipelines/traces/processors/2',
    {
      connectors: { span_metrics: null },
      pipelines: {
        traces: pipeline([...guarded, 'batch', 'tail_sampling'], ['otlp_http']),
        'traces/red': pipeline(guarded, ['span_metrics']),
      },
    },
  ],
  [
    'batches that no exporter makes',
    'batch-for-nobody',
    '/service/pipelines/traces/processors/2',
    { pipelines: { traces: pipeline([...guarded, 'batch'], ['span_metrics']) } },
  ],
  [
    'plain http to another machine',
    'plain-http',
    '/exporters/otlp_http/endpoint',
    { exporters: { otlp_http: { endpoint: 'http://tempo.example' } } },
  ],
  [
    'gRPC without TLS to another machine',
    'plain-http',
    '/exporters/otlp_grpc/endpoint',
    {
      exporters: { otlp_grpc: { endpoint: 'tempo.example:4317', tls: { insecure: true } } },
      pipelines: { traces: pipeline(guarded, ['span_metrics', 'otlp_grpc']) },
    },
  ],
]

describe('lint of a collector configuration', () => {
  it('finds nothing in a good file', () => {
    expect(lint(loadSample().plan)).to.deep.equal([])
  })

  for (const [title, rule, at, parts] of cases) {
    it(`finds ${title}`, () => {
      const found = lint(loadSample(parts).plan).map((finding) => `${finding.rule} ${finding.at}`)
      expect(found).to.include(`${rule} ${at}`)
    })
  }

  it('lets batches be that one exporter makes', () => {
    const traces = pipeline([...guarded, 'batch'], ['span_metrics', 'otlp_http'])
    expect(lint(loadSample({ pipelines: { traces } }).plan)).to.deep.equal([])
  })

  it('lets plain http to this machine be', () => {
    for (const endpoint of ['http://127.0.0.1:4318', 'http://localhost:4318', 'http://[::1]:4318']) {
      expect(lint(loadSample({ exporters: { otlp_http: { endpoint } } }).plan)).to.deep.equal([])
    }
  })

  it('names file, line and key, under the name that was written', () => {
    const parts = {
      connectors: { span_metrics: undefined, spanmetrics: {} },
      pipelines: {
        traces: pipeline(guarded, ['spanmetrics']),
        metrics: { receivers: ['spanmetrics'], exporters: ['prometheus'] },
      },
    }
    expect(loadSample(parts).lints[0]).to.match(/^sample\.yaml:\d+ connectors\.spanmetrics: /)
  })
})
