/** Clients of the collector's doors: bodies are made before, so that nothing but sending is left. */
import { Agent, request } from 'node:http'
import { connect, type ClientHttp2Session } from 'node:http2'
import { gzipSync } from 'node:zlib'
import type { Target } from './target.ts'

export const transports = ['http', 'http gzip', 'grpc', 'grpc gzip'] as const
export type Transport = (typeof transports)[number]

const agent = new Agent({ keepAlive: true, maxSockets: 8 })
const sessions = new Map<number, ClientHttp2Session>()
const call = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'

/** Lays a request out as it goes over a transport. */
export function pack(bytes: Uint8Array, transport: Transport): Buffer {
  const isGzip = transport.endsWith('gzip')
  const body = isGzip ? gzipSync(bytes, { level: 1 }) : Buffer.from(bytes)
  if (!transport.startsWith('grpc')) return body
  const head = Buffer.alloc(5)
  head[0] = isGzip ? 1 : 0
  head.writeUInt32BE(body.length, 1)
  return Buffer.concat([head, body])
}

/** Sends a packed request; one that is not taken fails the benchmark. */
export function send(target: Target, body: Buffer, transport: Transport): Promise<void> {
  return transport.startsWith('grpc') ? sendGrpc(target, body, transport) : sendHttp(target, body, transport)
}

/** Closes all connections. */
export function closeConnections(): void {
  agent.destroy()
  for (const session of sessions.values()) session.close()
}

function sendHttp({ http: port }: Target, body: Buffer, transport: Transport): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-protobuf',
      'content-length': body.length,
      ...(transport === 'http gzip' ? { 'content-encoding': 'gzip' } : {}),
    }
    const sent = request({ port, agent, method: 'POST', path: '/v1/traces', headers }, (response) => {
      response.resume()
      if (response.statusCode === 200) response.once('end', resolve)
      else reject(new Error(`answered ${String(response.statusCode)}`))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

function sendGrpc({ grpc: port = 0 }: Target, body: Buffer, transport: Transport): Promise<void> {
  const session = sessions.get(port) ?? connect(`http://127.0.0.1:${port}`)
  sessions.set(port, session)
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': call,
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
