/**
 * Counts and times spans by service, name, kind and status, as the OpenTelemetry Collector's `span_metrics`
 * connector does: cumulative, with explicit buckets and exemplars.
 */
import { spanKindLabel, statusCodeLabel } from '../wire/names.ts'
import { emptySpan, textAttribute, type Attribute, type Batch, type Span } from './model.ts'
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
  /** Absent: no dimension names a group of people. */
  readonly smallCells?: SmallCells
}

/** What is kept back because it is of few people. */
export interface SmallCells {
  /** Dimensions that name groups of people. */
  readonly keys: ReadonlySet<string>
  /** Fewest people a series of a group is shown for. */
  readonly floor: number
}

/** Attributes that tell people apart, as pseudonyms; the first that a span has counts. */
const personKeys = ['enduser.pseudo.id', 'enduser.id', 'user.id'] as const

export interface Exemplar {
  readonly traceId: string
  readonly spanId: string
  readonly value: number
  /** Nanoseconds since 1970. */
  readonly time: bigint
}

export interface Series {
  /** By the names that OpenTelemetry has. */
  readonly attributes: readonly (readonly [string, string])[]
  /** The same by the names that Prometheus has. */
  readonly labels: readonly (readonly [string, string])[]
  calls: number
  /** Sum of durations in the unit. */
  sum: number
  /** Spans in each bucket, not cumulated; the last is above every bound. */
  readonly counts: Float64Array
  /** The latest exemplar of each bucket. */
  readonly exemplars: (Exemplar | undefined)[]
  /** Those it is of so far, while it is of a group and they are too few to show it. */
  people?: Set<string> | undefined
}

/** A span as it went by, without objects of its own. */
export interface SeenSpan {
  /** Never empty. */
  readonly service: string
  /** Holds the name and what is remembered with it; undefined for a span without a name. */
  readonly name: { readonly text: string; memo?: SeriesMemo } | undefined
  readonly kind: number
  readonly status: number
  /** Nanoseconds. */
  readonly duration: number
  /** Behind the trace id in the request; 0 without one. */
  readonly traceAt: number
  /** Behind the span id in the request; 0 without one. */
  readonly spanAt: number
  /** When it ended, nanoseconds since 1970 in two halves. */
  readonly endHigh: number
  readonly endLow: number
}

export type SeenSpans = SeenSpan[]

/** Series of the spans of one name in one service, by kind and status. */
export interface SeriesMemo {
  /** Whose series they are: several connectors may see the same spans. */
  readonly owner: SpanMetrics
  readonly service: string
  readonly series: (Series | undefined)[]
}

const overflowKey = '\u0000overflow'
const nanosPer = { s: 1e9, ms: 1e6 } as const

export class SpanMetrics {
  readonly #options: SpanMetricsOptions
  readonly #series = new Map<string, Series>()

  constructor(options: SpanMetricsOptions) {
    this.#options = options
  }

