/** The two text formats of the prometheus exporter, judged by a strict reader. */
import { expect } from 'chai'
import fc from 'fast-check'
import { exposeMetrics, type PageOptions } from '../../../collector/export/prometheus-page.ts'
import { PrometheusStore, type PrometheusStoreOptions } from '../../../collector/export/prometheus-store.ts'
import { exposeSpanMetrics, spanMetricsNames } from '../../../collector/export/prometheus-text.ts'
import { temporality, type Metric } from '../../../collector/process/metric-model.ts'
import type { Batch } from '../../../collector/process/model.ts'
import { SpanMetrics } from '../../../collector/process/span-metrics.ts'
import { anyMetrics } from '../arbitrary.ts'
import { spansOf } from '../generate.ts'
import { gauge, histogram, metricOf, metricsOf, sum } from '../metrics-of.ts'
import { readMetricsPage } from '../open-metrics.ts'

const { cumulative } = temporality
const time = 1_700_000_000_123_000_000n
const exemplar = (value: number) => ({
  attributes: [],
  time,
  value: { double: value },
  spanId: '00f067aa0ba902b7',
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
})
const mark = (value: number) =>
  ` # {trace_id="4bf92f3577b34da6a3ce929d0e0e4736",span_id="00f067aa0ba902b7"} ${value} 1700000000.123`

function pageOf(
  batch: Batch<Metric>,
  page: Partial<PageOptions> = {},
  store: Partial<PrometheusStoreOptions> = {},
): string {
  const kept = new PrometheusStore({
    namespace: '',
    translationStrategy: 'UnderscoreEscapingWithSuffixes',
    constLabels: {},
    resourceConstantLabels: { included: [], excluded: [] },
    withoutScopeInfo: false,
    metricExpiration: 300_000,
    maxLines: 10_000,
    maxCharacters: 2 ** 26,
    reserved: new Set(),
    onDropped: () => undefined,
    ...store,
  })
  kept.add(batch, 0)
  return exposeMetrics(kept.families(0), {
    openMetrics: false,
    allowsUtf8: false,
    sendTimestamps: false,
    ...page,
  })
}

const batch = metricsOf({}, [
  metricOf('hits', sum(cumulative, true, { time, value: 2, exemplars: [exemplar(1), exemplar(2)] }), {
    description: 'Says "hit"\nonce.',
  }),
  metricOf(
    'took',
    histogram(cumulative, {
      time,
      count: 3n,
      sum: 4.5,
      bounds: [1],
      bucketCounts: [1n, 2n],
      exemplars: [exemplar(0.5), exemplar(9)],
    }),
  ),
])

describe('the page of the prometheus exporter', () => {
  it('has exemplars and names counters without their ending in OpenMetrics', () => {
    const page = pageOf(batch, { openMetrics: true })
    expect(page.split('\n')).to.deep.equal([
      '# HELP hits Says \\"hit\\"\\nonce.',
      '# TYPE hits counter',
      `hits_total 2${mark(2)}`,
      '# TYPE took histogram',
      `took_bucket{le="1.0"} 1${mark(0.5)}`,
      `took_bucket{le="+Inf"} 3${mark(9)}`,
      'took_sum 4.5',
      'took_count 3',
      '# EOF',
      '',
    ])
    expect([...readMetricsPage(page, 'openmetrics').keys()]).to.deep.equal(['hits', 'took'])
  })

  it('tells the time of points where asked to', () => {
    expect(pageOf(batch, { sendTimestamps: true })).to.include('hits_total 2 1700000000123\n')
    expect(pageOf(batch, { sendTimestamps: true, openMetrics: true })).to.include(
      'hits_total 2 1700000000.123 # ',
    )
  })

  it('has no counter in OpenMetrics that does not end in _total', () => {
    const page = pageOf(
      batch,
      { openMetrics: true },
      { translationStrategy: 'UnderscoreEscapingWithoutSuffixes' },
    )
    expect(page).to.include('# TYPE hits unknown\nhits 2\n')
  })

  it('quotes names beyond the old ones for readers that take them, and escapes them for others', () => {
    const named = metricsOf({}, [
      metricOf('mémoire.used', gauge({ value: 1, attributes: { 'host.name': 'a', 'a:b': 'c' } })),
    ])
    const kept = { translationStrategy: 'NoTranslation' } as const
    expect(pageOf(named, { allowsUtf8: true }, kept)).to.equal(
      '# TYPE "mémoire.used" gauge\n{"mémoire.used","a:b"="c","host.name"="a"} 1\n',
    )
    expect(pageOf(named, {}, kept)).to.equal(
      '# TYPE m_moire_used gauge\nm_moire_used{a_b="c",host_name="a"} 1\n',
    )
  })

  it('stands behind the span metrics, whose text it leaves as it is', () => {
    const options = {
      namespace: 'traces.span.metrics',
      unit: 's',
      buckets: [0.1],
      openMetrics: true,
    } as const
    const spans = new SpanMetrics({ ...options, dimensions: [], cardinalityLimit: 0, exemplars: true })
    spans.add(spansOf(5))
    for (const openMetrics of [true, false]) {
      const before = exposeSpanMetrics(spans, { ...options, openMetrics })
      expect(pageOf([], { openMetrics, before })).to.equal(before)
      const both = pageOf(batch, { openMetrics, before })
      expect(both.startsWith(before.replace('# EOF\n', ''))).to.equal(true)
      expect(readMetricsPage(both, openMetrics ? 'openmetrics' : 'prometheus').size).to.equal(4)
    }
  })

  it('takes as many bounds and exemplars as a request can hold', () => {
    const exemplars = Array.from({ length: 200_000 }, (_, value) => exemplar(value))
    const bounds = Array.from({ length: 100_000 }, (_, bound) => bound)
    const bucketCounts = bounds.map(() => 1n)
    const took = histogram(cumulative, { count: 1n, bounds, bucketCounts, exemplars })
    const page = pageOf(metricsOf({}, [metricOf('took', took)]), { openMetrics: true }, { maxLines: 200_000 })
    expect(page.match(/ # \{/g)).to.have.length(100_001)
  })

  it('leaves the names of the span metrics to them', () => {
    const options = { namespace: 'traces.span.metrics', unit: 's' } as const
    const { total, duration } = spanMetricsNames(options)
    const named = metricsOf({}, [
      metricOf('traces.span.metrics.calls', sum(cumulative, true, { value: 1 })),
      metricOf('traces.span.metrics.duration', histogram(cumulative, { count: 1n }), { unit: 's' }),
      metricOf('other', gauge({ value: 1 })),
    ])
    expect(pageOf(named, {}, { reserved: new Set([total, duration]) })).to.equal(
      '# TYPE other gauge\nother 1\n',
    )
  })

  it('is well formed whatever arrives', () => {
    fc.assert(
      fc.property(anyMetrics, fc.boolean(), (any, openMetrics) => {
        const lines = pageOf(any, { openMetrics, sendTimestamps: true }).split('\n')
        expect(lines.at(-1)).to.equal('')
        for (const line of lines.slice(0, -1)) {
          expect(line).to.match(
            /^(?:# (?:HELP|TYPE) \S+ .*|# EOF|[a-zA-Z_:][a-zA-Z0-9_:]*(?:\{.*\})? (?:NaN|[+-]Inf|-?\d[\d.e+-]*)(?: [\d.]+)?(?: # .*)?)$/su,
          )
        }
      }),
      { numRuns: 300 },
    )
  })
})
