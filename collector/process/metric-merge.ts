/**
 * Adds up points that nothing tells apart any more. Taking attributes away makes one series of several; without this
 * each of them would pass for the whole (OpenTelemetry metrics data model, "spatial reaggregation").
 */
import {
  isStale,
  numberOf,
  type ExponentialBuckets,
  type ExponentialPoint,
  type HistogramPoint,
  type Metric,
  type MetricData,
  type NumberPoint,
  type PointValue,
  type SummaryPoint,
} from './metric-model.ts'
import type { Attribute } from './model.ts'

/** Most buckets of a side; beyond, the scale is lowered (twice the default of the SDKs). */
const maxBuckets = 320

/** Merges points of equal attributes and time in place; the first one of each stays in its place. */
export function mergePoints({ data }: Metric): void {
  if (data === undefined || data.points.length < 2) return
  switch (data.kind) {
    case 'gauge':
      data.points = merged(data.points, keepLast)
      return
    case 'sum':
      data.points = merged(data.points, addNumber)
      return
    case 'histogram':
      data.points = merged(data.points, addHistogram)
      return
    case 'exponential_histogram':
      data.points = merged(data.points, addExponential)
      return
    case 'summary':
      data.points = merged(data.points, addSummary)
      return
  }
}

function merged<T extends MetricData['points'][number]>(
  points: readonly T[],
  add: (into: T, point: T) => void,
): T[] {
  const kept = new Map<string, T>()
  for (const point of points) {
    const key = `${point.time} ${identityOf(point.attributes)}`
    const first = kept.get(key)
    if (first === undefined) {
      kept.set(key, point)
      continue
    }
    // A series has ended only when all of its parts have; one that has is no part of the value.
    if (isStale(point)) continue
    if (isStale(first)) {
      kept.set(key, point)
      continue
    }
    add(first, point)
    if (point.start < first.start) first.start = point.start
    first.flags &= point.flags
    if (!('exemplars' in first) || !('exemplars' in point)) continue
    // One by one: there may be more of them than a call takes arguments.
    for (const exemplar of point.exemplars) first.exemplars.push(exemplar)
  }
  return [...kept.values()]
}

function identityOf(attributes: readonly Attribute[]): string {
  const sorted = [...attributes].sort((a, b) => (a.key < b.key ? -1 : 1))
  return JSON.stringify(sorted, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
}

/** Of levels measured apart no sum is the level of the whole. */
function keepLast(into: NumberPoint, point: NumberPoint): void {
  into.value = point.value
}

function addNumber(into: NumberPoint, point: NumberPoint): void {
  into.value = added(into.value, point.value)
}

function added(a: PointValue, b: PointValue): PointValue {
  if (a === undefined || b === undefined) return a ?? b
  if (typeof a === 'object' || typeof b === 'object') return { double: numberOf(a) + numberOf(b) }
  const whole = BigInt(a) + BigInt(b)
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : BigInt.asIntN(64, whole)
}

function addTotals(into: HistogramPoint | ExponentialPoint, point: HistogramPoint | ExponentialPoint): void {
  into.count = uint64(into.count + point.count)
  into.sum = combined(into.sum, point.sum, (a, b) => a + b)
  into.min = combined(into.min, point.min, Math.min)
  into.max = combined(into.max, point.max, Math.max)
}

function combined(
  a: number | undefined,
  b: number | undefined,
  combine: (a: number, b: number) => number,
): number | undefined {
  return a === undefined || b === undefined ? undefined : combine(a, b)
}

function addHistogram(into: HistogramPoint, point: HistogramPoint): void {
  addTotals(into, point)
  const isSameLayout =
    into.bounds.length === point.bounds.length &&
    into.bucketCounts.length === point.bucketCounts.length &&
    into.bounds.every((bound, index) => bound === point.bounds[index])
  // A histogram without buckets still has its count and its sum.
  into.bucketCounts = isSameLayout
    ? into.bucketCounts.map((count, index) => uint64(count + (point.bucketCounts[index] ?? 0n)))
    : []
  if (!isSameLayout) into.bounds = []
}

function addSummary(into: SummaryPoint, point: SummaryPoint): void {
  into.count = uint64(into.count + point.count)
  into.sum += point.sum
  into.quantiles = []
}

function addExponential(into: ExponentialPoint, point: ExponentialPoint): void {
  addTotals(into, point)
  into.zeroCount = uint64(into.zeroCount + point.zeroCount)
  into.zeroThreshold = Math.max(into.zeroThreshold, point.zeroThreshold)
  const scale = Math.min(
    sharedScale([into.positive, into.scale], [point.positive, point.scale]),
    sharedScale([into.negative, into.scale], [point.negative, point.scale]),
  )
  for (const side of ['positive', 'negative'] as const) {
    into[side] = addBuckets(
      lowered(into[side], into.scale - scale),
      lowered(point[side], point.scale - scale),
    )
  }
  into.scale = scale
}

type Scaled = readonly [buckets: ExponentialBuckets, scale: number]

/** Finds the finest scale at which both fit into the bound together. */
function sharedScale(a: Scaled, b: Scaled): number {
  let scale = Math.min(a[1], b[1])
  const ends = (at: number) =>
    [a, b]
      .filter(([{ counts }]) => counts.length > 0)
      .map(([{ offset, counts }, own]) => {
        const factor = 2 ** (own - at)
        return [Math.floor(offset / factor), Math.floor((offset + counts.length - 1) / factor)] as const
      })
  const width = (at: number) => {
    const found = ends(at)
    return Math.max(...found.map(([, last]) => last)) - Math.min(...found.map(([first]) => first)) + 1
  }
  while (width(scale) > maxBuckets) scale--
  return scale
}

function lowered({ offset, counts }: ExponentialBuckets, steps: number): ExponentialBuckets {
  if (steps === 0 || counts.length === 0) return { offset, counts }
  const factor = 2 ** steps
  const first = Math.floor(offset / factor)
  const found: bigint[] = []
  counts.forEach((count, index) => {
    const at = Math.floor((offset + index) / factor) - first
    found[at] = (found[at] ?? 0n) + count
  })
  return { offset: first, counts: found }
}

function addBuckets(a: ExponentialBuckets, b: ExponentialBuckets): ExponentialBuckets {
  if (a.counts.length === 0) return b
  if (b.counts.length === 0) return a
  const offset = Math.min(a.offset, b.offset)
  const end = Math.max(a.offset + a.counts.length, b.offset + b.counts.length)
  const counts = Array.from({ length: end - offset }, (_, index) =>
    uint64((a.counts[index + offset - a.offset] ?? 0n) + (b.counts[index + offset - b.offset] ?? 0n)),
  )
  return { offset, counts }
}

function uint64(value: bigint): bigint {
  return BigInt.asUintN(64, value)
}
