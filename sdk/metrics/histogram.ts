/**
 * A histogram with exemplars behind prom-client's registry. prom-client's own looks a series up by a string
 * it builds from the labels for every observation; here a series is looked up once and then kept.
 */
import type { HistogramSpec } from '../../contracts/metrics/define.ts'
import type { LabelFolder, Labels } from './fold.ts'

/** Source of an exemplar: read when the metrics are scraped, not when they are observed. */
export interface ExemplarSource {
  readonly spanContext: () => { readonly traceId: string; readonly spanId: string }
}

interface Exemplar {
  readonly source: ExemplarSource
  readonly value: number
  readonly seconds: number
}

/** Youngest age at which an exemplar is replaced, in seconds; a scrape sees at most one per bucket anyway. */
const exemplarSeconds = 1

/** One series; whoever observes often keeps it. */
export class HistogramSeries {
  readonly labels: Labels
  readonly counts: Float64Array
  readonly exemplars: (Exemplar | undefined)[]
  readonly #bounds: readonly number[]
  sum = 0

  constructor(labels: Labels, bounds: readonly number[]) {
    this.labels = labels
    this.#bounds = bounds
    this.counts = new Float64Array(bounds.length + 1)
    this.exemplars = Array.from({ length: bounds.length + 1 })
  }

  /**
   * @param value in the metric's unit
   * @param seconds now, since the epoch
   */
  observe(value: number, seconds: number, source: ExemplarSource | undefined): void {
    const bounds = this.#bounds
    let at = 0
    // The index is below the length.
    while (at < bounds.length && value > (bounds[at] as number)) at++
    this.counts[at] = (this.counts[at] ?? 0) + 1
    this.sum += value
    if (source === undefined) return
    const last = this.exemplars[at]
    if (last === undefined || seconds - last.seconds >= exemplarSeconds) {
      this.exemplars[at] = { source, value, seconds }
    }
  }
}

/** One line of the exposition as prom-client's registry prints it. */
interface Sample {
  readonly metricName: string
  readonly labels: Record<string, string | number>
  readonly value: number
  readonly exemplar?: {
    readonly labelSet: Record<string, string>
    readonly value: number
    readonly timestamp: number
  }
}

export class LeanHistogram {
  readonly name: string
  readonly help: string
  readonly type = 'histogram'
  readonly aggregator = 'sum'
  readonly #spec: HistogramSpec
  readonly #folder: LabelFolder
  readonly #series = new Map<string, HistogramSeries>()

  constructor(name: string, spec: HistogramSpec, folder: LabelFolder) {
    this.name = name
    this.help = spec.meaning
    this.#spec = spec
    this.#folder = folder
    if (Object.keys(spec.labels).length === 0) this.series({})
  }

  /** Finds or begins a series, its labels folded into their budgets. */
  series(labels: Labels): HistogramSeries {
    const folded = this.#folder.foldAll(labels)
    const key = Object.values(folded).join('\0')
    let series = this.#series.get(key)
    if (series === undefined) {
      series = new HistogramSeries(folded, this.#spec.buckets)
      this.#series.set(key, series)
    }
    return series
  }

  /** Called by prom-client's registry for every scrape. */
  async get(): Promise<{ name: string; help: string; type: string; aggregator: string; values: Sample[] }> {
    const values = [...this.#series.values()].flatMap((series) => this.#samples(series))
    return { name: this.name, help: this.help, type: this.type, aggregator: this.aggregator, values }
  }

  reset(): void {
    this.#series.clear()
  }

  #samples(series: HistogramSeries): Sample[] {
    let total = 0
    const buckets = [...this.#spec.buckets, '+Inf'].map((le, at) => {
      total += series.counts[at] ?? 0
      const exemplar = series.exemplars[at]
      return {
        metricName: `${this.name}_bucket`,
        labels: { ...series.labels, le },
        value: total,
        ...(exemplar === undefined ? {} : { exemplar: printExemplar(exemplar) }),
      }
    })
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels: { ...series.labels }, value: series.sum },
      { metricName: `${this.name}_count`, labels: { ...series.labels }, value: total },
    ]
  }
}

function printExemplar({ source, value, seconds }: Exemplar): NonNullable<Sample['exemplar']> {
  const { traceId, spanId } = source.spanContext()
  return { labelSet: { trace_id: traceId, span_id: spanId }, value, timestamp: seconds }
}
