/**
 * The frame of every HTTP door: an express app with health and metrics, a server with time and header limits,
 * and one way to refuse. Whoever connects controls every byte; nothing a client sends may end the process.
 */
import { createServer, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import type { RejectionCode } from '../contracts/metrics/http.ts'
import { problemMediaType } from '../contracts/problem.ts'
import { systemCodeOf } from './errors.ts'
import { problemOf, Refusal } from './refusal.ts'
import { followTls, readTls, type DoorTls, type ServerSecurity } from './tls.ts'

export interface DoorOptions {
  /** Called once for every refused request. */
  readonly onRejected: (code: RejectionCode) => void
  /** Called for an error no handler expected; the client gets `internal` and no detail. */
  readonly onDefect?: (error: unknown) => void
  /** Asked at `GET /health`. */
  readonly health?: () => Health | Promise<Health>
  /** Renders `GET /metrics`. Absent where another door of the process serves them. */
  readonly scrape?: () => Promise<{ readonly contentType: string; readonly body: string }>
  /** True on a door strangers reach: why a process is not well is told to nobody then. Default false. */
  readonly isRemote?: boolean
  /** Whom `GET /metrics` asks first. Default nobody: the door is on loopback. */
  readonly metricsGuard?: RequestHandler
  /** Trace to name in problem documents. */
  readonly traceId?: () => string | undefined
}

const optionsOf = new WeakMap<Express, DoorOptions>()

/** Creates the app; mount the routes on it and then call `closeDoor`. */
export function createDoor(options: DoorOptions): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('query parser', 'simple')
  app.use(denySniffing)
  optionsOf.set(app, options)
  return app
}

/** Whatever is answered is what its content type says, and nothing a browser makes of its bytes. */
const denySniffing: RequestHandler = (_request, response, next) => {
  response.setHeader('x-content-type-options', 'nosniff')
  next()
}

/** Mounts health, metrics, and the answers to unknown paths, wrong methods and every error. Call it last. */
export function closeDoor(app: Express): void {
  const options = optionsOf.get(app)
  if (options === undefined) throw new TypeError('closeDoor was given an app that createDoor did not make')
  app.get('/health', healthRoute(options))
  const { scrape, metricsGuard } = options
  if (scrape !== undefined) {
    app.get('/metrics', ...(metricsGuard === undefined ? [] : [metricsGuard]), metricsRoute(scrape))
  }
  app.use(refuseUnknown(app))
  app.use(answerError(options))
}

/** Undefined when ready, the reason when not, and what is missing where it works without. */
export type Health = string | undefined | { readonly degraded: string }

function healthRoute({ health, isRemote = false }: DoorOptions): RequestHandler {
  return async (_request, response) => {
    const found = await health?.()
    response.set('cache-control', 'no-store')
    if (found === undefined) response.json({ status: 'ok' })
    else if (typeof found === 'object') {
      response.json({ status: 'degraded', ...(isRemote ? {} : { reason: found.degraded }) })
    } else response.status(503).json({ status: 'unavailable', ...(isRemote ? {} : { reason: found }) })
  }
}

function metricsRoute(scrape: NonNullable<DoorOptions['scrape']>): RequestHandler {
  return async (_request, response) => {
    const { contentType, body } = await scrape()
    // Not `send`: it would rewrite the charset parameter that the exposition format prescribes.
    response.setHeader('content-type', contentType)
    response.end(body)
  }
}

function refuseUnknown(app: Express): RequestHandler {
  return (request, _response, next) => {
    const allowed = methodsOf(app, request.path)
    if (allowed.length === 0 || allowed.includes(request.method)) next(new Refusal('not_found'))
    else next(new Refusal('method_not_allowed', { headers: { allow: allowed.join(', ') } }))
  }
}

/** Lists the methods that routes mounted directly on the app answer for a path. */
function methodsOf(app: Express, path: string): string[] {
  const methods = new Set<string>()
  for (const { route } of app.router.stack) {
    if (route === undefined || !isPathOf(route.path, path)) continue
    for (const { method } of route.stack) methods.add(method.toUpperCase())
  }
  return [...methods].sort()
}

/** Compares a path with a route of plain and `:named` segments; other patterns match nothing here. */
function isPathOf(pattern: unknown, path: string): boolean {
  if (typeof pattern !== 'string') return false
  const expected = pattern.split('/')
  const found = path.split('/')
  return (
    expected.length === found.length &&
    expected.every((segment, at) => (segment.startsWith(':') ? found[at] !== '' : segment === found[at]))
  )
}

