/**
 * Families of a scraped page as OTLP metrics, as the Collector's `prometheus` receiver makes them (OpenTelemetry's
 * "Prometheus and OpenMetrics compatibility"): names stay as they are, job and instance become the resource.
 */
import {
  emptyHistogramPoint,
  emptyMetric,
  emptyNumberPoint,
  emptySummaryPoint,
  temporality,
  type HistogramPoint,
  type Metric,
  type MetricData,
  type MetricExemplar,
  type NumberPoint,
  type SummaryPoint,
} from '../../process/metric-model.ts'
import type { Attribute } from '../../process/model.ts'
import type { ExposedFamily, ExposedLabels, ExposedSample } from './exposition.ts'

export interface ScrapeTimes {
  /** Of the scrape, in nanoseconds since 1970. */
  readonly nanos: bigint
  /** Keeps the times a target exposes. */
  readonly honorTimestamps: boolean
}

/** Samples of one family that differ in nothing but `le` or `quantile`, with the attributes they share. */
interface Group {
  readonly attributes: Attribute[]
  readonly samples: ExposedSample[]
}

/** Converts a family; one that holds nothing complete gives no metric. */
export function metricsOf(family: ExposedFamily, times: ScrapeTimes): Metric[] {
  switch (family.type) {
    case 'counter':
      return named(family, counterName(family), counterData(family, times))
    case 'histogram': {
      const points = groups(family, 'le').flatMap((group) => histogramPoint(family.name, group, times))
      return named(family, family.name, { kind: 'histogram', temporality: temporality.cumulative, points })
    }
    case 'summary': {
      const points = groups(family, 'quantile').flatMap((group) => summaryPoint(family.name, group, times))
      return named(family, family.name, { kind: 'summary', points })
    }
    case 'info':
    case 'stateset': {
      const points = family.samples.map((sample) => numberPoint(sample, times))
      const data = { kind: 'sum', temporality: temporality.cumulative, isMonotonic: false, points } as const
      return named(family, family.samples[0]?.name ?? family.name, { ...data })
    }
    case 'gauge':
    case 'gaugehistogram':
    case 'unknown':
      return gauges(family, times)
  }
}

function named(family: ExposedFamily, name: string, data: MetricData): Metric[] {
  if (data.points.length === 0) return []
  const metadata = [{ key: 'prometheus.type', value: family.type }]
  return [{ ...emptyMetric(), name, description: family.help, unit: family.unit, metadata, data }]
}

/** A histogram of gauges has no form in OTLP: each of its samples stays a gauge with its bound as a label. */
function gauges(family: ExposedFamily, times: ScrapeTimes): Metric[] {
  const byName = Map.groupBy(family.samples, ({ name }) => name)
  return [...byName].flatMap(([name, samples]) => {
    const points = samples.map((sample) => numberPoint(sample, times))
    return named(family, name, { kind: 'gauge', points })
  })
}

function counterName({ samples, name }: ExposedFamily): string {
  return samples.find((sample) => !sample.name.endsWith('_created'))?.name ?? name
}

function counterData(family: ExposedFamily, times: ScrapeTimes): MetricData {
  const points = groups(family).flatMap(({ attributes, samples }) => {
    const created = samples.find(({ name }) => name === `${family.name}_created`)
    const counted = samples.filter((sample) => sample !== created)
    return counted.map((sample) => ({ ...numberPoint(sample, times), attributes, start: startOf(created) }))
  })
  return { kind: 'sum', temporality: temporality.cumulative, isMonotonic: true, points }
}

function numberPoint(sample: ExposedSample, times: ScrapeTimes): NumberPoint {
  const value = { double: sample.value }
  const exemplars = exemplarsOf([sample], times)
  return {
    ...emptyNumberPoint(),
    attributes: attributesOf(sample.labels),
    time: timeOf(sample, times),
    value,
    exemplars,
  }
}

