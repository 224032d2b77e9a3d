/**
 * Counts and times spans by service, name, kind and status, as the OpenTelemetry Collector's `span_metrics`
 * connector does: cumulative, with explicit buckets and exemplars.
 */
import { spanKindLabel, statusCodeLabel } from '../wire/names.ts'
import { textAttribute, type Attribute, type Batch, type Span } from './model.ts'
import { durationOf, serviceOf } from './summary.ts'

export interface Dimension {
  readonly name: string
  /** Value where neither span nor resource has it; absent leaves the label out. */
  readonly default?: string
}

export interface SpanMetricsOptions {
  /** Upper bounds in the unit of the histogram, ascending. */
  readonly buckets: readonly number[]
  readonly unit: 's' | 'ms'
  readonly dimensions: readonly Dimension[]
  /** Most series; spans beyond go into one overflow series. 0 means no limit. */
  readonly cardinalityLimit: number
  readonly exemplars: boolean
}

export interface Exemplar {
  readonly traceId: string
  readonly spanId: string
  readonly value: number
  /** Nanoseconds since 1970. */
  readonly time: bigint
}

export interface Series {
  readonly labels: readonly (readonly [string, string])[]
  calls: number
  /** Sum of durations in the unit. */
  sum: number
  /** Spans in each bucket, not cumulated; the last is above every bound. */
  readonly counts: Float64Array
  /** The latest exemplar of each bucket. */
  readonly exemplars: (Exemplar | undefined)[]
}

const overflowKey = '\u0000overflow'
const nanosPer = { s: 1e9, ms: 1e6 } as const

export class SpanMetrics {
  readonly #options: SpanMetricsOptions
  readonly #series = new Map<string, Series>()

  constructor(options: SpanMetricsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#series.size
  }

  /** Adds a batch. Resources without a service name are skipped, as upstream does. */
  add(batch: Batch<Span>): void {
    for (const { resource, scopes } of batch) {
      const service = serviceOf(resource.attributes)
      if (service === '') continue
      for (const { items } of scopes) {
        for (const span of items) this.#addSpan(service, resource.attributes, span)
      }
    }
  }

  /** Lists the series in the order in which they appeared. */
  series(): Iterable<Series> {
    return this.#series.values()
  }

  #addSpan(service: string, resource: readonly Attribute[], span: Span): void {
    const { dimensions, unit, exemplars } = this.#options
    let key = `${service}\u0000${span.name}\u0000${span.kind}\u0000${span.statusCode}`
    for (const dimension of dimensions) key += `\u0000${dimensionOf(dimension, span, resource) ?? '\u0001'}`
    const series = this.#series.get(key) ?? this.#create(key, service, resource, span)
    const value = Number(durationOf(span)) / nanosPer[unit]
    const bucket = this.#bucketOf(value)
    series.calls++
    series.sum += value
    // In bounds: there is one count more than there are bounds.
    series.counts[bucket] = (series.counts[bucket] as number) + 1
    if (exemplars && span.traceId !== '') {
      series.exemplars[bucket] = { traceId: span.traceId, spanId: span.spanId, value, time: span.end }
    }
  }

  #create(key: string, service: string, resource: readonly Attribute[], span: Span): Series {
    const { cardinalityLimit, dimensions } = this.#options
    const overflows = cardinalityLimit > 0 && this.#series.size >= cardinalityLimit
    if (overflows) {
      const existing = this.#series.get(overflowKey)
      if (existing !== undefined) return existing
    }
    const labels: (readonly [string, string])[] = overflows
      ? [['otel_metric_overflow', 'true']]
      : [
          ['service_name', service],
          ['span_name', span.name],
          ['span_kind', spanKindLabel(span.kind)],
          ['status_code', statusCodeLabel(span.statusCode)],
        ]
    for (const dimension of overflows ? [] : dimensions) {
      const value = dimensionOf(dimension, span, resource)
      if (value !== undefined) labels.push([dimension.name.replaceAll(/[^A-Za-z0-9_]/g, '_'), value])
    }
    const size = this.#options.buckets.length + 1
    const series: Series = {
      labels,
      calls: 0,
      sum: 0,
      counts: new Float64Array(size),
      exemplars: new Array<undefined>(size),
    }
    this.#series.set(overflows ? overflowKey : key, series)
    return series
  }

  /** Finds the first bucket whose bound is not below the value. */
  #bucketOf(value: number): number {
    const { buckets } = this.#options
    let bucket = 0
    // In bounds by the condition before it.
    while (bucket < buckets.length && value > (buckets[bucket] as number)) bucket++
    return bucket
  }
}

function dimensionOf(dimension: Dimension, span: Span, resource: readonly Attribute[]): string | undefined {
  const found = printable(span.attributes, dimension.name) ?? textAttribute(resource, dimension.name)
  return found ?? dimension.default
}

function printable(attributes: readonly Attribute[], key: string): string | undefined {
  for (const attribute of attributes) {
    if (attribute.key !== key) continue
    const { value } = attribute
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined
  }
  return undefined
}
