/** The real process with every kind of pipeline: each output is what the configuration says of it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { pointsOf, type Metric } from '../../../collector/process/metric-model.ts'
import { emptyLogRecord, emptySpan, type Batch, type Span } from '../../../collector/process/model.ts'
import { encodeLogs } from '../../../collector/wire/logs.ts'
import { encodeMetrics } from '../../../collector/wire/metrics.ts'
import { encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { metricTotal } from '../../support/metrics-page.ts'
import { eventually } from '../../support/poll.ts'
import { gauge, metricOf, metricsOf } from '../metrics-of.ts'
import { readMetricsPage } from '../open-metrics.ts'
import { OtlpSink } from '../otlp-sink.ts'
import { startCollectorProcess, type RunningCollector } from '../process-under-test.ts'

interface Waits {
  readonly decision: string
  readonly flush: string
  /** More keys of the exporter of sampled spans. */
  readonly sampled?: string
}

const configuration = (sink: string, queues: string, { decision, flush, sampled = '' }: Waits) => `
receivers:
  otlp: { protocols: { http: { endpoint: '127.0.0.1:0' }, grpc: { endpoint: '127.0.0.1:0' } } }
  otlp/second: { protocols: { http: { endpoint: '127.0.0.1:0' } } }
processors:
  memory_limiter: { check_interval: 1s, limit_mib: 1024 }
  redaction: { allow_all_keys: true, summary: silent }
  batch: { timeout: 50ms }
  filter: { traces: { span: ['kind == SPAN_KIND_CLIENT'] } }
  transform:
    trace_statements: ['set(span.attributes["http.route"], "/changed")']
  tail_sampling:
    decision_wait: ${decision}
    policies: [{ name: errors, type: status_code, status_code: { status_codes: [ERROR] } }]
connectors:
  span_metrics: { histogram: { unit: s }, exemplars: { enabled: true }, aggregation_cardinality_limit: 100, metrics_flush_interval: ${flush} }
  service_graph: { metrics_flush_interval: ${flush} }
  count:
    spans: { campus.failed: { conditions: ['status.code == STATUS_CODE_ERROR'] } }
    logs: { campus.records: {} }
exporters:
  prometheus: { endpoint: '127.0.0.1:0', enable_open_metrics: true }
  otlp_http/plain: { endpoint: '${sink}/plain', sending_queue: { storage: file_storage }, retry_on_failure: { initial_interval: 50ms, max_interval: 100ms } }
  otlp_http/changed: { endpoint: '${sink}/changed', sending_queue: { storage: file_storage }, retry_on_failure: { initial_interval: 50ms, max_interval: 100ms } }
  otlp_http/sampled: { endpoint: '${sink}/sampled'${sampled} }
  otlp_http/metrics: { endpoint: '${sink}/metrics' }
extensions:
  health_check: { endpoint: '127.0.0.1:0' }
  file_storage: { directory: '${queues}', create_directory: true }
service:
  extensions: [health_check, file_storage]
  pipelines:
    traces/plain:
      { receivers: [otlp, otlp/second], exporters: [otlp_http/plain, span_metrics, service_graph, count] }
    traces/changed:
      { receivers: [otlp], processors: [memory_limiter, redaction, filter, transform, batch], exporters: [otlp_http/changed] }
    traces/sampled: { receivers: [otlp, otlp/second], processors: [tail_sampling], exporters: [otlp_http/sampled] }
    logs: { receivers: [otlp/second], exporters: [otlp_http/plain, count] }
    metrics: { receivers: [otlp, span_metrics, service_graph, count], exporters: [prometheus, otlp_http/metrics] }
  telemetry: { metrics: { readers: [{ pull: { exporter: { prometheus: { host: 127.0.0.1, port: 0 } } } }] } }
`

const soon: Waits = { decision: '200ms', flush: '500ms' }
const never: Waits = { decision: '10m', flush: '10m' }
const writer = new ProtobufWriter()
const start = 1_790_000_000_000_000_000n

