/** What becomes of points that nothing tells apart after the fence took attributes away. */
import { expect } from 'chai'
import fc from 'fast-check'
import { mergePoints } from '../../../collector/process/metric-merge.ts'
import {
  emptyExemplar,
  temporality,
  type ExponentialPoint,
  type Metric,
  type MetricData,
  type MetricPoint,
} from '../../../collector/process/metric-model.ts'
import { createRedactor } from '../../../collector/process/redact.ts'
import { createFence } from '../../../privacy/fence.ts'
import { exponential, gauge, histogram, metricOf, metricsOf, sum, summary } from '../metrics-of.ts'

const { cumulative, delta } = temporality
const merged = (data: MetricData): readonly MetricPoint[] => {
  const metric: Metric = metricOf('a', data)
  mergePoints(metric)
  return metric.data?.points ?? []
}

describe('points without a difference', () => {
  it('are added up after the fence took away what told them apart', () => {
    const batch = metricsOf({}, [
      metricOf(
        'hits',
        sum(
          cumulative,
          true,
          {
            start: 2n,
            time: 9n,
            value: 3,
            attributes: { 'http.request.method': 'GET', 'user.id': 'quillon' },
          },
          {
            start: 1n,
            time: 9n,
            value: 4,
            attributes: { 'http.request.method': 'GET', 'user.id': 'isolde' },
          },
          {
            start: 1n,
            time: 9n,
            value: 5,
            attributes: { 'http.request.method': 'PUT', 'user.id': 'isolde' },
          },
        ),
      ),
    ])
    createRedactor((count) => createFence({ policy: { mode: 'enforce' }, count })).metrics(batch)
    const points = batch[0]?.scopes[0]?.items[0]?.data?.points ?? []
    expect(points.map((point) => ('value' in point ? [point.start, point.value] : []))).to.deep.equal([
      [1n, 7],
      [1n, 5],
    ])
  })

  it('count no part that has ended, and end together only', () => {
    const kinds: readonly ((...flags: number[]) => MetricData)[] = [
      (...flags) => gauge(...flags.map((own, value) => ({ flags: own, value }))),
      (...flags) => sum(cumulative, true, ...flags.map((own, value) => ({ flags: own, value }))),
      (...flags) => summary(...flags.map((own, value) => ({ flags: own, sum: value }))),
      (...flags) => histogram(cumulative, ...flags.map((own, value) => ({ flags: own, sum: value }))),
      (...flags) => exponential(cumulative, ...flags.map((own, value) => ({ flags: own, sum: value }))),
    ]
    const valueOf = (point: MetricPoint) => ('sum' in point ? point.sum : point.value)
    for (const of of kinds) {
      const seen = (...flags: number[]) => merged(of(...flags)).map((point) => [point.flags, valueOf(point)])
      expect(seen(1, 0, 1)).to.deep.equal([[0, 1]])
      expect(seen(0, 1)).to.deep.equal([[0, 0]])
      expect(seen(1, 1)).to.deep.equal([[1, 0]])
    }
  })

  it('stay apart at different times', () => {
    expect(merged(sum(delta, true, { time: 1n, value: 1 }, { time: 2n, value: 1 }))).to.have.length(2)
  })

  it('are found whatever the order of their attributes', () => {
    const points = merged(
      sum(
        cumulative,
        true,
        { value: 1, attributes: { a: '1', b: '2' } },
        { value: { double: 0.5 }, attributes: { b: '2', a: '1' } },
      ),
    )
    expect(points).to.have.length(1)
    expect(points[0]).to.deep.include({ value: { double: 1.5 } })
  })

  it('keep whole numbers whole beyond 2^53', () => {
    const [point] = merged(sum(cumulative, true, { value: Number.MAX_SAFE_INTEGER }, { value: 2 }))
    expect(point).to.deep.include({ value: 2n ** 53n + 1n })
  })

  it('add histograms of the same bounds, and keep count and sum of others', () => {
    const one = { count: 3n, sum: 2, min: 0.5, max: 1.5, bucketCounts: [1n, 2n], bounds: [1] }
    const [same] = merged(histogram(delta, one, { ...one, min: 0.1, max: 9 }))
    expect(same).to.deep.include({ count: 6n, sum: 4, min: 0.1, max: 9, bucketCounts: [2n, 4n], bounds: [1] })
    const [other] = merged(histogram(delta, one, { ...one, bounds: [2] }))
    expect(other).to.deep.include({ count: 6n, sum: 4, bucketCounts: [], bounds: [] })
  })

  it('keep every exemplar, however many there are', () => {
    const exemplars = Array.from({ length: 200_000 }, () => emptyExemplar())
    const [point] = merged(sum(delta, true, { value: 1 }, { value: 1, exemplars }))
    expect(point !== undefined && 'exemplars' in point ? point.exemplars.length : 0).to.equal(200_000)
  })

  it('keep the last gauge, and of summaries count and sum', () => {
    expect(merged(gauge({ value: 1 }, { value: 2 }))).to.have.length(1)
    expect(merged(gauge({ value: 1 }, { value: 2 }))[0]).to.deep.include({ value: 2 })
    const quantiles = [{ quantile: 0.5, value: 1 }]
    const [point] = merged(summary({ count: 1n, sum: 2, quantiles }, { count: 3n, sum: 4, quantiles }))
    expect(point).to.deep.include({ count: 4n, sum: 6, quantiles: [] })
  })

  it('add exponential histograms of any scale and place, without growing beyond 320 buckets', () => {
    const counts = fc.array(fc.bigInt({ min: 0n, max: 100n }), { minLength: 1, maxLength: 40 })
    const buckets = fc.record({ offset: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), counts })
    const point = fc.record({
      scale: fc.integer({ min: -10, max: 20 }),
      positive: buckets,
      negative: buckets,
    })
    const total = (points: readonly MetricPoint[], side: 'positive' | 'negative') =>
      points
        .filter((own): own is ExponentialPoint => 'scale' in own)
        .flatMap((own) => own[side].counts)
        .reduce((all, count) => all + count, 0n)
    fc.assert(
      fc.property(point, point, (a, b) => {
        const data = exponential(cumulative, structuredClone(a), structuredClone(b))
        const before = { positive: total(data.points, 'positive'), negative: total(data.points, 'negative') }
        const after = merged(data)
        expect(after).to.have.length(1)
        expect({ positive: total(after, 'positive'), negative: total(after, 'negative') }).to.deep.equal(
          before,
        )
        const [own] = after
        if (own === undefined || !('scale' in own)) throw new Error('no exponential point')
        expect(own.positive.counts.length).to.be.at.most(320)
        expect(own.scale).to.be.at.most(Math.min(a.scale, b.scale))
      }),
      { numRuns: 300 },
    )
    const near = { scale: 1, positive: { offset: 0, counts: [1n, 2n] } }
    const fine = { scale: 2, positive: { offset: 1, counts: [4n, 8n, 16n] } }
    // At scale 2 the buckets 1, 2 and 3 are 0, 1 and 1 of scale 1.
    expect(merged(exponential(cumulative, near, fine))[0]).to.deep.include({
      scale: 1,
      positive: { offset: 0, counts: [5n, 26n] },
    })
  })
})
