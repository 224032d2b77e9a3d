/**
 * The server span and the request histogram of an Express app (OpenTelemetry HTTP conventions, stable).
 *
 * It wraps the app's entry instead of mounting a middleware, listens once on the response, and writes what is
 * the same for every request of a route and status only once.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { Express, Request } from 'express'
import { httpMethods, statusClasses } from '../contracts/metrics/http.ts'
import type { Service } from '../contracts/services.ts'
import type { TelemetryFence } from './fence.ts'
import type { HistogramSeries, LeanHistogram } from './metrics/histogram.ts'
import { writeDescription, writeFenced } from './otlp/encode-span.ts'
import { ProtoWriter } from './otlp/writer.ts'
import { nowMicros } from './trace/clock.ts'
import { contextStore } from './trace/context.ts'
import type { RequestScope } from './trace/request-scope.ts'
import { SdkSpan, type SpanSink } from './trace/span.ts'
import { acceptTraceState, parseTraceparent } from './trace/traceparent.ts'

export interface DoorParts {
  readonly service: Service
  readonly sink: SpanSink
  readonly fence: TelemetryFence
  readonly durations: LeanHistogram
}

/** What tells the requests of one route apart. */
interface Known {
  readonly method: string
  readonly baseUrl: string
  readonly status: number
  readonly tenant: string
  /** The client went away before its answer was complete. */
  readonly isCut: boolean
}

/** What is the same for every request of one method, route, status and tenant. */
interface Prepared extends Known {
  readonly encoded: Uint8Array
  readonly series: HistogramSeries
}

/** Label of requests that no route answered. */
const unmatched = 'unmatched'
/** Label of requests whose tenant was never named. */
const noTenant = 'none'
/** Most prepared combinations; beyond it they are made anew each time. Routes and tenants are few. */
const maxPrepared = 4_096

const spanOf = Symbol('campanile.span')

interface AppEntry {
  handle: (this: unknown, request: IncomingMessage, response: ServerResponse, next?: unknown) => void
}

/** A response with the span of its request. */
type TracedResponse = ServerResponse & { [spanOf]?: ServerSpan }

class ServerSpan extends SdkSpan implements RequestScope {
  tenant: string | undefined = undefined
  door: Door

  constructor(sink: SpanSink, door: Door) {
    super(sink, 'request', SpanKind.SERVER)
    this.door = door
    this.request = this
  }
}

/** Traces and counts every request of the app. Call it before anything is mounted. */
export function instrumentExpress(app: Express, parts: DoorParts): void {
  const door = new Door(parts)
  // Every app has `handle`: it is what the app calls when the server calls the app; the types leave it out.
  const entry = app as unknown as AppEntry
  const { handle } = entry
  entry.handle = function (this: unknown, request, response, next) {
    const span = door.begin(request)
    const traced: TracedResponse = response
    traced[spanOf] = span
    response.on('close', endSpan)
    contextStore.run(span, () => handle.call(this, request, response, next))
  }
  rememberMounts(app, door.mounts)
}

/** Ends the span of the response it is called on; one function for all of them. */
function endSpan(this: TracedResponse): void {
  const span = this[spanOf]
  if (span !== undefined) span.door.end(span, this)
}

