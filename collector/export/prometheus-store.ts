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
  /** The bound on lines or on characters is reached. */
  | 'too_many'

export interface PrometheusStoreOptions extends PrometheusStoreSettings {
  /** Most lines of a page: a histogram takes one for each bucket. */
  readonly maxLines: number
  /** Most characters of the names, labels and help on it; what else is in a line has a length of its own. */
  readonly maxCharacters: number
  /** Names that others write on the same page. */
  readonly reserved: ReadonlySet<string>
  readonly onDropped: (reason: StoreDrop, points: number) => void
}

export type FamilyType = 'counter' | 'gauge' | 'unknown' | 'histogram' | 'summary'

/** A series; replaced, never changed, so that a page may be written from it later. */
export interface ShownSeries extends Timed {
  readonly labels: Labels
  /** Of names and labels, on all of its lines together. */
  readonly characters: number
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
  /** Of its name, on each line. */
  readonly nameCharacters: number
  /** Of what stands above its lines. */
  readonly headCharacters: number
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
  #characters = 0
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

  /** Characters of the names, labels and help on a page. */
  get characters(): number {
    return this.#characters
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
    this.#settleFamily(family)
    return isShown
  }

  /** A family is known from the first point that is shown: without series it would be a name without a use. */
  #settleFamily(family: Family): void {
    const { name, series, headCharacters } = family
    const isKnown = this.#families.has(name)
    if (isKnown === series.size > 0) return
    this.#characters += isKnown ? -headCharacters : headCharacters
    if (isKnown) this.#families.delete(name)
    else this.#families.set(name, family)
  }

  #familyOf(metric: Metric, data: MetricData): Family | StoreDrop {
    const type = typeOf(metric, data)
    const name = this.#namer.metric(metric.name, metric.unit, namedKind(data))
    if (name === '') return 'name'
    const known = this.#families.get(name)
    const isTaken = this.#options.reserved.has(name) || name === this.#targetName
    if (isTaken || (known !== undefined && known.type !== type)) return 'type_conflict'
    if (known !== undefined) return known
    const help = metric.description
    const nameCharacters = escapedLength(name)
    // The name stands in HELP and in TYPE.
    const headCharacters = 2 * nameCharacters + escapedLength(help)
    return { name, type, help, series: new Map(), nameCharacters, headCharacters }
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
    const lines = linesOf(next.reading)
    // The key is the labels with at least as much around them as they have on a line.
    const characters = lines * (family.nameCharacters + key.length)
    if (!this.#takesRoom({ family, key, lines, characters }, nowMillis)) return 'too_many'
    family.series.set(key, {
      ...next,
      labels: before?.labels ?? labels,
      characters,
      updatedMillis: nowMillis,
    })
    return undefined
  }

  #addTarget(labels: Labels, nowMillis: number): void {
    const key = keyOf(labels.filter(([name]) => name === 'job' || name === 'instance'))
    const characters = this.#targetName.length + keyOf(labels).length
    const family = { series: this.#targets, headCharacters: 0 }
    if (!this.#takesRoom({ family, key, lines: 1, characters }, nowMillis)) return
    const reading = { kind: 'number', value: 1, exemplar: undefined } as const
    this.#targets.set(key, { labels, characters, start: 0n, time: 0n, reading, updatedMillis: nowMillis })
  }

  /** Takes the room for a series in place of what it has; false where there is not so much. */
  #takesRoom(wanted: Room, nowMillis: number): boolean {
    let grows = this.#growthFor(wanted)
    if (!this.#fits(grows)) {
      if (nowMillis - this.#expiredMillis < expiryPauseMillis) return false
      this.#expire(nowMillis)
      // The series itself may be among what has expired.
      grows = this.#growthFor(wanted)
      if (!this.#fits(grows)) return false
    }
    this.#lines += grows.lines
    this.#characters += grows.characters
    return true
  }

  #growthFor({ family, key, lines, characters }: Room): Growth {
    const before = family.series.get(key)
    return {
      lines: lines - (before === undefined ? 0 : linesOf(before.reading)),
      characters: characters - (before?.characters ?? 0),
      head: family.series.size === 0 ? family.headCharacters : 0,
    }
  }

  #fits({ lines, characters, head }: Growth): boolean {
    const { maxLines, maxCharacters } = this.#options
    const fitsLines = lines <= 0 || this.#lines + lines <= maxLines
    const more = characters + head
    return fitsLines && (more <= 0 || this.#characters + more <= maxCharacters)
  }

  #expire(nowMillis: number): void {
    this.#expiredMillis = nowMillis
    for (const family of this.#families.values()) {
      this.#expireSeries(family.series, nowMillis)
      this.#settleFamily(family)
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
    this.#characters -= found.characters
  }
}

/** What a series wants of the page. */
interface Room {
  readonly family: Pick<Family, 'series' | 'headCharacters'>
  readonly key: string
  readonly lines: number
  /** Of its names and labels. */
  readonly characters: number
}

/** What a point would add to the page. */
interface Growth {
  readonly lines: number
  readonly characters: number
  /** Characters above the lines of a family that is not there yet. */
  readonly head: number
}

interface Incoming {
  readonly data: MetricData
  readonly point: MetricPoint
  readonly labels: Labels
  readonly nowMillis: number
}

/** Counts the characters of a text as it stands on a page, in quotes. */
function escapedLength(text: string): number {
  return JSON.stringify(text).length
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
