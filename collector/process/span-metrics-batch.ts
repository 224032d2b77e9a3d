/**
 * Span metrics as OTLP metrics, with the names and attributes of the OpenTelemetry Collector's `span_metrics` connector.
 * Of the resources of the spans only the name of the service is kept.
 */
import {
  emptyExemplar,
  emptyHistogramPoint,
  emptyMetric,
  emptyNumberPoint,
  temporality,
  type HistogramPoint,
  type Metric,
  type MetricExemplar,
  type NumberPoint,
} from './metric-model.ts'
import { emptyScope, type Attribute, type Batch } from './model.ts'
import type { Exemplar, Series, SpanMetrics } from './span-metrics.ts'

export interface SpanMetricsBatchOptions {
  readonly namespace: string
  readonly unit: 's' | 'ms'
  /** Upper bounds in the unit. */
  readonly buckets: readonly number[]
  /** When counting began, in milliseconds. */
  readonly startMillis: number
  readonly nowMillis: number
  /** Exemplars that were named before, which are left out; those that are named now are added. */
  readonly named: WeakSet<Exemplar>
}

/** As the reference engine names it. */
const scopeName = 'spanmetricsconnector'

/** Gives all series as they are now, cumulative, by service. */
export function spanMetricsBatch(metrics: SpanMetrics, options: SpanMetricsBatchOptions): Batch<Metric> {
  const byService = Map.groupBy(metrics.series(), serviceOfSeries)
  return [...byService].map(([service, series]) => ({
    resource: {
      attributes: service === undefined ? [] : [{ key: 'service.name', value: service }],
      droppedAttributes: 0,
    },
    schemaUrl: '',
    scopes: [
      { scope: { ...emptyScope(), name: scopeName }, schemaUrl: '', items: metricsOf(series, options) },
    ],
  }))
}

/** Absent for the series of what is beyond the bound, which is of no service. */
function serviceOfSeries({ attributes }: Series): string | undefined {
  return attributes.find(([key]) => key === 'service.name')?.[1]
}

function metricsOf(series: readonly Series[], options: SpanMetricsBatchOptions): Metric[] {
  const { namespace, unit } = options
  const shared = { temporality: temporality.cumulative }
  const shown = series.map((each) => ({ series: each, exemplars: exemplarsOf(each, options.named) }))
  const calls = shown.map((each) => callsOf(each, options))
  const durations = shown.map((each) => durationOf(each, options))
  return [
    {
      ...emptyMetric(),
      name: `${namespace}.calls`,
      data: { kind: 'sum', ...shared, isMonotonic: true, points: calls },
    },
    {
      ...emptyMetric(),
      name: `${namespace}.duration`,
      unit,
      data: { kind: 'histogram', ...shared, points: durations },
    },
  ]
}

interface Shown {
  readonly series: Series
  readonly exemplars: readonly MetricExemplar[]
}

function callsOf({ series, exemplars }: Shown, options: SpanMetricsBatchOptions): NumberPoint {
  return {
    ...emptyNumberPoint(),
    ...sharedOf(series, options),
    value: series.calls,
    exemplars: [...exemplars],
  }
}

function durationOf({ series, exemplars }: Shown, options: SpanMetricsBatchOptions): HistogramPoint {
  return {
    ...emptyHistogramPoint(),
    ...sharedOf(series, options),
    count: BigInt(series.calls),
    sum: series.sum,
    bucketCounts: [...series.counts].map(BigInt),
    bounds: [...options.buckets],
    exemplars: [...exemplars],
  }
}

function sharedOf({ attributes }: Series, { startMillis, nowMillis }: SpanMetricsBatchOptions) {
  return {
    attributes: attributes.map(([key, value]): Attribute => ({
      key,
      value: key === overflow ? true : value,
    })),
    start: BigInt(startMillis) * 1_000_000n,
    time: BigInt(nowMillis) * 1_000_000n,
  }
}

const overflow = 'otel.metric.overflow'

/** Those that are new: a trace is an example of the time it was seen in. */
function exemplarsOf({ exemplars }: Series, named: WeakSet<Exemplar>): MetricExemplar[] {
  const found = exemplars.filter(
    (exemplar): exemplar is Exemplar => exemplar !== undefined && !named.has(exemplar),
  )
  for (const exemplar of found) named.add(exemplar)
  return found.map(({ traceId, spanId, value, time }) => ({
    ...emptyExemplar(),
    traceId,
    spanId,
    time,
    value: { double: value },
  }))
}