/** One request from the gateway to academics: a client's span and a server's. */
function callOf(digit: string, failed: boolean): Batch<Span> {
  const traceId = digit.repeat(32)
  const [client, server] = [`${digit}1`.repeat(8), `${digit}2`.repeat(8)]
  const shared = { traceId, start, end: start + 5_000_000n, statusCode: failed ? 2 : 0 }
  const one = (service: string, span: Partial<Span>) => ({
    resource: { attributes: [{ key: 'service.name', value: service }], droppedAttributes: 0 },
    schemaUrl: '',
    scopes: [
      {
        scope: { name: 'campanile', version: '', attributes: [], droppedAttributes: 0 },
        schemaUrl: '',
        items: [{ ...emptySpan(), ...shared, name: 'GET /courses/:id/roster', ...span }],
      },
    ],
  })
  return [
    one('gateway', { spanId: client, kind: 3 }),
    one('academics', { spanId: server, parentSpanId: client, kind: 2 }),
  ]
}

const names = (metrics: readonly Metric[]) => new Set(metrics.map(({ name }) => name))
const ids = (spans: readonly Span[]) => spans.map(({ spanId }) => spanId).toSorted()

describe('a collector with several pipelines', () => {
  let home: string
  let sink: OtlpSink
  let collector: RunningCollector
  /** Those that may still run. */
  const started: RunningCollector[] = []

  async function begin(waits: Waits): Promise<void> {
    const config = configuration(await sink.listen(), join(home, 'queues'), waits)
    await writeFile(join(home, 'collector.yaml'), config)
    await restart()
  }
  async function restart(): Promise<void> {
    collector = await startCollectorProcess(home, ['--config', join(home, 'collector.yaml')])
    started.push(collector)
  }
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'campanile-graph-'))
    sink = new OtlpSink()
  })
  afterEach(async () => {
    sink.close()
    for (const { child, kill } of started.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) await kill('SIGTERM')
    }
    await rm(home, { recursive: true, force: true })
  })

  const post = async (receiver: string, signal: string, body: Uint8Array): Promise<number> => {
    const headers = { 'content-type': 'application/x-protobuf' }
    const url = `${collector.url(receiver)}/v1/${signal}`
    const answer = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) })
    const text = Buffer.from(await answer.arrayBuffer())
    // A partial success is not empty.
    return text.length === 0 ? answer.status : 0
  }
  const postSpans = (receiver: string, batch: Batch<Span>) =>
    post(receiver, 'traces', encodeTraces(writer, batch))

  it('gives each output what its pipelines make of it', async () => {
    await begin(soon)
    expect(await postSpans('otlp', callOf('a', false))).to.equal(200)
    expect(await postSpans('otlp', callOf('b', true))).to.equal(200)
    expect(await postSpans('otlp/second', callOf('c', true))).to.equal(200)
    const client = (digit: string) => `${digit}1`.repeat(8)
    const server = (digit: string) => `${digit}2`.repeat(8)
    await eventually('all spans are passed on', () => sink.spans('plain').length === 6)
    await eventually('spans are sampled', () => sink.spans('sampled').length === 4)
    await eventually('changed spans are passed on', () => sink.spans('changed').length === 2)
    expect(ids(sink.spans('sampled'))).to.deep.equal([client('b'), server('b'), client('c'), server('c')])
    expect(ids(sink.spans('changed'))).to.deep.equal([server('a'), server('b')])
    for (const { attributes } of sink.spans('changed'))
      expect(attributes).to.deep.equal([{ key: 'http.route', value: '/changed' }])
    for (const { attributes } of sink.spans('plain')) expect(attributes).to.deep.equal([])
    const page = `${collector.url('telemetry')}/metrics`
    const thinned = (processor: string) => metricTotal(page, 'collector_thinned_items_total', { processor })
    expect(await thinned('filter')).to.equal(2)
    expect(await thinned('tail_sampling')).to.equal(2)
    expect(await metricTotal(page, 'collector_dropped_items_total')).to.equal(0)
  })

  it('shows and sends what connectors count, and what is pushed', async () => {
    await begin(soon)
    const pushed = metricsOf({ 'service.name': 'academics' }, [
      metricOf('process.memory.usage', gauge({ value: 7 })),
    ])
    expect(await post('otlp', 'metrics', encodeMetrics(writer, pushed))).to.equal(200)
    expect(await postSpans('otlp', callOf('b', true))).to.equal(200)
    const record = { ...emptyLogRecord(), time: start, severityNumber: 9 }
    const logs = [
      {
        resource: { attributes: [], droppedAttributes: 0 },
        schemaUrl: '',
        scopes: [
          {
            scope: { name: '', version: '', attributes: [], droppedAttributes: 0 },
            schemaUrl: '',
            items: [record],
          },
        ],
      },
    ]
    expect(await post('otlp/second', 'logs', encodeLogs(writer, logs))).to.equal(200)
    const expected = [
      'process.memory.usage',
      'campus.failed',
      'campus.records',
      'traces.span.metrics.calls',
      'traces.span.metrics.duration',
      'traces_service_graph_request_total',
    ]
    await eventually('all metrics are sent', () =>
      expected.every((name) => names(sink.metrics('metrics')).has(name)),
    )
    const calls = sink.metrics('metrics').findLast(({ name }) => name === 'traces.span.metrics.calls')
    expect(calls === undefined ? [] : pointsOf(calls)).to.have.length(1)
    const shown = await (await fetch(`${collector.url('prometheus')}/metrics`)).text()
    expect(shown).to.match(/^traces_span_metrics_calls_total\{service_name="gateway",.*\} 1$/m)
    expect(shown).to.match(
      /^traces_service_graph_request_total\{.*client="gateway".*server="academics".*\} 1$/m,
    )
    expect(shown.match(/^campus_failed_total\{job="(gateway|academics)".*\} 1$/gm)).to.have.length(2)
    expect(shown).to.match(/^campus_records_total(\{.*\})? 1$/m)
    expect(shown).to.match(/^process_memory_usage\{.*\} 7$/m)
    await eventually('the record is passed on', () => sink.records('plain').length === 1)
    expect(readMetricsPage(shown, 'prometheus').size).to.be.above(6)
    const accept = 'application/openmetrics-text; version=1.0.0'
    const open = await fetch(`${collector.url('prometheus')}/metrics`, { headers: { accept } })
    expect(readMetricsPage(await open.text(), 'openmetrics').has('campus_failed')).to.equal(true)
  })

  it('rejects metrics where no pipeline takes them', async () => {
    await begin(soon)
    const pushed = metricsOf({}, [metricOf('process.memory.usage', gauge({ value: 7 }))])
    expect(await post('otlp/second', 'metrics', encodeMetrics(writer, pushed))).to.equal(0)
  })

  it('lets go of all that it holds when it is stopped', async () => {
    await begin(never)
    expect(await postSpans('otlp', callOf('b', true))).to.equal(200)
    await eventually('spans are passed on', () => sink.spans('plain').length === 2)
    expect(sink.spans('sampled')).to.have.length(0)
    expect(await metricTotal(`${collector.url('telemetry')}/metrics`, 'collector_held_traces')).to.equal(1)
    await collector.kill('SIGTERM')
    expect(sink.spans('sampled')).to.have.length(2)
    expect([...names(sink.metrics('metrics'))]).to.include.members([
      'traces.span.metrics.calls',
      'traces_service_graph_request_total',
    ])
  })

  it('stops in time though an exporter without a queue waits for the other side', async () => {
    sink.status = 503
    await begin({ ...never, sampled: ', sending_queue: { enabled: false }' })
    const answer = postSpans('otlp', callOf('b', true))
    expect(await answer).to.equal(200)
    await collector.kill('SIGTERM')
    // Anything else says that it could not stop cleanly.
    expect(collector.child.exitCode).to.equal(0)
  })

  it('keeps for each durable output what it acknowledged, over kill -9', async () => {
    sink.status = 503
    await begin(never)
    for (const digit of ['a', 'b', 'c', 'd'])
      expect(await postSpans('otlp', callOf(digit, false))).to.equal(200)
    await collector.kill('SIGKILL')
    sink.status = 200
    await restart()
    await eventually('all spans arrive', () => new Set(ids(sink.spans('plain'))).size === 8)
    await eventually('changed spans arrive', () => new Set(ids(sink.spans('changed'))).size === 4)
    const found = await (await fetch(`${collector.url('query')}/api/search?limit=100`)).json()
    expect((found as { traces: unknown[] }).traces).to.have.length(4)
  })
})
