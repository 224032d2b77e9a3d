/** Remembers what a target exposed last, to say of each series when it has ended. */
import type { Metric, MetricData, MetricPoint } from '../../process/metric-model.ts'
import type { Attribute } from '../../process/model.ts'

/** One series: its metric with one point alone. Copied, because what passes on is changed by those who take it. */
interface Remembered {
  readonly owner: string
  readonly metric: Metric
}

/** Bit of `flags`: no value was recorded. */
const noRecordedValue = 1

export class Staleness {
  #series = new Map<string, Remembered>()

  /**
   * Takes what is exposed now and returns what is no longer, by its owner, and how many series are new. Points whose
   * time the target gave itself never end: nobody knows when the next one is due.
   */
  exchange(
    owners: ReadonlyMap<string, readonly Metric[]>,
    nanos: bigint,
  ): { ended: Map<string, Metric[]>; added: number } {
    const now = new Map<string, Remembered>()
    for (const [owner, metrics] of owners) {
      for (const own of metrics.flatMap((metric) => eachAlone(metric, nanos))) {
        now.set(keyOf(owner, own), { owner, metric: own })
      }
    }
    let added = 0
    for (const key of now.keys()) if (!this.#series.has(key)) added++
    const ended = new Map<string, Metric[]>()
    for (const [key, { owner, metric }] of this.#series) {
      if (now.has(key)) continue
      const own = ended.get(owner)
      endAt(metric, nanos)
      if (own === undefined) ended.set(owner, [metric])
      else own.push(metric)
    }
    this.#series = now
    return { ended, added }
  }
}

/**
 * Puts points of ended series beside the live ones of their metric: the fence may take away what tells them apart, and
 * adds up within a metric alone. Metrics that have ended altogether go first, so that what lives has the last word.
 */
export function withEnded(live: readonly Metric[], ended: readonly Metric[]): Metric[] {
  const known = new Map(live.map((metric) => [identityOf(metric), metric]))
  const gone: Metric[] = []
  for (const metric of ended) {
    const identity = identityOf(metric)
    const into = known.get(identity)?.data
    if (into !== undefined && metric.data !== undefined) appendPoints(into, metric.data)
    else {
      known.set(identity, metric)
      gone.push(metric)
    }
  }
  return [...gone, ...live]
}

/** What makes metrics one: points of one identity have one form. */
function identityOf({ name, unit, data }: Metric): string {
  return JSON.stringify([name, unit, data?.kind, data?.kind === 'sum' && data.isMonotonic])
}

/** Appends the one point of an ended series; the identity has seen to it that the kinds are one. */
function appendPoints(into: MetricData, from: MetricData): void {
  if (into.kind === 'gauge' && from.kind === 'gauge') into.points.push(...from.points)
  else if (into.kind === 'sum' && from.kind === 'sum') into.points.push(...from.points)
  else if (into.kind === 'histogram' && from.kind === 'histogram') into.points.push(...from.points)
  else if (into.kind === 'exponential_histogram' && from.kind === 'exponential_histogram')
    into.points.push(...from.points)
  else if (into.kind === 'summary' && from.kind === 'summary') into.points.push(...from.points)
}

function keyOf(owner: string, { name, data }: Metric): string {
  return JSON.stringify([owner, name, data?.kind, data?.points[0]?.attributes])
}

function endAt({ data }: Metric, nanos: bigint): void {
  for (const point of data?.points ?? []) {
    point.time = nanos
    point.flags = noRecordedValue
    if ('exemplars' in point) point.exemplars = []
  }
}

/** Copies a metric once for each of its points of this time. */
function eachAlone(metric: Metric, nanos: bigint): Metric[] {
  const { data } = metric
  if (data === undefined) return []
  return alone(data, nanos).map((own) => ({ ...metric, metadata: copied(metric.metadata), data: own }))
}

function alone(data: MetricData, nanos: bigint): MetricData[] {
  switch (data.kind) {
    case 'gauge':
      return copies(data.points, nanos).map((point) => ({ ...data, points: [point] }))
    case 'sum':
      return copies(data.points, nanos).map((point) => ({ ...data, points: [point] }))
    case 'histogram':
      return copies(data.points, nanos).map((point) => ({ ...data, points: [point] }))
    case 'exponential_histogram':
      return copies(data.points, nanos).map((point) => ({ ...data, points: [point] }))
    case 'summary':
      return copies(data.points, nanos).map((point) => ({ ...data, points: [point] }))
  }
}

function copies<T extends MetricPoint>(points: readonly T[], nanos: bigint): T[] {
  return points
    .filter(({ time }) => time === nanos)
    .map((point) => ({ ...point, attributes: copied(point.attributes) }))
}

function copied(attributes: readonly Attribute[]): Attribute[] {
  return attributes.map((attribute) => ({ ...attribute }))
}
