/** Instruments typed by the catalogue of `contracts/metrics.ts`: another name or label does not compile. */
import promClient, { Counter, Gauge, Registry, type Metric, type OpenMetricsContentType } from 'prom-client'
import { metrics, type MetricName, type MetricNameOf } from '../../contracts/metrics.ts'
import type { LabelsOf, MetricSpec } from '../../contracts/metrics/define.ts'
import type { Service } from '../../contracts/services.ts'
import { LabelFolder, type Labels } from './fold.ts'
import { LeanHistogram, type ExemplarSource } from './histogram.ts'

type CounterName = MetricNameOf<'counter'>
type GaugeName = MetricNameOf<'gauge'>
export type HistogramName = MetricNameOf<'histogram'>

/** The labels a metric declares. */
export type LabelsFor<N extends MetricName> = LabelsOf<(typeof metrics)[N]>

export interface CounterInstrument<N extends CounterName> {
  /** @param by how much, default 1; never negative */
  readonly inc: (labels: LabelsFor<N>, by?: number) => void
}
export interface GaugeInstrument<N extends GaugeName> {
  readonly set: (labels: LabelsFor<N>, value: number) => void
}
export interface HistogramInstrument<N extends HistogramName> {
  /** @param value in the metric's unit */
  readonly observe: (labels: LabelsFor<N>, value: number) => void
}

/** Most series that start at 0: a product of closed lists beyond this is left to appear as it is counted. */
const maxInitialSeries = 200

export class Instruments {
  readonly #registry = new Registry<OpenMetricsContentType>()
  readonly #made = new Map<string, Counter | Gauge | LeanHistogram>()
  readonly #folders = new Map<string, LabelFolder>()
  readonly #readers: (() => void)[] = []
  readonly #service: Service
  readonly #exemplar: () => ExemplarSource | undefined

  /** @param exemplar finds the span an observation belongs to */
  constructor(service: Service, exemplar: () => ExemplarSource | undefined) {
    this.#service = service
    this.#exemplar = exemplar
    this.#registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
    promClient.collectDefaultMetrics({ register: this.#registry })
  }

  counter<N extends CounterName>(name: N): CounterInstrument<N> {
    const counter = this.#make(name, (spec, folder) => this.#newCounter(name, spec, folder))
    const folder = this.#folder(name)
    return {
      inc: (labels, by = 1) => {
        if (counter instanceof Counter) counter.inc(folder.foldAll(labels), by)
      },
    }
  }

  gauge<N extends GaugeName>(name: N): GaugeInstrument<N> {
    const gauge = this.#make(name, (spec) => this.#newGauge(name, spec))
    const folder = this.#folder(name)
    return {
      set: (labels, value) => {
        if (gauge instanceof Gauge) gauge.set(folder.foldAll(labels), value)
      },
    }
  }

  histogram<N extends HistogramName>(name: N): HistogramInstrument<N> {
    const histogram = this.lean(name)
    return {
      observe: (labels, value) => {
        histogram.series(labels).observe(value, Date.now() / 1_000, this.#exemplar())
      },
    }
  }

  /** Gives the histogram itself to those who keep its series. */
  lean(name: HistogramName): LeanHistogram {
    const made = this.#make(name, (spec, folder) => this.#newHistogram(name, spec, folder))
    // A name of this kind is only ever made by the line above.
    return made as LeanHistogram
  }

  /** Asks for values that are only read when somebody looks. */
  beforeScrape(read: () => void): void {
    this.#readers.push(read)
  }

  /** Renders every metric as OpenMetrics 1.0. */
  async scrape(): Promise<{ readonly contentType: string; readonly body: string }> {
    for (const read of this.#readers) read()
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() }
  }

  #folder(name: MetricName): LabelFolder {
    let folder = this.#folders.get(name)
    if (folder === undefined) {
      folder = new LabelFolder(metrics[name], () => this.#countFold(name))
      this.#folders.set(name, folder)
    }
    return folder
  }

  #countFold(metric: MetricName): void {
    // Its own label could overflow as well: that one is not counted again.
    if (metric === 'sdk_labels_folded_total') return
    this.counter('sdk_labels_folded_total').inc({ service: this.#service, metric })
  }

  #make<M extends Counter | Gauge | LeanHistogram>(
    name: MetricName,
    make: (spec: MetricSpec, folder: LabelFolder) => M,
  ): Counter | Gauge | LeanHistogram {
    let made = this.#made.get(name)
    if (made === undefined) {
      made = make(metrics[name], this.#folder(name))
      this.#made.set(name, made)
    }
    return made
  }

  #newCounter(name: string, spec: MetricSpec, folder: LabelFolder): Counter {
    const counter = new Counter({ ...describe(name, spec), registers: [this.#registry] })
    for (const labels of initialSeries(spec, this.#service)) counter.inc(folder.foldAll(labels), 0)
    return counter
  }

  #newGauge(name: string, spec: MetricSpec): Gauge {
    return new Gauge({ ...describe(name, spec), registers: [this.#registry] })
  }

  #newHistogram(name: string, spec: MetricSpec, folder: LabelFolder): LeanHistogram {
    if (spec.kind !== 'histogram') throw new TypeError(`found ${spec.kind} ${name}, expected a histogram`)
    const histogram = new LeanHistogram(name, spec, folder)
    // The registry calls name, get and reset of what it holds and nothing else.
    this.#registry.registerMetric(histogram as unknown as Metric)
    return histogram
  }
}

function describe(name: string, spec: MetricSpec): { name: string; help: string; labelNames: string[] } {
  return { name, help: spec.meaning, labelNames: Object.keys(spec.labels) }
}

/** Lists every combination of closed labels, of this service only; none where a label is open. */
function initialSeries(spec: MetricSpec, service: Service): Labels[] {
  let series: Record<string, string>[] = [{}]
  for (const [name, label] of Object.entries(spec.labels)) {
    if (!('values' in label)) return []
    const values = name === 'service' ? [service] : label.values
    series = series.flatMap((labels) => values.map((value) => ({ ...labels, [name]: value })))
    if (series.length > maxInitialSeries) return []
  }
  return series
}
