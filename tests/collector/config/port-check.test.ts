/** Every guarantee that a file can lose on the reference engine, and that a file which loses none passes. */
import { expect } from 'chai'
import { lostGuarantees } from '../../../collector/config/port-check.ts'
import { loadSample, pipeline, type Parts } from './sample-file.ts'

const guarded = ['memory_limiter', 'redaction']
const wholly = { otlp_http: { endpoint: 'https://tempo.example' } }

const cases: readonly (readonly [title: string, rule: string, at: string, parts: Parts])[] = [
  [
    'a pipeline without redaction',
    'not-redacted',
    '/service/pipelines/traces',
    { pipelines: { traces: pipeline(['memory_limiter'], ['span_metrics', 'otlp_http']) } },
  ],
  [
    'places that redaction does not look at',
    'not-redacted-places',
    '/service/pipelines/traces/processors/1',
    {},
  ],
  ['rules of the fence', 'redaction-without-rules', '/service/pipelines/traces/processors/1', {}],
  [
    'what processors before redaction see',
    'redacted-late',
    '/service/pipelines/traces/processors/2',
    {
      pipelines: {
        traces: pipeline(['memory_limiter', 'batch', 'redaction'], ['span_metrics', 'otlp_http']),
      },
    },
  ],
  [
    'batches of acknowledged data',
    'batch-in-memory',
    '/service/pipelines/traces/processors/2',
    { pipelines: { traces: pipeline([...guarded, 'batch'], ['span_metrics', 'otlp_http']) } },
  ],
  [
    'traces that wait for their decision',
    'traces-in-memory',
    '/service/pipelines/traces~1kept/processors/2',
    { pipelines: { 'traces/kept': pipeline([...guarded, 'tail_sampling'], ['otlp_http']) } },
  ],
  [
    'the local store',
    'no-local-store',
    '/service/pipelines/traces/exporters',
    { pipelines: { traces: pipeline(guarded, ['span_metrics']) } },
  ],
  [
    'a bound on memory',
    'memory-unlimited',
    '/service/pipelines/traces',
    { pipelines: { traces: pipeline(['redaction'], ['span_metrics', 'otlp_http']) } },
  ],
  [
    'the check of keys in HTTP blocks',
    'keys-unchecked',
    '/receivers/otlp',
    { receivers: { otlp: { protocols: { http: {} } } } },
  ],
  [
    'the key and rate of browsers',
    'faro-open',
    '/receivers/faro',
    {
      receivers: { faro: {} },
      pipelines: { traces: { ...pipeline(guarded, ['span_metrics', 'otlp_http']), receivers: ['faro'] } },
    },
  ],
  [
    'a bound on series of span metrics',
    'series-unlimited',
    '/connectors/span_metrics',
    { connectors: { span_metrics: {} } },
  ],
  [
    'a bound on series of the service graph',
    'series-unlimited',
    '/connectors/service_graph',
    {
      connectors: { service_graph: {} },
      pipelines: {
        traces: pipeline(guarded, ['span_metrics', 'service_graph', 'otlp_http']),
        metrics: { receivers: ['span_metrics', 'service_graph'], exporters: ['prometheus'] },
      },
    },
  ],
  [
    'a bound on counts by attribute',
    'series-unlimited',
    '/connectors/count',
    {
      connectors: { count: { spans: { requests: { attributes: [{ key: 'http.route' }] } } } },
      pipelines: {
        traces: pipeline(guarded, ['span_metrics', 'count', 'otlp_http']),
        metrics: { receivers: ['span_metrics', 'count'], exporters: ['prometheus'] },
      },
    },
  ],
  ['a queue in memory', 'acknowledged-in-memory', '/exporters/otlp_http', { exporters: wholly }],
  [
    'tries after 429 of remote write',
    'not-retried',
    '/exporters/prometheusremotewrite',
    {
      exporters: { prometheusremotewrite: { endpoint: 'https://mimir.example/api/v1/push' } },
      pipelines: { metrics: { receivers: ['span_metrics'], exporters: ['prometheusremotewrite'] } },
    },
  ],
  [
    'the fence before the debug exporter',
    'debug-unredacted',
    '/exporters/debug',
    {
      exporters: { debug: {} },
      pipelines: { traces: pipeline(guarded, ['span_metrics', 'otlp_http', 'debug']) },
    },
  ],
  [
    'the write before the acknowledgement',
    'written-late',
    '/exporters/file',
    {
      exporters: { file: { path: '/tmp/spans.json' } },
      pipelines: { traces: pipeline(guarded, ['span_metrics', 'otlp_http', 'file']) },
    },
  ],
  [
    'the queue of remote write',
    'acknowledged-in-memory',
    '/exporters/prometheusremotewrite',
    {
      exporters: { prometheusremotewrite: { endpoint: 'https://mimir.example/api/v1/push' } },
      pipelines: { metrics: { receivers: ['span_metrics'], exporters: ['prometheusremotewrite'] } },
    },
  ],
  [
    'the sync before the acknowledgement',
    'not-synced',
    '/extensions/file_storage',
    { extensions: { file_storage: { recreate: true } } },
  ],
  [
    'the start over a damaged queue',
    'damage-stops-start',
    '/extensions/file_storage',
    { extensions: { file_storage: { fsync: true } } },
  ],
]

describe('the port check', () => {
  for (const [title, rule, at, parts] of cases) {
    it(`names ${title}`, () => {
      const lost = lostGuarantees(loadSample(parts).plan)
      expect(lost.map((each) => `${each.rule} ${each.at}`)).to.include(`${rule} ${at}`)
      expect(lost.every(({ advice }) => advice !== '')).to.equal(true)
    })
  }

  it('names of a careful file only what no file can keep', () => {
    const rules = lostGuarantees(loadSample().plan).map(({ rule }) => rule)
    expect(rules).to.deep.equal(['not-redacted-places', 'redaction-without-rules'])
  })
})
