/** Clients of the doors of the servers: bodies are made before, so that nothing but sending is left. */
import { connect, type ClientHttp2Session } from 'node:http2'
import { gzipSync } from 'node:zlib'
import { rawRequest, sendRaw, type Outcome } from './raw-http.ts'
import type { Target } from './target.ts'

export const transports = ['http', 'http gzip', 'grpc', 'grpc gzip'] as const
export type Transport = (typeof transports)[number]
export type Signal = 'traces' | 'logs'

export interface Sending {
  readonly target: Target
  readonly transport: Transport
  readonly signal: Signal
}

const sessions = new Map<number, ClientHttp2Session>()
const calls: Readonly<Record<Signal, string>> = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
}

/** Lays requests out as they go over a transport. */
export function pack(bodies: readonly Uint8Array[], { transport, signal }: Sending): Buffer[] {
  const isGzip = transport.endsWith('gzip')
  return bodies.map((bytes) => {
    const body = isGzip ? gzipSync(bytes, { level: 1 }) : Buffer.from(bytes)
    return transport.startsWith('grpc') ? framed(body, isGzip) : posted(body, { signal, isGzip })
  })
}

function posted(
  body: Buffer,
  { signal, isGzip }: { readonly signal: Signal; readonly isGzip: boolean },
): Buffer {
  const headers = {
    'content-type': 'application/x-protobuf',
    ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
  }
  return rawRequest(`/v1/${signal}`, headers, body)
}

function framed(body: Buffer, isGzip: boolean): Buffer {
  const head = Buffer.alloc(5)
  head[0] = isGzip ? 1 : 0
  head.writeUInt32BE(body.length, 1)
  return Buffer.concat([head, body])
}

export interface Load {
  readonly millis: number
  /** Requests on their way at a time. */
  readonly clients: number
}

/** Sends packed requests for a time; over gRPC one that is not taken fails the benchmark. */
export function send(
  sending: Sending,
  requests: readonly Buffer[],
  { millis, clients }: Load,
): Promise<Outcome> {
  if (!sending.transport.startsWith('grpc')) {
    return sendRaw({ port: sending.target.http, requests, connections: clients, millis })
  }
  return sendCalls(sending, requests, { millis, clients })
}

/** Closes all connections. */
export function closeConnections(): void {
  for (const session of sessions.values()) session.close()
}

async function sendCalls(
  sending: Sending,
  requests: readonly Buffer[],
  { millis, clients }: Load,
): Promise<Outcome> {
  const end = performance.now() + millis
  let taken = 0
  const one = async () => {
    while (performance.now() < end) {
      await call(sending, requests[taken++ % requests.length] ?? Buffer.alloc(0))
    }
  }
  await Promise.all(Array.from({ length: clients }, one))
  return { taken, refused: 0 }
}

function call({ target: { grpc: port = 0 }, signal, transport }: Sending, body: Buffer): Promise<void> {
  const session = sessions.get(port) ?? connect(`http://127.0.0.1:${port}`)
  sessions.set(port, session)
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': calls[signal],
      'content-type': 'application/grpc',
      te: 'trailers',
      ...(transport === 'grpc gzip' ? { 'grpc-encoding': 'gzip' } : {}),
    })
    let status: unknown
    stream.once('response', (headers) => (status = headers['grpc-status']))
    stream.once('trailers', (trailers: Record<string, unknown>) => (status ??= trailers['grpc-status']))
    stream.resume()
    stream.once('error', reject)
    stream.once('close', () => (status === '0' ? resolve() : reject(new Error(`answered ${String(status)}`))))
    stream.end(body)
  })
}
