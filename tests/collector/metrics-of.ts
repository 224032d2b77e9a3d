/** Builds batches of metrics for tests, everything at its default but what the test is about. */
import {
  emptyExponentialPoint,
  emptyHistogramPoint,
  emptyMetric,
  emptyNumberPoint,
  emptySummaryPoint,
  type ExponentialPoint,
  type HistogramPoint,
  type Metric,
  type MetricData,
  type NumberPoint,
  type SummaryPoint,
} from '../../collector/process/metric-model.ts'
import {
  emptyResource,
  emptyScope,
  type Attribute,
  type Batch,
  type Scope,
} from '../../collector/process/model.ts'

type Texts = Readonly<Record<string, string>>

export function attributesOf(texts: Texts): Attribute[] {
  return Object.entries(texts).map(([key, value]) => ({ key, value }))
}

/** One resource with one scope. */
export function metricsOf(
  resource: Texts,
  items: readonly Metric[],
  scope: Partial<Scope> = {},
): Batch<Metric> {
  return [
    {
      resource: { ...emptyResource(), attributes: attributesOf(resource) },
      schemaUrl: '',
      scopes: [{ scope: { ...emptyScope(), ...scope }, schemaUrl: '', items: [...items] }],
    },
  ]
}

export function metricOf(name: string, data: MetricData, more: Partial<Metric> = {}): Metric {
  return { ...emptyMetric(), name, data, ...more }
}

type Given<T> = Partial<Omit<T, 'attributes'>> & { readonly attributes?: Texts }

function completed<T extends { attributes: Attribute[] }>(empty: () => T, points: readonly Given<T>[]): T[] {
  return points.map((point) => ({ ...empty(), ...point, attributes: attributesOf(point.attributes ?? {}) }))
}

export function gauge(...points: readonly Given<NumberPoint>[]): MetricData {
  return { kind: 'gauge', points: completed(emptyNumberPoint, points) }
}

export function sum(
  temporality: number,
  isMonotonic: boolean,
  ...points: readonly Given<NumberPoint>[]
): MetricData {
  return { kind: 'sum', temporality, isMonotonic, points: completed(emptyNumberPoint, points) }
}

export function histogram(temporality: number, ...points: readonly Given<HistogramPoint>[]): MetricData {
  return { kind: 'histogram', temporality, points: completed(emptyHistogramPoint, points) }
}

export function exponential(temporality: number, ...points: readonly Given<ExponentialPoint>[]): MetricData {
  return { kind: 'exponential_histogram', temporality, points: completed(emptyExponentialPoint, points) }
}

export function summary(...points: readonly Given<SummaryPoint>[]): MetricData {
  return { kind: 'summary', points: completed(emptySummaryPoint, points) }
}
