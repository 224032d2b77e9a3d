/** What a series shows: the last cumulative reading, made of OTLP points that are cumulative or deltas. */
import {
  numberOf,
  temporality,
  type ExponentialPoint,
  type HistogramPoint,
  type MetricData,
  type MetricExemplar,
  type MetricPoint,
  type NumberPoint,
  type SummaryPoint,
} from '../process/metric-model.ts'

export interface NumberReading {
  readonly kind: 'number'
  readonly value: number
  /** The latest one; counters only. */
  readonly exemplar: MetricExemplar | undefined
}

export interface HistogramReading {
  readonly kind: 'histogram'
  readonly count: number
  readonly sum: number | undefined
  /** Upper bounds, ascending, each once. */
  readonly bounds: readonly number[]
  /** Counts up to each bound, cumulated. */
  readonly cumulated: readonly number[]
  readonly exemplars: readonly MetricExemplar[]
}

export interface SummaryReading {
  readonly kind: 'summary'
  readonly count: number
  readonly sum: number
  readonly quantiles: readonly (readonly [quantile: number, value: number])[]
}

export type Reading = NumberReading | HistogramReading | SummaryReading

/** A reading with the time it covers, in nanoseconds since 1970. */
export interface Timed {
  readonly start: bigint
  readonly time: bigint
  readonly reading: Reading
}

/** Tells whether Prometheus can show a metric of this temporality; gauges and summaries have none. */
export function hasTemporality(data: MetricData): boolean {
  if (!('temporality' in data) || data.temporality === temporality.cumulative) return true
  return data.temporality === temporality.delta && !(data.kind === 'sum' && !data.isMonotonic)
}

/** Reads a point; an exponential histogram becomes its count and sum, for text has no native histograms. */
export function readPoint(data: MetricData, point: MetricPoint): Timed {
  return { start: point.start, time: point.time, reading: readingOf(data, point) }
}

function readingOf(data: MetricData, point: MetricPoint): Reading {
  if ('quantiles' in point) return summaryReading(point)
  if ('bucketCounts' in point) return histogramReading(point)
  if ('scale' in point) return exponentialReading(point)
  return numberReading(point, data.kind === 'sum' && data.isMonotonic)
}

function numberReading({ value, exemplars }: NumberPoint, isCounter: boolean): NumberReading {
  return { kind: 'number', value: numberOf(value), exemplar: isCounter ? exemplars.at(-1) : undefined }
}

function histogramReading(point: HistogramPoint): HistogramReading {
  const byBound = new Map<number, number>()
  // Of bounds that are given twice the first one's bucket counts, as upstream reads them.
  point.bounds.forEach((bound, index) => {
    if (!byBound.has(bound)) byBound.set(bound, Number(point.bucketCounts[index] ?? 0n))
  })
  byBound.delete(Number.POSITIVE_INFINITY)
  byBound.delete(Number.NaN)
  const bounds = [...byBound.keys()].sort((a, b) => a - b)
  let sum = 0
  const cumulated = bounds.map((bound) => (sum += byBound.get(bound) ?? 0))
  return { ...totals(point), kind: 'histogram', bounds, cumulated, exemplars: point.exemplars }
}

function exponentialReading(point: ExponentialPoint): HistogramReading {
  return { ...totals(point), kind: 'histogram', bounds: [], cumulated: [], exemplars: point.exemplars }
}

function totals({ count, sum }: HistogramPoint | ExponentialPoint) {
  return { count: Number(count), sum }
}

function summaryReading({ count, sum, quantiles }: SummaryPoint): SummaryReading {
  const byQuantile = new Map(quantiles.map(({ quantile, value }) => [quantile, value]))
  return { kind: 'summary', count: Number(count), sum, quantiles: [...byQuantile].sort(([a], [b]) => a - b) }
}

/**
 * Continues a series: a delta that begins where the series ends is added to it, as the Collector's `prometheus`
 * exporter does; what it cannot add replaces the series when it is newer.
 *
 * @returns undefined for a point that comes too late
 */
export function continueSeries(before: Timed, next: Timed, isDelta: boolean): Timed | undefined {
  if (!isDelta) return next.time < before.time ? undefined : next
  const isAligned = next.start === before.time
  if (next.reading.kind === 'histogram' && !isAligned) return next.start > before.time ? next : undefined
  if (next.time < before.time) return undefined
  return isAligned
    ? { start: before.start, time: next.time, reading: added(before.reading, next.reading) }
    : next
}

function added(before: Reading, next: Reading): Reading {
  if (before.kind === 'number' && next.kind === 'number') return { ...next, value: before.value + next.value }
  if (before.kind !== 'histogram' || next.kind !== 'histogram') return next
  const isSameLayout =
    before.bounds.length === next.bounds.length &&
    before.bounds.every((bound, index) => bound === next.bounds[index])
  if (!isSameLayout) return next
  const isSummed = before.sum !== undefined || next.sum !== undefined
  return {
    ...next,
    count: before.count + next.count,
    sum: isSummed ? (before.sum ?? 0) + (next.sum ?? 0) : undefined,
    cumulated: next.cumulated.map((count, index) => count + (before.cumulated[index] ?? 0)),
  }
}

/** Counts the lines a reading takes on a page. */
export function linesOf(reading: Reading): number {
  switch (reading.kind) {
    case 'number':
      return 1
    case 'histogram':
      return reading.bounds.length + 3
    case 'summary':
      return reading.quantiles.length + 2
  }
}
