/**
 * The `service_graph` connector: which service calls which, how often, how long and with what failures, from pairs of
 * client and server spans.
 */
import { statusCodeNumbers, spanKindNumbers } from '../wire/names.ts'
import type { Metric } from './metric-model.ts'
import type { Attribute, Batch, Span } from './model.ts'
import { WaitingEdges, type Edge } from './service-edges.ts'
import { ServiceSeries } from './service-series.ts'
import { durationOf, serviceOf } from './summary.ts'
import { findAttribute, textOfValue } from './value.ts'

/** Durations are in milliseconds. */
export interface ServiceGraphSettings {
  /** Upper bounds, ascending; the metrics are in seconds. */
  readonly latencyHistogramBuckets: readonly number[]
  /** Attributes that become labels, of each side. */
  readonly dimensions: readonly string[]
  readonly store: { readonly ttl: number; readonly maxItems: number }
  /** How often series without requests are looked for. */
  readonly cacheLoop: number
  /** How often spans without their pair are let go. */
  readonly storeExpirationLoop: number
  /** Attributes that name the server of a client without pair, the first one first; none names nobody. */
  readonly virtualNodePeerAttributes: readonly string[]
  /** Adds `virtual_node`, which says the side that was named so. */
  readonly virtualNodeExtraLabel: boolean
  readonly databaseNameAttributes: readonly string[]
  /** How often `release` gives the metrics; 0 every time. */
  readonly metricsFlushInterval: number
}

export interface ServiceGraphOptions {
  /** Told of each span that found no room. */
  readonly onDropped?: () => void
  /** Told of each request whose other side did not come. */
  readonly onUnpaired?: () => void
}

/** Told the time; changes nothing of the spans it is given. */
export interface ServiceGraph {
  readonly add: (batch: Batch<Span>, nowMillis: number) => void
  /** The metrics so far when they are due, else nothing. */
  readonly release: (nowMillis: number) => Batch<Metric>
  /** The metrics so far, at the end. */
  readonly drain: () => Batch<Metric>
}

const { SPAN_KIND_CLIENT, SPAN_KIND_PRODUCER, SPAN_KIND_SERVER, SPAN_KIND_CONSUMER } = spanKindNumbers
const messaging = 'messaging_system'

/** Creates the connector. Whoever adds calls `release` from time to time, also when nothing comes. */
export function createServiceGraph(
  settings: ServiceGraphSettings,
  options: ServiceGraphOptions = {},
): ServiceGraph {
  return new Graph(settings, options)
}

class Graph implements ServiceGraph {
  readonly #settings: ServiceGraphSettings
  readonly #options: ServiceGraphOptions
  readonly #series: ServiceSeries
  readonly #waiting: WaitingEdges
  #nowMillis = 0
  /** When each of the loops ran last. */
  readonly #last = { flush: -Infinity, clean: -Infinity, expire: -Infinity }

