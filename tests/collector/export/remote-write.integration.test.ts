/** Remote write into a real Prometheus, and what the exporter does with the answers of other receivers. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { expect } from 'chai'
import { exposeMetrics } from '../../../collector/export/prometheus-page.ts'
import { PrometheusStore } from '../../../collector/export/prometheus-store.ts'
import {
  RemoteWriter,
  type RemoteWriteDrop,
  type RemoteWriteOptions,
} from '../../../collector/export/remote-write.ts'
import { temporality, type Metric } from '../../../collector/process/metric-model.ts'
import type { Batch } from '../../../collector/process/model.ts'
import { eventually } from '../../support/poll.ts'
import { startPrometheus, type RunningPrometheus } from '../../support/prometheus-process.ts'
import { exponential, gauge, histogram, metricOf, metricsOf, sum, summary } from '../metrics-of.ts'
import { unsnap } from '../unsnap.ts'

const { cumulative, delta } = temporality
const resource = { 'service.name': 'booking', 'service.instance.id': 'i-1', 'host.arch': 'arm64' }

/** For what must be written before a writer closes. */
const graceMillis = 60_000

interface Outcomes {
  sent: number
  readonly dropped: [RemoteWriteDrop, number][]
}

function open(
  endpoint: string,
  given: Partial<RemoteWriteOptions> = {},
): { writer: RemoteWriter; seen: Outcomes } {
  const seen: Outcomes = { sent: 0, dropped: [] }
  const writer = new RemoteWriter({
    endpoint,
    namespace: '',
    translationStrategy: 'UnderscoreEscapingWithSuffixes',
    externalLabels: { site: 'main' },
    targetInfo: { enabled: true },
    headers: { 'X-Scope-OrgID': 'campus', 'Content-Encoding': 'other' },
    timeout: 60_000,
    maxBatchSizeBytes: 3_000_000,
    remoteWriteQueue: { enabled: true, queueSize: 100, numConsumers: 5 },
    maxQueueBytes: 10_000_000,
    retryOnFailure: {
      enabled: true,
      initialInterval: 1,
      maxInterval: 5,
      multiplier: 1.5,
      randomizationFactor: 0.5,
      maxElapsedTime: 120_000,
    },
    fetch,
    onSent: (points) => (seen.sent += points),
    onDropped: (where, points) => seen.dropped.push([where, points]),
    ...given,
  })
  return { writer, seen }
}

const nanosNow = () => BigInt(Date.now()) * 1_000_000n

