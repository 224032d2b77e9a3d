/**
 * OTLP metrics as the series of a remote write (Prometheus Remote-Write 1.0), as the Collector's
 * `prometheusremotewrite` exporter makes them. What is not cumulative is left out.
 */
import {
  isStale,
  numberOf,
  temporality,
  type ExponentialPoint,
  type HistogramPoint,
  type Metric,
  type MetricData,
  type MetricExemplar,
  type MetricPoint,
  type NumberPoint,
  type SummaryPoint,
} from '../process/metric-model.ts'
import type { Batch } from '../process/model.ts'
import { LabelBuilder, valueText, type Labels, type ScopeLabels } from './prometheus-labels.ts'
import { createNamer, type MetricNamer, type TranslationStrategy } from './prometheus-names.ts'
import { namedKind } from './prometheus-store.ts'
import { nativeHistogram } from './remote-write-histogram.ts'
import { SeriesRoom, type ScopeRoom } from './remote-write-room.ts'
import { SeriesSet, type LabelledSeries, type RemoteExemplar, type RemoteSeries } from './remote-write-set.ts'

export interface SeriesSettings {
  /** Stands before every metric name. Default none. */
  readonly namespace: string
  /** Default UnderscoreEscapingWithSuffixes. */
  readonly translationStrategy: TranslationStrategy
  /** Labels of every series. Default none. */
  readonly externalLabels: Readonly<Record<string, string>>
  /** Whether `target_info` is written. Default true. */
  readonly targetInfo: { readonly enabled: boolean }
}

/** Characters of the labels of an exemplar (OpenMetrics 1.0, §Exemplars). */
const maxExemplarCharacters = 128

/** Why points make no series: Prometheus has no form for them, or the batch has too many series before them. */
export type SeriesDrop = 'unsupported' | 'queue_full'

/** Makes series of a batch; `onDropped` is told of points that make none. */
export class SeriesBuilder {
  readonly #namer: MetricNamer
  readonly #labels: LabelBuilder
  readonly #targetInfo: boolean
  readonly #onDropped: (where: SeriesDrop, points: number) => void

