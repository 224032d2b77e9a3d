/**
 * What the `prometheus` exporter shows: the last reading of every series, as the OpenTelemetry Collector's keeps
 * them. It takes what the fence let pass; names and labels are translated when a series appears.
 */
import {
  isStale,
  temporality,
  type Metric,
  type MetricData,
  type MetricPoint,
} from '../process/metric-model.ts'
import { textAttribute, type Batch } from '../process/model.ts'
import { LabelBuilder, type Labels, type ResourceLabels, type ScopeLabels } from './prometheus-labels.ts'
import {
  createNamer,
  type MetricNamer,
  type NamedKind,
  type TranslationStrategy,
} from './prometheus-names.ts'
import { continueSeries, hasTemporality, linesOf, readPoint, type Timed } from './prometheus-readings.ts'

export interface PrometheusStoreSettings {
  /** Stands before every metric name. Default none. */
  readonly namespace: string
  /** Default UnderscoreEscapingWithSuffixes. */
  readonly translationStrategy: TranslationStrategy
  /** Labels of every series. Default none. */
  readonly constLabels: Readonly<Record<string, string>>
  readonly resourceConstantLabels: ResourceLabels
  /** Default false. */
  readonly withoutScopeInfo: boolean
  /** How long a series is shown without an update, in milliseconds. Default 5 min. */
  readonly metricExpiration: number
}

/** Why a point is not shown. */
export type StoreDrop =
  /** Nothing of the metric's name can stand in a name. */
  | 'name'
  /** Of a kind of data or a temporality that Prometheus has no type for. */
  | 'temporality'
  /** The name belongs to a metric of another type, or to this collector. */
  | 'type_conflict'
  /** Older than what is shown. */
  | 'older'
  /** The bound on series is reached. */
  | 'too_many'

export interface PrometheusStoreOptions extends PrometheusStoreSettings {
  /** Most lines of a page: a histogram takes one for each bucket. */
  readonly maxLines: number
  /** Names that others write on the same page. */
  readonly reserved: ReadonlySet<string>
  readonly onDropped: (reason: StoreDrop, points: number) => void
}

export type FamilyType = 'counter' | 'gauge' | 'unknown' | 'histogram' | 'summary'

/** A series; replaced, never changed, so that a page may be written from it later. */
export interface ShownSeries extends Timed {
  readonly labels: Labels
  readonly updatedMillis: number
}

export interface ShownFamily {
  readonly name: string
  readonly type: FamilyType
  /** Of the first metric of the name. */
  readonly help: string
  readonly series: ReadonlyMap<string, ShownSeries>
}

interface Family extends ShownFamily {
  readonly series: Map<string, ShownSeries>
}

/** A full store looks for what has expired at most once in this time. */
const expiryPauseMillis = 1_000

export class PrometheusStore {
  readonly #options: PrometheusStoreOptions
  readonly #namer: MetricNamer
  readonly #labels: LabelBuilder
  readonly #targetName: string
  readonly #families = new Map<string, Family>()
  /** Of `target_info`, by job and instance. */
  readonly #targets = new Map<string, ShownSeries>()
  #lines = 0
  #expiredMillis = 0