/** One metric of every kind, all at one time. */
function everyKind(time: bigint): Batch<Metric> {
  const trace = { spanId: '00f067aa0ba902b7', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' }
  const exemplars = [{ attributes: [], time, value: { double: 0.3 }, ...trace }]
  return metricsOf(
    resource,
    [
      metricOf('queue.length', gauge({ time, value: 3, attributes: { 'http.route': '/a "b"' } })),
      metricOf('hits', sum(cumulative, true, { time, value: 12 })),
      metricOf(
        'took',
        histogram(cumulative, {
          time,
          count: 6n,
          sum: 9,
          bucketCounts: [1n, 2n, 3n],
          bounds: [0.5, 1],
          exemplars,
        }),
        {
          unit: 's',
        },
      ),
      metricOf(
        'spread',
        exponential(cumulative, {
          time,
          count: 10n,
          sum: 7,
          scale: 10,
          zeroCount: 1n,
          positive: { offset: -3, counts: [1n, 0n, 2n, 0n, 0n, 3n] },
          negative: { offset: 400, counts: [3n] },
        }),
      ),
      metricOf('wait', summary({ time, count: 2n, sum: 3, quantiles: [{ quantile: 0.5, value: 1 }] })),
      metricOf('changes', sum(delta, true, { time, value: 1 })),
    ],
    { name: 'http', version: '1.0' },
  )
}

describe('remote write', function () {
  this.timeout(300_000)

  describe('into a real Prometheus', () => {
    let prometheus: RunningPrometheus
    before(async () => {
      prometheus = await startPrometheus()
    })
    after(() => prometheus.stop())

    it('brings every kind of data, and native histograms', async () => {
      const { writer, seen } = open(`${prometheus.url}/api/v1/write`)
      writer.append(everyKind(nanosNow()))
      await writer.close(graceMillis)
      expect(seen).to.deep.equal({ sent: 5, dropped: [['unsupported', 1]] })
      const found = new Map(
        (await prometheus.query('{site="main"}')).map(({ metric, value }) => [
          `${metric['__name__'] ?? ''} ${metric['le'] ?? metric['quantile'] ?? ''}`.trim(),
          Number(value),
        ]),
      )
      expect(Object.fromEntries(found)).to.deep.equal({
        queue_length: 3,
        hits_total: 12,
        'took_seconds_bucket 0.5': 1,
        'took_seconds_bucket 1': 3,
        'took_seconds_bucket +Inf': 6,
        took_seconds_sum: 9,
        took_seconds_count: 6,
        spread: 10,
        wait_sum: 3,
        wait_count: 2,
        'wait 0.5': 1,
      })
      const [gauged] = await prometheus.query('queue_length')
      expect(gauged?.metric).to.deep.equal({
        __name__: 'queue_length',
        http_route: '/a "b"',
        instance: 'i-1',
        job: 'booking',
        otel_scope_name: 'http',
        otel_scope_version: '1.0',
        site: 'main',
      })
      const [target] = await prometheus.query('target_info')
      expect(target?.metric).to.deep.equal({
        __name__: 'target_info',
        host_arch: 'arm64',
        instance: 'i-1',
        job: 'booking',
      })
    })

    it('brings exemplars', async () => {
      const found = await eventually('the exemplar is there', async () => {
        const range = new URLSearchParams({
          query: 'took_seconds_bucket',
          start: '0',
          end: String(Date.now()),
        })
        const data = await prometheus.api(`query_exemplars?${range.toString()}`)
        return JSON.stringify(data).includes('4bf92f3577b34da6a3ce929d0e0e4736')
      })
      expect(found).to.equal(true)
    })

    it('ends a series that has no recorded value any more', async () => {
      const { writer } = open(`${prometheus.url}/api/v1/write`)
      const at = (time: bigint, flags: number) =>
        metricsOf({}, [metricOf('ends', gauge({ time, value: 1, flags }))])
      writer.append(at(nanosNow() - 2_000_000_000n, 0))
      await eventually('the series is there', async () => (await prometheus.query('ends')).length === 1)
      writer.append(at(nanosNow() - 1_000_000_000n, 1))
      await eventually('the series has ended', async () => (await prometheus.query('ends')).length === 0)
      await writer.close(graceMillis)
    })

    it('takes a large batch in several requests, in order with the next one', async () => {
      const { writer, seen } = open(`${prometheus.url}/api/v1/write`, { maxBatchSizeBytes: 5_000 })
      const start = nanosNow() - 50_000_000n
      for (let step = 0n; step < 5n; step++) {
        const points = Array.from({ length: 500 }, (_, index) => ({
          time: start + step * 10_000_000n,
          value: Number(step),
          attributes: { route: `r${index}` },
        }))
        writer.append(metricsOf({}, [metricOf('many', gauge(...points))]))
      }
      await writer.close(graceMillis)
      expect(seen).to.deep.equal({ sent: 2_500, dropped: [] })
      expect(await prometheus.query('count(count_over_time(many[5m]) == 5)')).to.deep.equal([
        { metric: {}, value: '500' },
      ])
      expect((await prometheus.query('min(many)'))[0]?.value).to.equal('4')
    })
  })

  it('is scraped by a real Prometheus off the page of the prometheus exporter', async () => {
    const store = new PrometheusStore({
      namespace: '',
      translationStrategy: 'UnderscoreEscapingWithSuffixes',
      constLabels: {},
      resourceConstantLabels: { included: [], excluded: [] },
      withoutScopeInfo: false,
      metricExpiration: 300_000,
      maxLines: 1_000,
      maxCharacters: 2 ** 26,
      reserved: new Set(),
      onDropped: () => undefined,
    })
    store.add(everyKind(nanosNow()), Date.now())
    const page = createServer((_request, response) => {
      response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0; charset=utf-8')
      const options = { openMetrics: true, allowsUtf8: false, sendTimestamps: false }
      response.end(exposeMetrics(store.families(Date.now()), options))
    }).listen(0, '127.0.0.1')
    await once(page, 'listening')
    const prometheus = await startPrometheus([`127.0.0.1:${(page.address() as AddressInfo).port}`])
    try {
      await eventually('the page is read', async () => (await prometheus.query('up == 1')).length === 1)
      const [took] = await prometheus.query('took_seconds_bucket{le="0.5"}')
      expect(took).to.deep.include({ value: '1' })
      expect(took?.metric).to.include({ job: 'booking', instance: 'i-1', otel_scope_name: 'http' })
      expect((await prometheus.query('changes_total'))[0]?.value).to.equal('1')
      expect((await prometheus.query('target_info'))[0]?.metric).to.include({ host_arch: 'arm64' })
    } finally {
      await prometheus.stop()
      page.closeAllConnections()
      page.close()
    }
  })

  describe('into a receiver that refuses', () => {
    const answers: number[] = []
    const received: { headers: IncomingHttpHeaders; body: Buffer }[] = []
    // No connection is closed while a write is on its way to it.
    const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      const take = (body: Buffer) => {
        received.push({ headers: request.headers, body })
        response.writeHead(answers.shift() ?? 204).end()
      }
      // What the writer broke off when it was closed was not received.
      buffer(request).then(take, () => response.destroy())
    })
    let url = ''
    before(async () => {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/write`
    })
    beforeEach(() => {
      answers.length = 0
      received.length = 0
    })
    after(() => {
      server.closeAllConnections()
      server.close()
    })
    const one = (value: number) => metricsOf({}, [metricOf('a', gauge({ time: 1_000_000n, value }))])

    it('sends again after 5xx and 429, and keeps the order', async () => {
      answers.push(500, 503, 429, 204)
      const { writer, seen } = open(url)
      writer.append(one(1))
      writer.append(one(2))
      await writer.close(graceMillis)
      expect(seen).to.deep.equal({ sent: 2, dropped: [] })
      const bodies = received.map(({ body }) => unsnap(body).toString('hex'))
      expect(bodies).to.have.length(5)
      expect(new Set(bodies.slice(0, 4)).size).to.equal(1)
      expect(bodies[4]).not.to.equal(bodies[3])
    })

    it('gives up at once on any other 4xx', async () => {
      answers.push(400)
      const { writer, seen } = open(url)
      writer.append(one(1))
      await writer.close(graceMillis)
      expect(seen).to.deep.equal({ sent: 0, dropped: [['export_failed', 1]] })
      expect(received).to.have.length(1)
    })

    it('shows the headers of the protocol whatever is configured', async () => {
      const { writer } = open(url)
      writer.append(one(1))
      await writer.close(graceMillis)
      expect(received[0]?.headers).to.include({
        'content-encoding': 'snappy',
        'content-type': 'application/x-protobuf',
        'x-prometheus-remote-write-version': '0.1.0',
        'x-scope-orgid': 'campus',
      })
    })

    it('drops and counts what finds no room, and what is left when it is closed', async () => {
      answers.push(...new Array<number>(1_000).fill(503))
      const { writer, seen } = open(url, {
        remoteWriteQueue: { enabled: true, queueSize: 2, numConsumers: 5 },
      })
      for (let value = 0; value < 5; value++) writer.append(one(value))
      expect(writer.waiting).to.equal(2)
      await writer.close(50)
      expect(seen.sent).to.equal(0)
      expect(seen.dropped).to.have.deep.members([
        ['queue_full', 1],
        ['queue_full', 1],
        ['queue_full', 1],
        ['export_failed', 1],
        ['export_failed', 1],
      ])
      writer.append(one(9))
      expect(seen.dropped.at(-1)).to.deep.equal(['queue_full', 1])
    })
  })
})