  constructor(settings: SeriesSettings, onDropped: (where: SeriesDrop, points: number) => void) {
    this.#namer = createNamer(settings.translationStrategy, settings.namespace)
    this.#labels = new LabelBuilder({
      namer: this.#namer,
      constLabels: settings.externalLabels,
      resourceLabels: { included: [], excluded: [] },
      withoutScopeInfo: false,
    })
    this.#targetInfo = settings.targetInfo.enabled
    this.#onDropped = onDropped
  }

  /** Builds the series of a batch, the samples of each by time. */
  build(batch: Batch<Metric>): RemoteSeries[] {
    const set = new SeriesSet()
    const room = new SeriesRoom()
    for (const { resource, scopes } of batch) {
      let latest = 0
      const parts = this.#labels.resource(resource)
      for (const { scope, schemaUrl, items } of scopes) {
        const shared = this.#labels.scope(parts, scope, schemaUrl)
        const into = { set, shared, room: room.of(shared) }
        for (const metric of items) latest = Math.max(latest, this.#addMetric(into, metric))
      }
      const target = this.#targetInfo && latest > 0 ? this.#labels.target(resource) : undefined
      // A target of which nothing but its name is known needs no series.
      if (target === undefined || target.every(([name]) => name === 'job' || name === 'instance')) continue
      const name = this.#namer.metric('target_info', '', 'other')
      set.of(target).at(name).samples.push({ value: 1, timeMillis: latest })
    }
    return set.sorted()
  }

  /** Adds the points of a metric and returns the time of the latest. */
  #addMetric({ set, shared, room }: Into, metric: Metric): number {
    const { data } = metric
    if (data === undefined) return 0
    const name = this.#namer.metric(metric.name, metric.unit, namedKind(data))
    if (name === '' || !isCumulative(data)) {
      this.#onDropped('unsupported', data.points.length)
      return 0
    }
    let latest = 0
    for (const point of data.points) {
      if (!room.take(point)) {
        this.#onDropped('queue_full', 1)
        continue
      }
      const writer = new PointWriter(set.of(this.#labels.point(shared, point.attributes)), { name, point })
      if (!writer.write(this.#exemplarsOf(data, point))) this.#onDropped('unsupported', 1)
      latest = Math.max(latest, millisOf(point.time))
    }
    return latest
  }

  #exemplarsOf(data: MetricData, point: MetricPoint): RemoteExemplar[] {
    if (!('exemplars' in point) || data.kind === 'gauge') return []
    return point.exemplars.map((exemplar) => this.#exemplarOf(exemplar))
  }

  #exemplarOf({ traceId, spanId, attributes, value, time }: MetricExemplar): RemoteExemplar {
    const ids: Labels = [['span_id', spanId] as const, ['trace_id', traceId] as const].filter(
      ([, id]) => id !== '',
    )
    const more = attributes.map(({ key, value: own }) => [this.#namer.label(key), valueText(own)] as const)
    const all = new Map([...more.filter(([name]) => name !== ''), ...ids])
    let characters = 0
    for (const [name, own] of all) characters += charactersOf(name) + charactersOf(own)
    // Where the attributes do not fit, the ids alone do.
    const labels = characters > maxExemplarCharacters ? ids : [...all].sort(([a], [b]) => (a < b ? -1 : 1))
    return { labels, value: numberOf(value), timeMillis: millisOf(time) }
  }
}

interface Into {
  readonly set: SeriesSet
  readonly shared: ScopeLabels
  readonly room: ScopeRoom
}

/** Adds one by one: there may be more of them than a call takes arguments. */
function addAll(list: RemoteExemplar[], more: readonly RemoteExemplar[]): void {
  for (const one of more) list.push(one)
}

function charactersOf(text: string): number {
  return Array.from(text).length
}

function isCumulative(data: MetricData): boolean {
  return !('temporality' in data) || data.temporality === temporality.cumulative
}

interface Named {
  readonly name: string
  readonly point: MetricPoint
}

/** Writes the series of one point. */
class PointWriter {
  readonly #series: LabelledSeries
  readonly #named: Named
  readonly #timeMillis: number
  readonly #isStale: boolean

  constructor(series: LabelledSeries, named: Named) {
    this.#series = series
    this.#named = named
    this.#timeMillis = millisOf(named.point.time)
    this.#isStale = isStale(named.point)
  }

  /** Writes the point and tells whether Prometheus has a form for it. */
  write(exemplars: readonly RemoteExemplar[]): boolean {
    const { point } = this.#named
    if ('scale' in point) return this.#native(point, exemplars)
    if ('bucketCounts' in point) this.#histogram(point, exemplars)
    else if ('quantiles' in point) this.#summary(point)
    else this.#number(point, exemplars)
    return true
  }

  #number({ value }: NumberPoint, exemplars: readonly RemoteExemplar[]): void {
    const series = this.#sample('', numberOf(value))
    addAll(series.exemplars, exemplars)
    series.points++
  }

  #histogram(
    { count, sum, bounds, bucketCounts }: HistogramPoint,
    exemplars: readonly RemoteExemplar[],
  ): void {
    if (sum !== undefined) this.#sample('_sum', sum)
    this.#sample('_count', Number(count)).points++
    const waiting = exemplars.filter(({ value }) => !Number.isNaN(value)).sort((a, b) => a.value - b.value)
    let taken = 0
    let cumulated = 0n
    // Bounds ascend and so do the values: one walk over both, however many there are.
    const mark = (series: RemoteSeries, bound: number) => {
      for (let next = waiting[taken]; next !== undefined && next.value <= bound; next = waiting[++taken]) {
        series.exemplars.push(next)
      }
    }
    bounds.slice(0, bucketCounts.length).forEach((bound, index) => {
      cumulated += bucketCounts[index] ?? 0n
      if (bound === Number.POSITIVE_INFINITY) return
      mark(this.#sample('_bucket', Number(cumulated), ['le', decimalText(bound)]), bound)
    })
    mark(this.#sample('_bucket', Number(count), ['le', '+Inf']), Number.POSITIVE_INFINITY)
  }

  #native(point: ExponentialPoint, exemplars: readonly RemoteExemplar[]): boolean {
    const histogram = nativeHistogram(point)
    if (histogram === undefined) return false
    const series = this.#series.at(this.#named.name)
    series.histograms.push({ histogram, isStale: this.#isStale, timeMillis: this.#timeMillis })
    addAll(series.exemplars, exemplars)
    series.points++
    return true
  }

  #summary({ count, sum, quantiles }: SummaryPoint): void {
    this.#sample('_sum', sum)
    this.#sample('_count', Number(count)).points++
    for (const { quantile, value } of quantiles) this.#sample('', value, ['quantile', decimalText(quantile)])
  }

  #sample(ending: string, value: number, extra?: Labels[number]): RemoteSeries {
    const series = this.#series.at(this.#named.name + ending, extra)
    series.samples.push({ value: this.#isStale ? 'stale' : value, timeMillis: this.#timeMillis })
    return series
  }
}

function millisOf(nanos: bigint): number {
  return Number(nanos / 1_000_000n)
}

/** Writes a bound without an exponent, as the reference does: `le` is compared as text. */
function decimalText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  if (value === Number.NEGATIVE_INFINITY) return '-Inf'
  const [, sign = '', whole = '', fraction = '', exponent = ''] =
    /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(String(value)) ?? []
  if (exponent === '') return String(value)
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return sign + digits.padEnd(point, '0')
}
