/** The bytes of a remote write as protobufjs reads them (prometheus/prompb, `remote.proto` and `types.proto`). */
import { expect } from 'chai'
import fc from 'fast-check'
import protobuf from 'protobufjs'
import { nativeHistogram } from '../../../collector/export/remote-write-histogram.ts'
import { encodeRemoteWrite } from '../../../collector/export/remote-write-proto.ts'
import { SeriesBuilder, type SeriesSettings } from '../../../collector/export/remote-write-series.ts'
import {
  emptyExemplar,
  emptyExponentialPoint,
  temporality,
  type Metric,
} from '../../../collector/process/metric-model.ts'
import type { Batch } from '../../../collector/process/model.ts'
import { propertyRuns } from '../../support/property.ts'
import { anyMetrics } from '../arbitrary.ts'
import { exponential, gauge, histogram, metricOf, metricsOf } from '../metrics-of.ts'

const { root } = protobuf.parse(`
  syntax = "proto3";
  message WriteRequest { repeated TimeSeries timeseries = 1; }
  message TimeSeries {
    repeated Label labels = 1; repeated Sample samples = 2;
    repeated Exemplar exemplars = 3; repeated Histogram histograms = 4;
  }
  message Label { string name = 1; string value = 2; }
  message Sample { double value = 1; int64 timestamp = 2; }
  message Exemplar { repeated Label labels = 1; double value = 2; int64 timestamp = 3; }
  message BucketSpan { sint32 offset = 1; uint32 length = 2; }
  message Histogram {
    oneof count { uint64 count_int = 1; double count_float = 2; }
    double sum = 3; sint32 schema = 4; double zero_threshold = 5;
    oneof zero_count { uint64 zero_count_int = 6; double zero_count_float = 7; }
    repeated BucketSpan negative_spans = 8; repeated sint64 negative_deltas = 9;
    repeated BucketSpan positive_spans = 11; repeated sint64 positive_deltas = 12;
    int64 timestamp = 15;
  }
`)
const type = root.lookupType('WriteRequest')

interface ReadSeries {
  readonly labels?: readonly { readonly name: string; readonly value: string }[]
  readonly samples?: readonly { readonly value: number; readonly timestamp: string }[]
  readonly exemplars?: readonly {
    readonly labels?: readonly { readonly name: string; readonly value: string }[]
  }[]
  readonly histograms?: readonly Readonly<Record<string, unknown>>[]
}

function read(bytes: Uint8Array): readonly ReadSeries[] {
  const plain = type.toObject(type.decode(bytes), { longs: String }) as { timeseries?: readonly ReadSeries[] }
  return plain.timeseries ?? []
}

function build(batch: Batch<Metric>, given: Partial<SeriesSettings> = {}) {
  const dropped: [string, number][] = []
  const builder = new SeriesBuilder(
    {
      namespace: '',
      translationStrategy: 'UnderscoreEscapingWithSuffixes',
      externalLabels: {},
      targetInfo: { enabled: true },
      ...given,
    },
    (where, points) => dropped.push([where, points]),
  )
  return { series: builder.build(batch), dropped }
}

const readAll = (batch: Batch<Metric>, given?: Partial<SeriesSettings>) =>
  [...encodeRemoteWrite(build(batch, given).series, 3_000_000)].flatMap(({ bytes }) => read(bytes))

