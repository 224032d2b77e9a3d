/** Opens the port of gRPC: HTTP/2, without TLS by prior knowledge, with bounds on everything a client may hold open. */
import {
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type Http2Session,
} from 'node:http2'
import type { ServerSecurity } from '../../lib/tls.ts'
import type { StreamHandler } from './otlp-grpc.ts'

export interface GrpcListenOptions {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Calls of one connection at once. Default 128. */
  readonly maxStreams?: number
  /** Plain text without it. */
  readonly security?: ServerSecurity | undefined
  /** Told of a connection that is one too many. */
  readonly onRefused: () => void
}

export interface GrpcListening {
  readonly port: number
  /** Stops accepting, lets calls in flight finish for 5 s, then cuts what is left. */
  readonly close: () => Promise<void>
}

/** Connections at once; each exporter has one. */
const maxSessions = 512
/** A connection without a call is closed after 5 min, a call that does not arrive after 30 s. */
const idleMillis = 300_000
const streamMillis = 30_000
const closeMillis = 5_000
/** A client that connects and does not greet is cut. */
const handshakeTimeout = 10_000

/**
 * Bytes a connection may send before they are read, and each of its calls. With HTTP/2's own 64 KiB for a connection a
 * request of 500 spans waits for four permissions to go on, and costs a third more; it fits into this one. All that is
 * not read yet is held, 128 MiB by as many connections as there may be, and counts for the memory limiter.
 */
const windowBytes = 2 ** 18

/** Opens a server for calls. */
export async function listenGrpc(handler: StreamHandler, options: GrpcListenOptions): Promise<GrpcListening> {
  const sessions = new Set<Http2Session>()
  const server = openServer(options)
  server.on('session', (session) => {
    if (sessions.size >= maxSessions) {
      options.onRefused()
      session.destroy()
      return
    }
    sessions.add(session)
    session.setLocalWindowSize(windowBytes)
    session.once('close', () => sessions.delete(session))
    // A client that breaks the protocol is cut; its calls are answered to nobody.
    session.on('error', () => session.destroy())
    session.setTimeout(idleMillis, () => session.close())
  })
  server.on('sessionError', () => undefined)
  server.on('stream', (stream, headers) => {
    // From the first byte to the last: a client that trickles is cut too.
    const late = setTimeout(() => stream.close(), streamMillis).unref()
    stream.once('end', () => clearTimeout(late))
    stream.once('close', () => clearTimeout(late))
    handler(stream, headers)
  })
  await listening(server, options)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  return { port, close: () => close(server, sessions) }
}

function openServer({ maxStreams = 128, security }: GrpcListenOptions): Http2Server | Http2SecureServer {
  const bounds = {
    settings: { maxConcurrentStreams: maxStreams, initialWindowSize: windowBytes, maxHeaderListSize: 16_384 },
    maxSessionMemory: 32,
  }
  if (security === undefined) return createServer(bounds)
  const server = createSecureServer({ ...bounds, ...security.read(), handshakeTimeout, allowHTTP1: false })
  // The runtime has cut it.
  server.on('tlsClientError', () => undefined)
  server.once('close', security.follow(server))
  return server
}

function listening(
  server: Http2Server | Http2SecureServer,
  { host, port }: GrpcListenOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function close(server: Http2Server | Http2SecureServer, sessions: ReadonlySet<Http2Session>): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => {
      for (const session of sessions) session.destroy()
    }, closeMillis)
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
    for (const session of sessions) session.close()
  })
}
