/** What the prometheus exporter shows of OTLP metrics: the semantics of the Collector's. */
import { expect } from 'chai'
import { exposeMetrics } from '../../../collector/export/prometheus-page.ts'
import {
  PrometheusStore,
  type PrometheusStoreOptions,
  type StoreDrop,
} from '../../../collector/export/prometheus-store.ts'
import { temporality, type Metric } from '../../../collector/process/metric-model.ts'
import type { Batch } from '../../../collector/process/model.ts'
import { exponential, gauge, histogram, metricOf, metricsOf, sum, summary } from '../metrics-of.ts'
import { readMetricsPage } from '../open-metrics.ts'

const { cumulative, delta, unspecified } = temporality
const noResourceLabels = { included: [], excluded: [] }
const plain = { openMetrics: false, allowsUtf8: false, sendTimestamps: false }

/** A store, what it dropped, and the samples of its page. */
function open(given: Partial<PrometheusStoreOptions> = {}) {
  const drops: [StoreDrop, number][] = []
  const store = new PrometheusStore({
    namespace: '',
    translationStrategy: 'UnderscoreEscapingWithSuffixes',
    constLabels: {},
    resourceConstantLabels: noResourceLabels,
    withoutScopeInfo: false,
    metricExpiration: 300_000,
    maxLines: 1_000,
    maxCharacters: 1_000_000,
    reserved: new Set(),
    onDropped: (reason, points) => drops.push([reason, points]),
    ...given,
  })
  const page = (nowMillis = 0) => exposeMetrics(store.families(nowMillis), plain)
  const samples = (nowMillis = 0) =>
    page(nowMillis)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
  return { store, drops, page, samples }
}

const of = (...items: readonly Metric[]): Batch<Metric> => metricsOf({}, items)

