/** Whatever bytes come, a graph of every component takes them or refuses them with a code. */
import { expect } from 'chai'
import fc from 'fast-check'
import { CollectorError } from '../../../collector/errors.ts'
import { encodeLogs } from '../../../collector/wire/logs.ts'
import { encodeMetrics } from '../../../collector/wire/metrics.ts'
import { encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { readFileSync } from 'node:fs'
import { logsOf, metricsOf, tracesOf, type Terse } from '../terse.ts'
import { openRecordedGraph, readGolden } from './recorded-graph.ts'

const configuration = {
  receivers: { otlp: { protocols: { http: {} } } },
  processors: {
    attributes: {
      actions: [
        { key: 'http.route', action: 'hash' },
        { key: 'http.request.method', action: 'convert', converted_type: 'int' },
        { key: 'campus.site', action: 'upsert', from_attribute: 'http.response.status_code' },
      ],
    },
    resource: { attributes: [{ key: 'host.name', action: 'extract', pattern: '^(?P<letter>[a-z])' }] },
    filter: {
      error_mode: 'ignore',
      trace_conditions: ['span.attributes["http.response.status_code"] > 599'],
      log_conditions: ['IsMatch(log.body, "^drop")'],
      metric_conditions: ['datapoint.attributes["k"] == 1'],
    },
    transform: {
      error_mode: 'ignore',
      trace_statements: [
        'set(span.attributes["length"], Len(span.name))',
        'truncate_all(span.attributes, 4)',
      ],
      log_statements: ['set(log.attributes["copied"], log.body)'],
      metric_statements: ['set(metric.description, metric.unit)'],
    },
    tail_sampling: {
      policies: [
        { name: 'slow', type: 'latency', latency: { threshold_ms: 1 } },
        { name: 'some', type: 'probabilistic', probabilistic: { sampling_percentage: 50 } },
      ],
    },
    probabilistic_sampler: { sampling_percentage: 50 },
  },
  connectors: {
    count: {},
    service_graph: { dimensions: ['http.route'] },
    span_metrics: { dimensions: [{ name: 'http.route' }], aggregation_cardinality_limit: 10 },
  },
  exporters: { nop: {}, 'nop/sampled': {}, 'nop/metrics': {} },
  service: {
    pipelines: {
      traces: {
        receivers: ['otlp'],
        processors: ['attributes', 'resource', 'filter', 'transform'],
        exporters: ['nop', 'count', 'service_graph', 'span_metrics'],
      },
      'traces/sampled': {
        receivers: ['otlp'],
        processors: ['tail_sampling', 'probabilistic_sampler'],
        exporters: ['nop/sampled'],
      },
      logs: {
        receivers: ['otlp'],
        processors: ['attributes', 'filter', 'transform', 'probabilistic_sampler'],
        exporters: ['nop', 'count'],
      },
      metrics: {
        receivers: ['otlp'],
        processors: ['attributes', 'filter', 'transform'],
        exporters: ['nop', 'count'],
      },
      'metrics/counted': {
        receivers: ['count', 'service_graph', 'span_metrics'],
        processors: ['transform'],
        exporters: ['nop/metrics'],
      },
    },
  },
}

const data = readGolden(readFileSync(new URL('../golden/graph/data.yaml', import.meta.url), 'utf8'))
const writer = new ProtobufWriter()
const whole = {
  traces: encodeTraces(writer, tracesOf(data['traces'] as Terse[])),
  logs: encodeLogs(writer, logsOf(data['logs'] as Terse[])),
  metrics: encodeMetrics(writer, metricsOf(data['metrics'] as Terse[])),
}

/** Some bytes of a request changed, and what follows one of them cut off. */
function damaged(bytes: Buffer, changes: readonly (readonly [number, number])[], kept: number): Buffer {
  const copy = Buffer.from(bytes)
  for (const [at, value] of changes) copy[at % copy.length] = value
  return copy.subarray(0, Math.ceil(copy.length * kept))
}

describe('a graph of every component', () => {
  const graph = openRecordedGraph(configuration)
  const byte = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }))

  for (const signal of ['traces', 'logs', 'metrics'] as const) {
    it(`takes or refuses any ${signal}, and everything it gives out can be read`, async () => {
      const kept = fc.oneof(
        { weight: 4, arbitrary: fc.constant(1) },
        fc.double({ min: 0, max: 1, noNaN: true }),
      )
      await fc.assert(
        fc.asyncProperty(fc.array(byte, { maxLength: 4 }), kept, async (changes, share) => {
          try {
            await graph.intake.encoded(signal, damaged(whole[signal], changes, share))
          } catch (error) {
            expect(error).to.be.instanceOf(CollectorError)
          }
        }),
        { numRuns: 1_500 },
      )
      await graph.end()
      expect(graph.told.filter((each) => each.startsWith('defect'))).to.deep.equal([])
      expect(graph.recorded.get('nop')?.length).to.be.above(100)
      for (const loads of graph.recorded.values()) {
        for (const load of loads) expect(load.copy().length).to.equal(load.view.length)
      }
    })
  }
})