/** Learns the literal paths on which routers are mounted: only those may stand in front of a route. */
function rememberMounts(app: Express, mounts: Set<string>): void {
  const use = app.use
  app.use = function (this: Express, ...args: readonly unknown[]) {
    const paths = Array.isArray(args[0]) ? args[0] : [args[0]]
    for (const path of paths) if (typeof path === 'string' && !/[:*{(]/.test(path)) mounts.add(path)
    return Reflect.apply(use, this, args) as Express
  } as typeof app.use
}

class Door {
  readonly mounts = new Set<string>()
  readonly #parts: DoorParts
  readonly #prepared = new Map<string, Prepared>()
  readonly #last = new WeakMap<object, Prepared>()
  /** Where the first request arrived; a process of the house listens at one address. */
  #local: { readonly address: string | undefined; readonly port: number | undefined } | undefined

  constructor(parts: DoorParts) {
    this.#parts = parts
  }

  begin(request: IncomingMessage): ServerSpan {
    this.#local ??= { address: request.socket.localAddress, port: request.socket.localPort }
    const span = new ServerSpan(this.#parts.sink, this)
    const { traceparent } = request.headers
    const parent = traceparent === undefined ? undefined : parseTraceparent(traceparent)
    if (parent === undefined) {
      span.beginTrace()
      return span
    }
    span.followContext(parent)
    span.traceState = acceptTraceState(request.headers['tracestate'])
    return span
  }

  end(span: ServerSpan, response: ServerResponse): void {
    const endMicros = nowMicros()
    // Express has made every request of this app one of its own.
    const request = response.req as Request
    const isCut = !response.writableFinished
    const prepared = this.#prepare(request, response.statusCode, span.tenant, isCut)
    span.prepared = prepared.encoded
    if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
    prepared.series.observe((endMicros - span.startMicros) / 1e6, endMicros / 1e6, span)
    this.#parts.sink.export(span, endMicros)
    span.isEnded = true
  }

  /** Finds what is prepared for a request; most requests of a route are like the one before. */
  #prepare(request: Request, status: number, tenant = noTenant, isCut = false): Prepared {
    const { method, baseUrl, route } = routed(request)
    const last = route === undefined ? undefined : this.#last.get(route)
    const isLikeLast =
      last !== undefined &&
      last.status === status &&
      last.tenant === tenant &&
      last.method === method &&
      last.baseUrl === baseUrl &&
      last.isCut === isCut
    if (isLikeLast) return last
    const path = this.#routeOf(request)
    const key = `${method} ${status} ${tenant} ${isCut ? '!' : ''}${path ?? ''}`
    let prepared = this.#prepared.get(key)
    if (prepared === undefined) {
      const known = { method, baseUrl, status, tenant, isCut }
      prepared = { ...known, ...this.#encode({ ...known, route: path }) }
      if (this.#prepared.size < maxPrepared) this.#prepared.set(key, prepared)
    }
    if (route !== undefined) this.#last.set(route, prepared)
    return prepared
  }

  /** Names the route as it was declared, never the path that was asked for. */
  #routeOf(request: Request): string | undefined {
    const { baseUrl, route } = routed(request)
    const mount = baseUrl === '' || this.mounts.has(baseUrl) ? baseUrl : '/{mount}'
    if (route === undefined) return mount === '' || mount === '/{mount}' ? undefined : `${mount}/*`
    return typeof route.path === 'string' ? mount + route.path : `${mount}/{pattern}`
  }

  #encode(request: Known & { readonly route: string | undefined }): Pick<Prepared, 'encoded' | 'series'> {
    const { route, status, tenant, isCut } = request
    const { fence, service, durations } = this.#parts
    const method = httpMethods.find((known) => known === request.method) ?? '_OTHER'
    const writer = new ProtoWriter(512)
    writeDescription(writer, route === undefined ? method : `${method} ${route}`, SpanKind.SERVER, fence)
    const attributes: Record<string, unknown> = {
      'http.request.method': method,
      'url.scheme': 'http',
      'server.address': this.#local?.address,
      'server.port': this.#local?.port,
      'http.response.status_code': status,
      ...(route === undefined ? {} : { 'http.route': route }),
      ...(tenant === noTenant ? {} : { 'campus.tenant': tenant }),
      ...(isCut ? { 'error.type': 'ECONNRESET' } : status >= 500 ? { 'error.type': String(status) } : {}),
    }
    for (const [name, value] of Object.entries(attributes)) writeFenced(writer, 9, name, value, fence)
    const statusClass = statusClasses[Math.floor(status / 100) - 1] ?? '5xx'
    const labels = { tenant, service, method, route: route ?? unmatched, status: statusClass }
    return { encoded: writer.take(), series: durations.series(labels) }
  }
}

/** Express sets `route` once one has matched; its type claims it always does. */
function routed(request: Request): {
  readonly method: string
  readonly baseUrl: string
  readonly route?: { readonly path?: unknown }
} {
  return request
}