  /** False where labels come from attributes: then spans have to be read whole. */
  get takesSeen(): boolean {
    return this.#options.dimensions.length === 0
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

  /**
   * Adds spans that went by.
   *
   * @param request the bytes their places are in
   */
  addSeen(spans: SeenSpans, request: Buffer): void {
    const latest = new Map<Series, SeenSpan[]>()
    for (const span of spans) {
      const series = this.#seriesOfSeen(span)
      const bucket = this.#count(series, span.duration / nanosPer[this.#options.unit])
      if (!this.#options.exemplars || span.traceAt === 0) continue
      const ofSeries = latest.get(series) ?? []
      ofSeries[bucket] = span
      latest.set(series, ofSeries)
    }
    for (const [series, ofSeries] of latest) {
      // Buckets without a span are holes.
      ofSeries.forEach((span, bucket) => (series.exemplars[bucket] = this.#exemplarOf(span, request)))
    }
  }

  /** Lists the series that may be shown, in the order in which they appeared. */
  series(): Iterable<Series> {
    return this.#series.values().filter(({ people }) => people === undefined)
  }

  /** How many series are kept back because they are of too few people. */
  get keptBack(): number {
    return this.#series.values().reduce((sum, { people }) => sum + (people === undefined ? 0 : 1), 0)
  }

  #addSpan(service: string, resource: readonly Attribute[], span: Span): void {
    const { dimensions, unit, exemplars } = this.#options
    let key = `${service}\u0000${span.name}\u0000${span.kind}\u0000${span.statusCode}`
    for (const dimension of dimensions) key += `\u0000${dimensionOf(dimension, span, resource) ?? '\u0001'}`
    const series = this.#series.get(key) ?? this.#create(key, service, resource, span)
    if (series.people !== undefined) this.#meet(series, series.people, span, resource)
    const value = Number(durationOf(span)) / nanosPer[unit]
    const bucket = this.#count(series, value)
    if (exemplars && span.traceId !== '') {
      series.exemplars[bucket] = { traceId: span.traceId, spanId: span.spanId, value, time: span.end }
    }
  }

  /** A span that names nobody may be of anybody who was met before. */
  #meet(series: Series, people: Set<string>, span: Span, resource: readonly Attribute[]): void {
    const person = personKeys
      .values()
      .map((key) => printable(span.attributes, key) ?? textAttribute(resource, key))
      .find((id) => id !== undefined)
    if (person !== undefined) people.add(person)
    // From now on it is shown, and nobody needs to be remembered.
    if (people.size >= (this.#options.smallCells?.floor ?? 0)) series.people = undefined
  }

  /** Counts a span and answers its bucket. */
  #count(series: Series, value: number): number {
    const bucket = this.#bucketOf(value)
    series.calls++
    series.sum += value
    // In bounds: there is one count more than there are bounds.
    series.counts[bucket] = (series.counts[bucket] as number) + 1
    return bucket
  }

  #seriesOfSeen({ service, name, kind, status }: SeenSpan): Series {
    const isUsual = kind < 6 && status < 4
    const place = 4 * kind + status
    const memo = name?.memo?.owner === this && name.memo.service === service ? name.memo : undefined
    const known = isUsual ? memo?.series[place] : undefined
    if (known !== undefined) return known
    const text = name?.text ?? ''
    const key = `${service}\u0000${text}\u0000${kind}\u0000${status}`
    const series =
      this.#series.get(key) ??
      this.#create(key, service, [], { ...emptySpan(), name: text, kind, statusCode: status })
    if (name === undefined || !isUsual) return series
    const kept = (name.memo = memo ?? { owner: this, service, series: [] })
    kept.series[place] = series
    return series
  }

  #exemplarOf({ duration, traceAt, spanAt, endHigh, endLow }: SeenSpan, request: Buffer): Exemplar {
    return {
      traceId: request.toString('hex', traceAt - 16, traceAt),
      spanId: spanAt === 0 ? '' : request.toString('hex', spanAt - 8, spanAt),
      value: duration / nanosPer[this.#options.unit],
      time: (BigInt(endHigh) << 32n) | BigInt(endLow),
    }
  }

  #create(key: string, service: string, resource: readonly Attribute[], span: Span): Series {
    const { cardinalityLimit, dimensions, smallCells } = this.#options
    const overflows = cardinalityLimit > 0 && this.#series.size >= cardinalityLimit
    if (overflows) {
      const existing = this.#series.get(overflowKey)
      if (existing !== undefined) return existing
    }
    const attributes: (readonly [string, string])[] = overflows
      ? [['otel.metric.overflow', 'true']]
      : [
          ['service.name', service],
          ['span.name', span.name],
          ['span.kind', spanKindLabel(span.kind)],
          ['status.code', statusCodeLabel(span.statusCode)],
        ]
    for (const dimension of overflows ? [] : dimensions) {
      const value = dimensionOf(dimension, span, resource)
      if (value !== undefined) attributes.push([dimension.name, value])
    }
    const isOfGroup = attributes.some(([name]) => smallCells?.keys.has(name) === true)
    const size = this.#options.buckets.length + 1
    const series: Series = {
      attributes,
      labels: attributes.map(([name, value]) => [name.replaceAll(/[^A-Za-z0-9_]/g, '_'), value]),
      calls: 0,
      sum: 0,
      counts: new Float64Array(size),
      exemplars: new Array<undefined>(size),
      ...(isOfGroup ? { people: new Set() } : {}),
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