describe('the store of the prometheus exporter', () => {
  it('shows each kind of data under its type', () => {
    const { store, page } = open()
    const attributes = { 'http.route': '/a "b"\\' }
    store.add(
      of(
        metricOf('queue.length', gauge({ value: 3, attributes }), {
          unit: '{item}',
          description: 'Waiting.',
        }),
        metricOf('requests', sum(cumulative, true, { value: { double: 1.5 } })),
        metricOf('open', sum(cumulative, false, { value: -2 })),
        metricOf('size', gauge({ value: 4 }), { metadata: [{ key: 'prometheus.type', value: 'unknown' }] }),
        metricOf(
          'took',
          histogram(cumulative, { count: 6n, sum: 9, bucketCounts: [1n, 2n, 3n], bounds: [0.5, 1] }),
          {
            unit: 's',
          },
        ),
        metricOf('spread', exponential(cumulative, { count: 5n, sum: 7, zeroCount: 5n })),
        metricOf('wait', summary({ count: 2n, sum: 3, quantiles: [{ quantile: 0.5, value: 1 }] }), {
          unit: 'ms',
        }),
      ),
      0,
    )
    expect(page().split('\n')).to.deep.equal([
      '# TYPE open gauge',
      'open -2',
      '# HELP queue_length Waiting.',
      '# TYPE queue_length gauge',
      'queue_length{http_route="/a \\"b\\"\\\\"} 3',
      '# TYPE requests_total counter',
      'requests_total 1.5',
      '# TYPE size untyped',
      'size 4',
      '# TYPE spread histogram',
      'spread_bucket{le="+Inf"} 5',
      'spread_sum 7',
      'spread_count 5',
      '# TYPE took_seconds histogram',
      'took_seconds_bucket{le="0.5"} 1',
      'took_seconds_bucket{le="1"} 3',
      'took_seconds_bucket{le="+Inf"} 6',
      'took_seconds_sum 9',
      'took_seconds_count 6',
      '# TYPE wait_milliseconds summary',
      'wait_milliseconds{quantile="0.5"} 1',
      'wait_milliseconds_sum 3',
      'wait_milliseconds_count 2',
      '',
    ])
    expect(readMetricsPage(page(), 'prometheus').size).to.equal(7)
  })

  it('adds deltas that follow on each other and begins again where one does not', () => {
    const { store, samples } = open()
    const counted = (start: bigint, time: bigint, value: number) =>
      store.add(of(metricOf('hits', sum(delta, true, { start, time, value }))), 0)
    counted(0n, 10n, 5)
    counted(10n, 20n, 7)
    expect(samples()).to.deep.equal(['hits_total 12'])
    counted(25n, 30n, 2)
    expect(samples()).to.deep.equal(['hits_total 2'])
    const timed = (start: bigint, time: bigint) =>
      store.add(
        of(
          metricOf(
            'took',
            histogram(delta, { start, time, count: 2n, sum: 3, bucketCounts: [1n, 1n], bounds: [1] }),
          ),
        ),
        0,
      )
    timed(0n, 10n)
    timed(10n, 20n)
    timed(5n, 15n)
    expect(samples().slice(1)).to.deep.equal([
      'took_bucket{le="1"} 2',
      'took_bucket{le="+Inf"} 4',
      'took_sum 6',
      'took_count 4',
    ])
  })

  it('takes no temporality that Prometheus has no type for', () => {
    const { store, samples, drops } = open()
    store.add(
      of(
        metricOf('a', sum(delta, false, { value: 1 })),
        metricOf('b', sum(unspecified, true, { value: 1 }, { value: 2 })),
        metricOf('c', histogram(unspecified, { count: 1n })),
      ),
      0,
    )
    expect(samples()).to.deep.equal([])
    expect(drops).to.deep.equal([
      ['temporality', 1],
      ['temporality', 2],
      ['temporality', 1],
    ])
  })

  it('keeps the newer of two points', () => {
    const { store, samples, drops } = open()
    store.add(of(metricOf('a', gauge({ time: 9n, value: 1 }, { time: 8n, value: 2 }))), 0)
    expect(samples()).to.deep.equal(['a 1'])
    expect(drops).to.deep.equal([['older', 1]])
  })

  it('forgets a series without a recorded value, and what is not updated', () => {
    const { store, samples } = open({ metricExpiration: 1_000 })
    store.add(of(metricOf('a', gauge({ value: 1 })), metricOf('b', gauge({ value: 1 }))), 0)
    store.add(of(metricOf('a', gauge({ flags: 1 }))), 0)
    expect(samples(1_000)).to.deep.equal(['b 1'])
    expect(samples(1_001)).to.deep.equal([])
    expect(store.lines).to.equal(0)
  })

  it('drops a metric of another type than the first of its name, and keeps the first help', () => {
    const { store, page, drops } = open()
    store.add(of(metricOf('a.b', gauge({ value: 1 }), { description: 'First.' })), 0)
    store.add(of(metricOf('a_b', gauge({ value: 2, attributes: { x: 'y' } }), { description: 'Second.' })), 0)
    store.add(of(metricOf('a:b', gauge({ value: 2 })), metricOf('a/b', summary({ count: 1n }))), 0)
    expect(page()).to.equal(
      '# TYPE a:b gauge\na:b 2\n# HELP a_b First.\n# TYPE a_b gauge\na_b 1\na_b{x="y"} 2\n',
    )
    expect(drops).to.deep.equal([['type_conflict', 1]])
  })

  it('takes no name that others write, nor one that says nothing', () => {
    const { store, samples, drops } = open({ reserved: new Set(['spans_calls_total']) })
    store.add(
      of(
        metricOf('spans.calls', sum(cumulative, true, { value: 1 })),
        metricOf('target.info', gauge({ value: 1 })),
        metricOf('ようこそ', gauge({ value: 1 })),
      ),
      0,
    )
    expect(samples()).to.deep.equal([])
    expect(drops.map(([reason]) => reason)).to.deep.equal(['type_conflict', 'type_conflict', 'name'])
  })

  it('stays within its bound, and has room again when series expire', () => {
    const { store, drops } = open({ maxLines: 10, metricExpiration: 5_000 })
    const series = (from: number) =>
      Array.from({ length: 8 }, (_, at) => metricOf(`m${from + at}`, gauge({ value: 1 })))
    store.add(of(...series(0), ...series(8)), 0)
    expect(store.lines).to.equal(10)
    store.add(of(metricOf('m0', histogram(cumulative, { bounds: [1], bucketCounts: [1n, 0n] }))), 0)
    store.add(of(metricOf('wide', histogram(cumulative, { bounds: [1, 2, 3, 4, 5, 6, 7, 8, 9] }))), 0)
    expect(store.lines).to.equal(10)
    expect(drops.filter(([reason]) => reason === 'too_many')).to.have.length(7)
    store.add(of(...series(100)), 6_000)
    expect(store.lines).to.equal(8)
  })
})