  constructor(settings: ServiceGraphSettings, options: ServiceGraphOptions) {
    this.#settings = settings
    this.#options = options
    this.#series = new ServiceSeries(settings.latencyHistogramBuckets.map((millis) => millis / 1000))
    this.#waiting = new WaitingEdges({
      ttlMillis: settings.store.ttl,
      maxItems: settings.store.maxItems,
      onComplete: (edge) => this.#count(edge, ''),
      onExpired: (edge) => this.#expired(edge),
    })
  }

  readonly add = (batch: Batch<Span>, nowMillis: number): void => {
    this.#nowMillis = nowMillis
    this.#run(nowMillis)
    for (const { resource, scopes } of batch) {
      const service = serviceOf(resource.attributes)
      if (service === '') continue
      for (const { items } of scopes)
        for (const span of items) this.#addSpan(service, resource.attributes, span)
    }
  }

  readonly release = (nowMillis: number): Batch<Metric> => {
    this.#nowMillis = nowMillis
    this.#run(nowMillis)
    if (nowMillis - this.#last.flush < this.#settings.metricsFlushInterval) return []
    this.#last.flush = nowMillis
    return this.#series.metrics(nowMillis)
  }

  readonly drain = (): Batch<Metric> => this.#series.metrics(this.#nowMillis)

  #run(nowMillis: number): void {
    const { cacheLoop, storeExpirationLoop } = this.#settings
    this.#series.begin(nowMillis)
    // The first interval begins with the first thing that happens.
    if (this.#last.flush === -Infinity) this.#last.flush = nowMillis
    if (nowMillis - this.#last.expire >= storeExpirationLoop) {
      this.#last.expire = nowMillis
      this.#waiting.expire(nowMillis)
    }
    if (nowMillis - this.#last.clean >= cacheLoop) {
      this.#last.clean = nowMillis
      this.#series.clean(nowMillis)
    }
  }

  #addSpan(service: string, resource: readonly Attribute[], span: Span): void {
    const { kind, traceId } = span
    const isClient = kind === SPAN_KIND_CLIENT || kind === SPAN_KIND_PRODUCER
    if (!isClient && kind !== SPAN_KIND_SERVER && kind !== SPAN_KIND_CONSUMER) return
    const spanId = isClient ? span.spanId : span.parentSpanId
    const hasRoom = this.#waiting.update({ traceId, spanId }, this.#nowMillis, (edge) => {
      edge.connection = kind === SPAN_KIND_PRODUCER || kind === SPAN_KIND_CONSUMER ? messaging : ''
      edge.failed ||= span.statusCode === statusCodeNumbers['STATUS_CODE_ERROR']
      for (const name of this.#settings.dimensions) {
        const value = firstOf([name], resource, span.attributes)
        if (value !== undefined) edge.dimensions.set(`${isClient ? 'client' : 'server'}_${name}`, value)
      }
      if (isClient) this.#addClient(edge, service, { resource, span })
      else {
        edge.server = service
        edge.serverSeconds = secondsOf(span)
      }
    })
    if (!hasRoom) this.#options.onDropped?.()
  }

  #addClient(
    edge: Edge,
    service: string,
    { resource, span }: { readonly resource: readonly Attribute[]; readonly span: Span },
  ): void {
    const { virtualNodePeerAttributes, databaseNameAttributes } = this.#settings
    edge.client = service
    edge.clientSeconds = secondsOf(span)
    edge.peer = firstOf(virtualNodePeerAttributes, span.attributes) ?? ''
    const database = firstOf(databaseNameAttributes, resource, span.attributes)
    if (database === undefined) return
    // A database sends no span of its own.
    edge.connection = 'database'
    edge.server = database
    edge.serverSeconds = edge.clientSeconds
  }

  #expired(edge: Edge): void {
    this.#options.onUnpaired?.()
    if (this.#settings.virtualNodePeerAttributes.length === 0) return
    if (edge.client === '' && edge.isRoot) {
      edge.client = 'user'
      this.#count({ ...edge, connection: 'virtual_node' }, 'client')
    } else if (edge.server === '') {
      edge.server = edge.peer === '' ? 'unknown' : edge.peer
      this.#count({ ...edge, connection: 'virtual_node' }, 'server')
    }
  }

  #count(edge: Edge, virtualNode: string): void {
    const labels: (readonly [string, string | boolean])[] = [
      ['client', edge.client],
      ['server', edge.server],
      ['connection_type', edge.connection],
      ['failed', edge.failed],
      // In an order of their own: either side may have come first.
      ...[...edge.dimensions].toSorted(([left], [right]) => (left < right ? -1 : 1)),
    ]
    if (this.#settings.virtualNodeExtraLabel) labels.push(['virtual_node', virtualNode])
    if (!this.#series.add(edge, labels, this.#nowMillis)) this.#options.onDropped?.()
  }
}

/** Finds the text of the first key that one of the lists has; the first list goes first. */
function firstOf(keys: readonly string[], ...lists: readonly (readonly Attribute[])[]): string | undefined {
  for (const key of keys) {
    for (const attributes of lists) {
      const found = findAttribute(attributes, key)
      if (found !== undefined) return textOfValue(found.value)
    }
  }
  return undefined
}

function secondsOf(span: Span): number {
  return Number(durationOf(span)) / 1e9
}