function histogramPoint(name: string, group: Group, times: ScrapeTimes): HistogramPoint[] {
  const { attributes, samples } = group
  const valueOf = (ending: string) => samples.find((sample) => sample.name === name + ending)?.value
  const buckets = samples
    .filter((sample) => sample.name === `${name}_bucket`)
    .map((sample) => ({ bound: boundOf(sample.labels, 'le'), sample }))
    .filter(({ bound }) => !Number.isNaN(bound))
    .sort((a, b) => a.bound - b.bound)
  const total =
    valueOf('_count') ?? buckets.findLast(({ bound }) => bound === Number.POSITIVE_INFINITY)?.sample.value
  const [first] = samples
  if (total === undefined || first === undefined) return []
  const finite = buckets.filter(({ bound }) => Number.isFinite(bound))
  let below = 0n
  const bucketCounts = [...finite.map(({ sample }) => sample.value), total].map((upTo) => {
    const count = countOf(upTo)
    // Counts that fall are a target's fault; a bucket holds no less than nothing.
    const own = count > below ? count - below : 0n
    below = count > below ? count : below
    return own
  })
  const created = samples.find((sample) => sample.name === `${name}_created`)
  return [
    {
      ...emptyHistogramPoint(),
      attributes,
      start: startOf(created),
      time: timeOf(first, times),
      count: countOf(total),
      sum: valueOf('_sum'),
      bounds: finite.map(({ bound }) => bound),
      bucketCounts: buckets.length === 0 ? [] : bucketCounts,
      exemplars: exemplarsOf(samples, times),
    },
  ]
}

function summaryPoint(name: string, { attributes, samples }: Group, times: ScrapeTimes): SummaryPoint[] {
  const valueOf = (ending: string) => samples.find((sample) => sample.name === name + ending)?.value
  const quantiles = samples
    .filter((sample) => sample.name === name)
    .map(({ labels, value }) => ({ quantile: boundOf(labels, 'quantile'), value }))
    .filter(({ quantile }) => !Number.isNaN(quantile))
  const [first] = samples
  if (first === undefined) return []
  const created = samples.find((sample) => sample.name === `${name}_created`)
  const totals = { count: countOf(valueOf('_count') ?? 0), sum: valueOf('_sum') ?? 0 }
  return [
    {
      ...emptySummaryPoint(),
      attributes,
      ...totals,
      quantiles,
      start: startOf(created),
      time: timeOf(first, times),
    },
  ]
}

/** Puts together the samples that share every label but one. */
function groups(family: ExposedFamily, without = ''): Group[] {
  const found = new Map<string, Group>()
  for (const sample of family.samples) {
    const shared = sample.labels.filter(([name]) => name !== without)
    const key = JSON.stringify([...shared].sort(([a], [b]) => (a < b ? -1 : 1)))
    const group = found.get(key)
    if (group === undefined) found.set(key, { attributes: attributesOf(shared), samples: [sample] })
    else group.samples.push(sample)
  }
  return [...found.values()]
}

/** An empty label is an absent one (Prometheus data model). */
function attributesOf(labels: ExposedLabels): Attribute[] {
  return labels.filter(([, value]) => value !== '').map(([key, value]) => ({ key, value }))
}

/** Exemplars of bounds and ids; what is not an id of the right length stays an attribute. */
function exemplarsOf(samples: readonly ExposedSample[], times: ScrapeTimes): MetricExemplar[] {
  return samples.flatMap((sample) => {
    const { exemplar } = sample
    if (exemplar === undefined) return []
    const idOf = (name: string, digits: number) => {
      const value = exemplar.labels.find(([label]) => label === name)?.[1] ?? ''
      return value.length === digits && /^[0-9a-f]+$/i.test(value) ? value.toLowerCase() : ''
    }
    const traceId = idOf('trace_id', 32)
    const spanId = idOf('span_id', 16)
    const rest = exemplar.labels.filter(
      ([name]) => (name !== 'trace_id' || traceId === '') && (name !== 'span_id' || spanId === ''),
    )
    const time = exemplar.timeMillis === undefined ? times.nanos : nanosOf(exemplar.timeMillis)
    return [{ attributes: attributesOf(rest), time, value: { double: exemplar.value }, traceId, spanId }]
  })
}

function boundOf(labels: ExposedLabels, name: string): number {
  const text = labels.find(([label]) => label === name)?.[1] ?? ''
  if (/^\+?inf$/i.test(text)) return Number.POSITIVE_INFINITY
  return text === '' ? Number.NaN : Number(text)
}

function timeOf({ timeMillis }: ExposedSample, { nanos, honorTimestamps }: ScrapeTimes): bigint {
  return timeMillis === undefined || !honorTimestamps ? nanos : nanosOf(timeMillis)
}

/** Reads the value of a `_created` sample: seconds since 1970. */
function startOf(created: ExposedSample | undefined): bigint {
  return created === undefined ? 0n : nanosOf(Math.round(created.value * 1_000))
}

/** Times before 1970 and beyond the year 9999 are unknown. */
function nanosOf(millis: number): bigint {
  return millis > 0 && millis < 253_402_300_800_000 ? BigInt(millis) * 1_000_000n : 0n
}

/** Reads a count; targets write them as floating point. */
function countOf(value: number): bigint {
  return Number.isFinite(value) && value > 0 ? BigInt.asUintN(64, BigInt(Math.floor(value))) : 0n
}