  constructor(options: PrometheusStoreOptions) {
    this.#options = options
    this.#namer = createNamer(options.translationStrategy, options.namespace)
    this.#labels = new LabelBuilder({
      namer: this.#namer,
      constLabels: options.constLabels,
      resourceLabels: options.resourceConstantLabels,
      withoutScopeInfo: options.withoutScopeInfo,
    })
    this.#targetName = this.#namer.metric('target_info', '', 'other')
  }

  /** Lines of a page, without HELP and TYPE. */
  get lines(): number {
    return this.#lines
  }

  /** Takes a batch that came at a time. */
  add(batch: Batch<Metric>, nowMillis: number): void {
    for (const { resource, scopes } of batch) {
      let isShown = false
      const parts = this.#labels.resource(resource)
      for (const { scope, schemaUrl, items } of scopes) {
        const shared = this.#labels.scope(parts, scope, schemaUrl)
        for (const metric of items) isShown = this.#addMetric(metric, shared, nowMillis) || isShown
      }
      const labels = isShown ? this.#labels.target(resource) : undefined
      if (labels !== undefined) this.#addTarget(labels, nowMillis)
    }
  }

  /** Lists what is shown at a time, by name; what has expired is forgotten. */
  families(nowMillis: number): ShownFamily[] {
    this.#expire(nowMillis)
    const shown: ShownFamily[] = [...this.#families.values()]
    if (this.#targets.size > 0) {
      shown.push({ name: this.#targetName, type: 'gauge', help: 'Target metadata', series: this.#targets })
    }
    return shown.sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Adds the points of a metric and tells whether one of them is shown. */
  #addMetric(metric: Metric, shared: ScopeLabels, nowMillis: number): boolean {
    const { data } = metric
    if (data === undefined || data.points.length === 0) return false
    const family = hasTemporality(data) ? this.#familyOf(metric, data) : 'temporality'
    if (typeof family === 'string') {
      this.#options.onDropped(family, data.points.length)
      return false
    }
    let isShown = false
    for (const point of data.points) {
      const labels = this.#labels.point(shared, point.attributes)
      const drop = this.#addPoint(family, { data, point, labels, nowMillis })
      if (drop !== undefined) this.#options.onDropped(drop, 1)
      isShown ||= drop === undefined
    }
    // Known from the first point that is shown: a family without series would be a name without a use.
    if (family.series.size > 0) this.#families.set(family.name, family)
    else this.#families.delete(family.name)
    return isShown
  }

  #familyOf(metric: Metric, data: MetricData): Family | StoreDrop {
    const type = typeOf(metric, data)
    const name = this.#namer.metric(metric.name, metric.unit, namedKind(data))
    if (name === '') return 'name'
    const known = this.#families.get(name)
    const isTaken = this.#options.reserved.has(name) || name === this.#targetName
    if (isTaken || (known !== undefined && known.type !== type)) return 'type_conflict'
    return known ?? { name, type, help: metric.description, series: new Map() }
  }

  #addPoint(family: Family, { data, point, labels, nowMillis }: Incoming): StoreDrop | undefined {
    const key = keyOf(labels)
    const before = family.series.get(key)
    if (isStale(point)) {
      this.#forget(family.series, key)
      return undefined
    }
    const isDelta = 'temporality' in data && data.temporality === temporality.delta
    const read = readPoint(data, point)
    const next = before === undefined ? read : continueSeries(before, read, isDelta)
    if (next === undefined) return 'older'
    const grows = linesOf(next.reading) - (before === undefined ? 0 : linesOf(before.reading))
    if (!this.#hasRoom(grows, nowMillis)) return 'too_many'
    this.#lines += grows
    family.series.set(key, { ...next, labels: before?.labels ?? labels, updatedMillis: nowMillis })
    return undefined
  }

  #addTarget(labels: Labels, nowMillis: number): void {
    const key = keyOf(labels.filter(([name]) => name === 'job' || name === 'instance'))
    const isKnown = this.#targets.has(key)
    if (!isKnown && !this.#hasRoom(1, nowMillis)) return
    if (!isKnown) this.#lines++
    const reading = { kind: 'number', value: 1, exemplar: undefined } as const
    this.#targets.set(key, { labels, start: 0n, time: 0n, reading, updatedMillis: nowMillis })
  }

  #hasRoom(lines: number, nowMillis: number): boolean {
    const { maxLines } = this.#options
    if (lines <= 0 || this.#lines + lines <= maxLines) return true
    if (nowMillis - this.#expiredMillis < expiryPauseMillis) return false
    this.#expire(nowMillis)
    return this.#lines + lines <= maxLines
  }

  #expire(nowMillis: number): void {
    this.#expiredMillis = nowMillis
    for (const [name, { series }] of this.#families) {
      this.#expireSeries(series, nowMillis)
      if (series.size === 0) this.#families.delete(name)
    }
    this.#expireSeries(this.#targets, nowMillis)
  }

  #expireSeries(series: Map<string, ShownSeries>, nowMillis: number): void {
    const oldest = nowMillis - this.#options.metricExpiration
    for (const [key, { updatedMillis }] of series) if (updatedMillis < oldest) this.#forget(series, key)
  }

  #forget(series: Map<string, ShownSeries>, key: string): void {
    const found = series.get(key)
    if (found === undefined) return
    series.delete(key)
    this.#lines -= linesOf(found.reading)
  }
}

interface Incoming {
  readonly data: MetricData
  readonly point: MetricPoint
  readonly labels: Labels
  readonly nowMillis: number
}

/** Quoting keeps values apart whatever is in them. */
function keyOf(labels: Labels): string {
  return JSON.stringify(labels)
}

function typeOf(metric: Metric, data: MetricData): FamilyType {
  switch (data.kind) {
    case 'gauge':
      return textAttribute(metric.metadata, 'prometheus.type') === 'unknown' ? 'unknown' : 'gauge'
    case 'sum':
      return data.isMonotonic ? 'counter' : 'gauge'
    case 'histogram':
    case 'exponential_histogram':
      return 'histogram'
    case 'summary':
      return 'summary'
  }
}

/** Tells what the name of a metric is translated as. */
export function namedKind(data: MetricData): NamedKind {
  if (data.kind === 'gauge') return 'gauge'
  return data.kind === 'sum' && data.isMonotonic ? 'counter' : 'other'
}
