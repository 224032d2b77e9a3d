/** Exponential histograms of OTLP as native histograms of Prometheus (`prompb.Histogram`). */
import type { ExponentialBuckets, ExponentialPoint } from '../process/metric-model.ts'

/** Consecutive buckets; the offset counts from the end of the span before, that of the first from bucket 0. */
export interface BucketSpan {
  readonly offset: number
  length: number
}

export interface NativeBuckets {
  readonly spans: readonly BucketSpan[]
  /** Each count less the one before. */
  readonly deltas: readonly bigint[]
}

export interface NativeHistogram {
  readonly schema: number
  readonly zeroThreshold: number
  readonly zeroCount: bigint
  readonly count: bigint
  readonly sum: number
  readonly positive: NativeBuckets
  readonly negative: NativeBuckets
}

/** Prometheus' schemas; finer scales are merged down, coarser ones it does not know. */
const schemas = { lowest: -4, highest: 8 } as const
/** Where a point gives none (prometheus client libraries). */
const defaultZeroThreshold = 1e-128
/** Holes of up to so many buckets are filled with zeros, which costs less than a span. */
const widestHole = 2
/** Bucket numbers are signed 32-bit. */
const highestBucket = 2 ** 31 - 1

/** Converts a point, or answers undefined where Prometheus has no schema or bucket number for it. */
export function nativeHistogram(point: ExponentialPoint): NativeHistogram | undefined {
  if (point.scale < schemas.lowest) return undefined
  const merged = Math.max(0, point.scale - schemas.highest)
  const positive = nativeBuckets(point.positive, merged)
  const negative = nativeBuckets(point.negative, merged)
  if (positive === undefined || negative === undefined) return undefined
  return {
    schema: point.scale - merged,
    zeroThreshold: point.zeroThreshold === 0 ? defaultZeroThreshold : point.zeroThreshold,
    zeroCount: point.zeroCount,
    count: point.count,
    sum: point.sum ?? 0,
    positive,
    negative,
  }
}

function nativeBuckets(buckets: ExponentialBuckets, merged: number): NativeBuckets | undefined {
  const spans: BucketSpan[] = []
  const deltas: bigint[] = []
  let next = 0
  let before = 0n
  const append = (count: bigint) => {
    const span = spans.at(-1)
    if (span === undefined) return
    span.length++
    deltas.push(count - before)
    before = count
  }
  for (const [bucket, count] of filled(buckets, merged)) {
    if (Math.abs(bucket) > highestBucket) return undefined
    const hole = bucket - next
    if (spans.length === 0 || hole > widestHole) spans.push({ offset: hole, length: 0 })
    else for (let index = 0; index < hole; index++) append(0n)
    append(count)
    next = bucket + 1
  }
  return { spans, deltas }
}

/** Lists the buckets that hold something, 2^merged of them taken together, by Prometheus' numbers. */
function filled({ offset, counts }: ExponentialBuckets, merged: number): Map<number, bigint> {
  const found = new Map<number, bigint>()
  counts.forEach((count, index) => {
    if (count === 0n) return
    // Prometheus numbers a bucket by its upper bound, OTLP by its lower one.
    const bucket = Math.floor((offset + index) / 2 ** merged) + 1
    found.set(bucket, (found.get(bucket) ?? 0n) + count)
  })
  return found
}
