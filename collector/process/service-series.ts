/** What is known of the requests between two services: counts and durations, as cumulative metrics. */
import {
  emptyHistogramPoint,
  emptyMetric,
  emptyNumberPoint,
  temporality,
  type HistogramPoint,
  type Metric,
} from './metric-model.ts'
import type { Attribute, Batch } from './model.ts'
import type { Edge } from './service-edges.ts'
import { copyAttributes } from './value.ts'

interface Durations {
  sum: number
  /** Of each bucket alone; the last is above every bound. */
  readonly counts: number[]
}

interface EdgeSeries {
  readonly labels: Attribute[]
  total: number
  failed: number
  readonly client: Durations
  readonly server: Durations
  updatedMillis: number
}

/** As upstream: a series without requests for so long is gone. */
const staleMillis = 15 * 60_000
/** The reference engine has no bound; names of services come from strangers, so this one has. */
const maxSeries = 10_000
const scopeName = 'traces_service_graph'

export class ServiceSeries {
  readonly #bounds: readonly number[]
  readonly #series = new Map<string, EdgeSeries>()
  #startMillis: number | undefined

  /** @param bounds upper bounds in seconds, ascending */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
  }

  /** Says when counting began, the first time that it is called. */
  begin(nowMillis: number): void {
    this.#startMillis ??= nowMillis
  }

  /** Adds a request; false where it would have begun a series too many. */
  add(edge: Edge, labels: readonly (readonly [string, string | boolean])[], nowMillis: number): boolean {
    const key = labels.map(([name, value]) => `${name}\u0000${value}`).join('\u0000')
    let series = this.#series.get(key)
    if (series === undefined) {
      if (this.#series.size >= maxSeries) return false
      series = this.#begin(labels)
      this.#series.set(key, series)
    }
    series.total++
    if (edge.failed) series.failed++
    series.updatedMillis = nowMillis
    this.#observe(series.client, edge.clientSeconds)
    this.#observe(series.server, edge.serverSeconds)
    return true
  }

  /** Forgets the series without requests for a quarter of an hour. */
  clean(nowMillis: number): void {
    for (const [key, { updatedMillis }] of this.#series) {
      if (updatedMillis + staleMillis < nowMillis) this.#series.delete(key)
    }
  }

  /** Gives all that is known; nothing while nothing is. */
  metrics(nowMillis: number): Batch<Metric> {
    if (this.#series.size === 0) return []
    const times = { start: nanos(this.#startMillis ?? nowMillis), time: nanos(nowMillis) }
    const all = [...this.#series.values()]
    const failing = all.filter(({ failed }) => failed > 0)
    const items = [sumOf('request_total', all, times, ({ total }) => total)]
    if (failing.length > 0) items.push(sumOf('request_failed_total', failing, times, ({ failed }) => failed))
    items.push(this.#histogram('request_server', all, times, ({ server }) => server))
    items.push(this.#histogram('request_client', all, times, ({ client }) => client))
    const scope = { name: scopeName, version: '', attributes: [], droppedAttributes: 0 }
    return [
      {
        resource: { attributes: [], droppedAttributes: 0 },
        schemaUrl: '',
        scopes: [{ scope, items, schemaUrl: '' }],
      },
    ]
  }

  #begin(labels: readonly (readonly [string, string | boolean])[]): EdgeSeries {
    const durations = () => ({ sum: 0, counts: new Array<number>(this.#bounds.length + 1).fill(0) })
    return {
      labels: labels.map(([key, value]) => ({ key, value })),
      total: 0,
      failed: 0,
      client: durations(),
      server: durations(),
      updatedMillis: 0,
    }
  }

  #observe(durations: Durations, seconds: number): void {
    const found = this.#bounds.findIndex((bound) => seconds <= bound)
    const bucket = found < 0 ? this.#bounds.length : found
    durations.sum += seconds
    durations.counts[bucket] = (durations.counts[bucket] ?? 0) + 1
  }

  #histogram(
    name: string,
    all: readonly EdgeSeries[],
    times: Times,
    durationsOf: (series: EdgeSeries) => Durations,
  ): Metric {
    const points = all.map((series): HistogramPoint => {
      const { sum, counts } = durationsOf(series)
      return {
        ...emptyHistogramPoint(),
        ...times,
        attributes: copyAttributes(series.labels),
        count: BigInt(series.total),
        sum,
        bounds: [...this.#bounds],
        bucketCounts: counts.map(BigInt),
      }
    })
    const data = { kind: 'histogram' as const, points, temporality: temporality.cumulative }
    return { ...emptyMetric(), name: `${scopeName}_${name}`, unit: 's', data }
  }
}

interface Times {
  readonly start: bigint
  readonly time: bigint
}

function sumOf(
  name: string,
  all: readonly EdgeSeries[],
  times: Times,
  countOf: (series: EdgeSeries) => number,
): Metric {
  const points = all.map((series) => ({
    ...emptyNumberPoint(),
    ...times,
    attributes: copyAttributes(series.labels),
    value: countOf(series),
  }))
  const data = { kind: 'sum' as const, points, temporality: temporality.cumulative, isMonotonic: true }
  return { ...emptyMetric(), name: `${scopeName}_${name}`, data }
}

function nanos(millis: number): bigint {
  return BigInt(Math.round(millis)) * 1_000_000n
}
