/**
 * Metrics between decoding and encoding, as OTLP 1.x has them (`metrics/v1`). Objects are mutable: they belong to
 * one request. 64-bit counts are bigints, so that what came in goes out.
 */
import type { Attribute, Batch, DoubleValue } from './model.ts'

/** The value of a number point or an exemplar: whole (`as_int`), double (`as_double`) or not given. */
export type PointValue = number | bigint | DoubleValue | undefined

/** Numbers of `AggregationTemporality`. */
export const temporality = { unspecified: 0, delta: 1, cumulative: 2 } as const

/** Bit of `flags`: the series has no value at this time, it became stale. */
const noRecordedValue = 1

export interface MetricExemplar {
  /** Attributes that the aggregation left out. */
  attributes: Attribute[]
  /** Nanoseconds since 1970. */
  time: bigint
  value: PointValue
  /** Lower-case hex digits; empty where the measurement was not in a span. */
  spanId: string
  traceId: string
}

interface Point {
  attributes: Attribute[]
  /** Nanoseconds since 1970; 0 is unknown. */
  start: bigint
  time: bigint
  flags: number
}

export interface NumberPoint extends Point {
  value: PointValue
  exemplars: MetricExemplar[]
}

export interface HistogramPoint extends Point {
  count: bigint
  sum: number | undefined
  min: number | undefined
  max: number | undefined
  /** Counts of each bucket alone; one more than there are bounds, or none at all. */
  bucketCounts: bigint[]
  /** Upper bounds, ascending. */
  bounds: number[]
  exemplars: MetricExemplar[]
}

/** Dense buckets of an exponential histogram; bucket i covers (base^(offset+i), base^(offset+i+1)]. */
export interface ExponentialBuckets {
  offset: number
  counts: bigint[]
}

export interface ExponentialPoint extends Point {
  count: bigint
  sum: number | undefined
  min: number | undefined
  max: number | undefined
  /** The base is 2^(2^-scale). */
  scale: number
  zeroCount: bigint
  zeroThreshold: number
  positive: ExponentialBuckets
  negative: ExponentialBuckets
  exemplars: MetricExemplar[]
}

export interface Quantile {
  /** From 0 to 1. */
  quantile: number
  value: number
}

export interface SummaryPoint extends Point {
  count: bigint
  sum: number
  quantiles: Quantile[]
}

export interface GaugeData {
  readonly kind: 'gauge'
  points: NumberPoint[]
}

export interface SumData {
  readonly kind: 'sum'
  points: NumberPoint[]
  temporality: number
  isMonotonic: boolean
}

export interface HistogramData {
  readonly kind: 'histogram'
  points: HistogramPoint[]
  temporality: number
}

export interface ExponentialData {
  readonly kind: 'exponential_histogram'
  points: ExponentialPoint[]
  temporality: number
}

export interface SummaryData {
  readonly kind: 'summary'
  points: SummaryPoint[]
}

export type MetricData = GaugeData | SumData | HistogramData | ExponentialData | SummaryData
export type MetricPoint = MetricData['points'][number]

export interface Metric {
  name: string
  description: string
  /** UCUM, e.g. `s` or `By`. */
  unit: string
  metadata: Attribute[]
  /** Absent where a newer kind of data came that this version does not know. */
  data: MetricData | undefined
}

export function emptyMetric(): Metric {
  return { name: '', description: '', unit: '', metadata: [], data: undefined }
}

export function emptyExemplar(): MetricExemplar {
  return { attributes: [], time: 0n, value: undefined, spanId: '', traceId: '' }
}

export function emptyNumberPoint(): NumberPoint {
  return { attributes: [], start: 0n, time: 0n, flags: 0, value: undefined, exemplars: [] }
}

export function emptyHistogramPoint(): HistogramPoint {
  return {
    attributes: [],
    start: 0n,
    time: 0n,
    flags: 0,
    count: 0n,
    sum: undefined,
    min: undefined,
    max: undefined,
    bucketCounts: [],
    bounds: [],
    exemplars: [],
  }
}

export function emptyExponentialPoint(): ExponentialPoint {
  return {
    attributes: [],
    start: 0n,
    time: 0n,
    flags: 0,
    count: 0n,
    sum: undefined,
    min: undefined,
    max: undefined,
    scale: 0,
    zeroCount: 0n,
    zeroThreshold: 0,
    positive: { offset: 0, counts: [] },
    negative: { offset: 0, counts: [] },
    exemplars: [],
  }
}

export function emptySummaryPoint(): SummaryPoint {
  return { attributes: [], start: 0n, time: 0n, flags: 0, count: 0n, sum: 0, quantiles: [] }
}

/** Lists the points of a metric, whatever its kind. */
export function pointsOf(metric: Metric): readonly MetricPoint[] {
  return metric.data?.points ?? []
}

/** Tells whether a point only says that its series has ended. */
export function isStale(point: MetricPoint): boolean {
  return (point.flags & noRecordedValue) !== 0
}

/** Converts a point's or exemplar's value to a double; what is not given counts as 0, as protobuf reads it. */
export function numberOf(value: PointValue): number {
  if (value === undefined) return 0
  return typeof value === 'object' ? value.double : Number(value)
}

/** Counts the data points of a batch, which are its items. */
export function countPoints(batch: Batch<Metric>): number {
  let count = 0
  for (const { scopes } of batch) {
    for (const { items } of scopes) for (const metric of items) count += pointsOf(metric).length
  }
  return count
}