function answerError({ onRejected, onDefect, traceId }: DoorOptions): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const refusal = toRefusal(error)
    if (refusal.code === 'internal') onDefect?.(error)
    onRejected(refusal.code)
    sendRefusal(response, refusal, traceId?.())
  }
}

function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof URIError || (error instanceof Error && error.name === 'URIError')) {
    return new Refusal('query_invalid', { detail: 'the path is not valid percent-encoding' })
  }
  return new Refusal('internal', { cause: error })
}

/** Answers a request with a problem document; a response that has begun is cut off instead. */
export function sendRefusal(response: ServerResponse, refusal: Refusal, traceId?: string): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value)
  response.statusCode = refusal.status
  response.setHeader('content-type', problemMediaType)
  response.setHeader('cache-control', 'no-store')
  response.end(JSON.stringify(problemOf(refusal, traceId)))
}

export interface ListenOptions {
  /** 0 lets the system choose. */
  readonly port: number
  /** Default 127.0.0.1: no door of the house is open to the network unless a setting says so. */
  readonly host?: string
  /** Called for connections that did not speak HTTP. */
  readonly onRejected: (code: RejectionCode) => void
  /** Certificate of the door; without it the door speaks plain HTTP. */
  readonly tls?: DoorTls | ServerSecurity | undefined
}

export interface Listening {
  readonly port: number
  readonly server: Server
  /** Stops accepting, connections and requests, lets those in flight finish for 5 s, then cuts what is left. */
  readonly close: () => Promise<void>
}

/** Most bytes of a request's headers; 431 above (Node's own default is the same). */
const maxHeaderBytes = 16_384

/** A client that sends nothing is cut after 10 s, one that trickles its request after 30 s. */
const limits = {
  maxHeaderSize: maxHeaderBytes,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
} as const

/**
 * Opens a server for a request handler with limits on headers and time.
 *
 * @throws TlsError when there is a certificate that cannot be used
 */
export async function listen(
  handler: Express | Parameters<typeof createServer>[1],
  options: ListenOptions,
): Promise<Listening> {
  const { tls } = options
  const server = tls === undefined ? createServer(limits, handler) : await openTls(handler, tls, options)
  server.on('clientError', (error, socket) => answerClientError(error, socket as Socket, options.onRejected))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: options.port, host: options.host ?? '127.0.0.1' }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  return { port, server, close: () => closeServer(server, options.onRejected) }
}

async function openTls(
  handler: Parameters<typeof createServer>[1],
  tls: DoorTls | ServerSecurity,
  { onRejected }: ListenOptions,
): Promise<Server> {
  // A client that says nothing after connecting is cut as one that says nothing after that.
  const security = 'read' in tls ? tls.read() : await readTls(tls)
  const secured = { ...limits, ...security, handshakeTimeout: limits.headersTimeout }
  const server = createTlsServer(secured, handler)
  server.on('tlsClientError', () => onRejected('tls_failed'))
  server.once('close', 'read' in tls ? tls.follow(server) : followTls(server, tls))
  return server
}

function answerClientError(error: Error, socket: Socket, onRejected: (code: RejectionCode) => void): void {
  if (systemCodeOf(error) === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const refusal = clientRefusal(systemCodeOf(error))
  onRejected(refusal.code)
  const body = JSON.stringify(problemOf(refusal))
  const { title, status } = problemOf(refusal)
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\ncontent-type: ${problemMediaType}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

function clientRefusal(code: string | undefined): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new Refusal('headers_malformed', {
      status: 431,
      detail: `expected headers of at most ${maxHeaderBytes} bytes`,
    })
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Refusal('timeout')
  return new Refusal('headers_malformed', { detail: 'the request is not http' })
}

/** Pause between two looks for connections that have no request any more. */
const sweepMillis = 50

function closeServer(server: Server, onRejected: ListenOptions['onRejected']): Promise<void> {
  return new Promise((resolve, reject) => {
    // A connection that had a request in flight stays open: whoever asks again on it would take this door for open.
    server.removeAllListeners('request')
    server.on('request', (_request, response: ServerResponse) => {
      response.shouldKeepAlive = false
      onRejected('overloaded')
      sendRefusal(response, new Refusal('overloaded', { detail: 'the service is stopping' }))
    })
    const sweep = setInterval(() => server.closeIdleConnections(), sweepMillis)
    const cut = setTimeout(() => server.closeAllConnections(), 5_000)
    server.close((error) => {
      clearInterval(sweep)
      clearTimeout(cut)
      if (error === undefined) resolve()
      else reject(error)
    })
    server.closeIdleConnections()
  })
}
