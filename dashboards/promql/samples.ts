/** Every series a panel may ask for, with its kind and labels: the catalogue, the engines, the recording rules. */
import { metrics, type MetricName, type MetricNameOf } from '../../contracts/metrics.ts'
import type { MetricSpec } from '../../contracts/metrics/define.ts'
import { recordedSeries, type RecordedName } from '../../contracts/recorded-series.ts'
import { engineMetrics, type EngineMetricName } from './engine-metrics.ts'

export interface Sample {
  readonly kind: 'counter' | 'gauge'
  readonly labels: ReadonlySet<string>
}

/** Labels the scrape gives to every series. */
const targetLabels = ['job', 'instance'] as const
type TargetLabel = (typeof targetLabels)[number]

type EngineNameOf<K extends 'counter' | 'gauge'> = {
  [N in EngineMetricName]: (typeof engineMetrics)[N]['kind'] extends K ? N : never
}[EngineMetricName]

export type HistogramName = MetricNameOf<'histogram'>
type HistogramSample = `${HistogramName}_${'bucket' | 'count' | 'sum'}`

export type CounterSample = MetricNameOf<'counter'> | HistogramSample | EngineNameOf<'counter'>
export type GaugeSample = MetricNameOf<'gauge'> | EngineNameOf<'gauge'> | RecordedName

type OwnLabel<S> = S extends MetricName
  ? keyof (typeof metrics)[S]['labels'] & string
  : S extends `${infer H extends HistogramName}_bucket`
    ? (keyof (typeof metrics)[H]['labels'] & string) | 'le'
    : S extends `${infer H extends HistogramName}_${'count' | 'sum'}`
      ? keyof (typeof metrics)[H]['labels'] & string
      : S extends EngineMetricName
        ? (typeof engineMetrics)[S]['labels'][number]
        : S extends RecordedName
          ? (typeof recordedSeries)[S]['labels'][number]
          : never

/** The labels a series may be asked for by. */
export type LabelOf<S extends CounterSample | GaugeSample> = OwnLabel<S> | TargetLabel

/** The same by name, for the lint. */
export const samples: ReadonlyMap<string, Sample> = new Map([
  ...Object.entries(metrics).flatMap(([name, spec]) => samplesOf(name, spec)),
  ...Object.entries(engineMetrics).map(([name, { kind, labels }]) => entry(name, kind, labels)),
  ...Object.entries(recordedSeries).map(([name, { labels }]) => entry(name, 'gauge', labels)),
])

function samplesOf(name: string, spec: MetricSpec): (readonly [string, Sample])[] {
  const labels = Object.keys(spec.labels)
  if (spec.kind !== 'histogram') return [entry(name, spec.kind, labels)]
  return [
    entry(`${name}_bucket`, 'counter', [...labels, 'le']),
    entry(`${name}_count`, 'counter', labels),
    entry(`${name}_sum`, 'counter', labels),
  ]
}

function entry(name: string, kind: Sample['kind'], labels: readonly string[]): readonly [string, Sample] {
  return [name, { kind, labels: new Set([...labels, ...targetLabels]) }]
}