describe('the bytes of a remote write', () => {
  it('are what protobufjs reads, with labels sorted and no series twice, whatever arrives', () => {
    fc.assert(
      fc.property(anyMetrics, fc.integer({ min: 1, max: 500 }), (batch, maxBatchBytes) => {
        const { series } = build(batch)
        const requests = [...encodeRemoteWrite(series, maxBatchBytes)]
        const found = requests.flatMap(({ bytes }) => read(bytes))
        expect(found.map(({ labels }) => labels?.map(({ name, value }) => [name, value]))).to.deep.equal(
          series.map(({ labels }) => labels.flat()),
        )
        for (const { labels = [], samples = [] } of found) {
          const names = labels.map(({ name }) => name)
          expect(names).to.deep.equal([...new Set(names)].sort())
          expect(labels.every(({ value }) => value !== '')).to.equal(true)
          const times = samples.map(({ timestamp }) => Number(timestamp))
          expect(times).to.deep.equal(times.toSorted((a, b) => a - b))
        }
        for (const { bytes } of requests) {
          expect(bytes.length <= maxBatchBytes || read(bytes).length === 1).to.equal(true)
        }
      }),
      propertyRuns({ ci: 300, soak: 10_000 }),
    )
  })

  it('end a series with the NaN that Prometheus knows', () => {
    const stale = metricsOf({}, [
      metricOf('a', gauge({ time: 1n, flags: 1 }, { time: 1n, attributes: { x: 'y' } })),
    ])
    const [request] = encodeRemoteWrite(build(stale).series, 1_000)
    expect(request?.bytes.toString('hex').split('09020000000000f07f')).to.have.length(2)
  })

  it('take a point with more exemplars than a call takes arguments', () => {
    const exemplars = Array.from({ length: 200_000 }, (_, value) => ({ ...emptyExemplar(), value }))
    const bounds = Array.from({ length: 50_000 }, (_, bound) => bound)
    const bucketCounts = bounds.map(() => 1n)
    const took = histogram(temporality.cumulative, { count: 1n, bounds, bucketCounts, exemplars })
    const { series } = build(metricsOf({}, [metricOf('took', took)]))
    expect(series.reduce((count, own) => count + own.exemplars.length, 0)).to.equal(200_000)
  })

  it('leave out a point that would be more series than a batch may have, and keep those beside it', () => {
    const wide = (length: number) => {
      const bounds = Array.from({ length }, (_, bound) => bound)
      return histogram(temporality.cumulative, { count: 1n, bounds, bucketCounts: bounds.map(() => 1n) })
    }
    const { series, dropped } = build(
      metricsOf({}, [metricOf('hostile', wide(1_000_000)), metricOf('took', wide(10))]),
    )
    expect(dropped).to.deep.equal([['queue_full', 1]])
    expect(series).to.have.length(12)
  })

  it('leave out points whose labels are too long together', () => {
    const scope = { attributes: [{ key: 'http.route', value: 'x'.repeat(1_000_000) }] }
    const points = Array.from({ length: 1_000 }, (_, value) => ({ value, attributes: { at: `${value}` } }))
    const { series, dropped } = build(metricsOf({}, [metricOf('long', gauge(...points))], scope))
    expect(series.length).to.be.within(1, 134)
    expect(dropped.length).to.equal(1_000 - series.length)
  })

  it('look through a long resource once, however many scopes it has', () => {
    // Once for each scope would be 400 million attributes, five times over.
    const batch = metricsOf({ 'service.name': 'booking' }, [])
    const [group] = batch
    for (let at = 0; at < 20_000; at++) {
      group?.resource.attributes.push({ key: 'http.route', value: '/' })
      group?.scopes.push({
        scope: { name: `${at}`, version: '', attributes: [], droppedAttributes: 0 },
        schemaUrl: '',
        items: [metricOf('a', gauge({ value: at }))],
      })
    }
    expect(build(batch, { targetInfo: { enabled: false } }).series).to.have.length(20_000)
  })

  it('let a series live that ends and lives at one time', () => {
    const [series] = build(
      metricsOf({}, [metricOf('a', gauge({ time: 1_000_000n, value: 3 }, { time: 1_000_000n, flags: 1 }))]),
    ).series
    expect(series?.samples).to.deep.equal([{ value: 3, timeMillis: 1 }])
  })

  it('write bounds without exponents', () => {
    const bounds = [-1e21, 1e-7, 1.5e-7, 0.5, 10, 2.5e22]
    const took = histogram(temporality.cumulative, { bounds, bucketCounts: bounds.map(() => 1n), count: 6n })
    const found = readAll(metricsOf({}, [metricOf('took', took)]))
      .flatMap(({ labels = [] }) => labels.filter(({ name }) => name === 'le'))
      .map(({ value }) => value)
    expect(found).to.deep.equal([
      '-1000000000000000000000',
      '0.0000001',
      '0.00000015',
      '0.5',
      '10',
      '25000000000000000000000',
      '+Inf',
    ])
  })

  it('keep the ids of an exemplar and leave out attributes that would make it too long', () => {
    const exemplar = (value: string) => ({
      attributes: [{ key: 'http.route', value }],
      time: 1n,
      value: 1,
      spanId: '00f067aa0ba902b7',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    })
    const exemplars = [exemplar('/short'), exemplar('/'.padEnd(90, 'x'))]
    const spread = exponential(temporality.cumulative, { exemplars })
    const [series] = readAll(metricsOf({}, [metricOf('spread', spread)]))
    expect(series?.exemplars?.map(({ labels }) => labels?.map(({ name }) => name))).to.deep.equal([
      ['http_route', 'span_id', 'trace_id'],
      ['span_id', 'trace_id'],
    ])
  })
})

describe('a native histogram', () => {
  it('has the counts of its exponential one, in the buckets of the same bounds', () => {
    const counts = fc.array(fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 1_000n })), { maxLength: 40 })
    const offset = fc.integer({ min: -100, max: 100 })
    fc.assert(
      fc.property(counts, offset, fc.integer({ min: -4, max: 20 }), (own, from, scale) => {
        const point = { ...emptyExponentialPoint(), scale, positive: { offset: from, counts: own } }
        const native = nativeHistogram(point)
        const found = new Map<number, bigint>()
        let bucket = 0
        let count = 0n
        let at = 0
        for (const { offset: gap, length } of native?.positive.spans ?? []) {
          bucket += gap
          for (let index = 0; index < length; index++, bucket++) {
            count += native?.positive.deltas[at++] ?? 0n
            if (count > 0n) found.set(bucket, count)
          }
        }
        expect(at).to.equal(native?.positive.deltas.length)
        const expected = new Map<number, bigint>()
        own.forEach((value, index) => {
          // The upper bound 2^((offset + index + 1) / 2^scale) in numbers of the schema, which is at most 8.
          const upper = Math.ceil((from + index + 1) / 2 ** Math.max(0, scale - 8))
          if (value > 0n) expected.set(upper, (expected.get(upper) ?? 0n) + value)
        })
        expect([...found]).to.deep.equal([...expected])
        expect(native?.schema).to.equal(Math.min(scale, 8))
      }),
      propertyRuns({ ci: 500, soak: 20_000 }),
    )
  })

  it('is not made of a scale or buckets beyond what Prometheus knows', () => {
    expect(nativeHistogram({ ...emptyExponentialPoint(), scale: -5 })).to.equal(undefined)
    const positive = { offset: 2 ** 31 - 1, counts: [1n] }
    expect(nativeHistogram({ ...emptyExponentialPoint(), positive })).to.equal(undefined)
  })
})