describe('the labels of the prometheus exporter', () => {
  const resource = {
    'service.namespace': 'campus',
    'service.name': 'booking',
    'service.instance.id': 'i-1',
    'host.arch': 'arm64',
  }
  const one = (attributes: Readonly<Record<string, string>> = {}) =>
    metricOf('a', gauge({ value: 1, attributes }))

  it('name job and instance, and put the rest of the resource into target_info', () => {
    const { store, samples } = open()
    store.add(metricsOf(resource, [one()]), 0)
    store.add(metricsOf({ 'service.name': 'users' }, [one()]), 0)
    store.add(metricsOf({ 'host.arch': 'arm64' }, [one()]), 0)
    expect(samples()).to.deep.equal([
      'a{instance="i-1",job="campus/booking"} 1',
      'a{job="users"} 1',
      'a 1',
      'target_info{host_arch="arm64",instance="i-1",job="campus/booking"} 1',
      'target_info{job="users"} 1',
    ])
  })

  it('carry the scope, unless that is switched off', () => {
    const scope = {
      name: 'http',
      version: '1.0',
      attributes: [
        { key: 'library.mark', value: 'x' },
        { key: 'name', value: 'liar' },
      ],
    }
    const batch = metricsOf({}, [one()], scope)
    const { store, samples } = open()
    store.add(batch, 0)
    expect(samples()).to.deep.equal([
      'a{otel_scope_library_mark="x",otel_scope_name="http",otel_scope_version="1.0"} 1',
    ])
    const without = open({ withoutScopeInfo: true })
    without.store.add(batch, 0)
    expect(without.samples()).to.deep.equal(['a 1'])
  })

  it('join the values of one label with a semicolon, in the order of their keys', () => {
    const { store, samples } = open()
    store.add(of(one({ 'a.b': '2', a_b: '3', 'a-b': '1', __name__: 'other' })), 0)
    expect(samples()).to.deep.equal(['a{a_b="1;2;3"} 1'])
  })

  it('take in constant labels and the resource attributes that are asked for', () => {
    const { store, samples } = open({
      constLabels: { site: 'main', http_route: 'never' },
      resourceConstantLabels: {
        included: ['service.*', 'h?st.*'],
        excluded: ['*.instance.id'],
      },
    })
    store.add(metricsOf(resource, [one({ 'http.route': '/x', 'host.arch': 'point' })]), 0)
    expect(samples()[0]).to.equal(
      'a{host_arch="arm64",http_route="/x",instance="i-1",job="campus/booking",service_name="booking",service_namespace="campus",site="main"} 1',
    )
    const others = open({ resourceConstantLabels: { included: [], excluded: ['service.*'] } })
    others.store.add(metricsOf(resource, [one()]), 0)
    expect(others.samples()[0]).to.equal('a{host_arch="arm64",instance="i-1",job="campus/booking"} 1')
  })

  it('name a scraped target by its address where it has no other name', () => {
    const { store, samples } = open()
    const scraped = (port: number) => {
      const [group] = metricsOf({ 'service.name': 'engines', 'server.address': 'localhost' }, [one()])
      group?.resource.attributes.push({ key: 'server.port', value: port })
      return group === undefined ? [] : [group]
    }
    store.add([...scraped(9090), ...scraped(9093)], 0)
    expect(samples().slice(0, 2)).to.deep.equal([
      'a{instance="localhost:9090",job="engines"} 1',
      'a{instance="localhost:9093",job="engines"} 1',
    ])
  })
})
