/** OTLP over gRPC against a server of plain HTTP/2 that answers as it is told, and checks what it is sent. */
import { once } from 'node:events'
import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import { gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import { GrpcTransport, type GrpcTransportOptions } from '../../../collector/export/grpc-transport.ts'
import type { Outcome } from '../../../collector/export/retry.ts'
import { grpcStatusOf } from '../../../collector/wire/status.ts'
import { freePort } from '../../support/free-port.ts'
import { eventually } from '../../support/poll.ts'

interface Call {
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly session: ServerHttp2Session
}

type Responder = (stream: ServerHttp2Stream) => void

/** Answers with a message and a status behind it. */
const answerWith =
  (message: Uint8Array, status = '0'): Responder =>
  (stream) => {
    const frame = Buffer.alloc(5 + message.length)
    frame.writeUInt32BE(message.length, 1)
    frame.set(message, 5)
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }))
    stream.end(frame)
  }
/** Answers with a status and nothing else. */
const refuseWith =
  (headers: Readonly<Record<string, string | number>>): Responder =>
  (stream) =>
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...headers }, { endStream: true })

describe('OTLP over gRPC', () => {
  let server: Http2Server
  let calls: Call[]
  let respond: Responder
  let sessions: Set<ServerHttp2Session>
  let open: GrpcTransport[]
  const { signal: running } = new AbortController()

  const start = async (port: number) => {
    server = createServer()
    server.on('session', (session) => {
      sessions.add(session)
      session.on('error', () => undefined)
      session.once('close', () => sessions.delete(session))
    })
    server.on('stream', (stream, headers) => {
      const chunks: Buffer[] = []
      stream.on('error', () => undefined)
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.once('end', () => {
        // A stream that has ended its request is still on its session.
        calls.push({ headers, body: Buffer.concat(chunks), session: stream.session as ServerHttp2Session })
        respond(stream)
      })
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  const stop = () => {
    for (const session of sessions) session.destroy()
    server.close()
  }

  let port: number
  beforeEach(async () => {
    calls = []
    sessions = new Set()
    open = []
    respond = answerWith(new Uint8Array(0))
    port = await freePort()
    await start(port)
  })
  afterEach(() => {
    for (const transport of open) transport.close()
    stop()
  })

  const transportOf = (options: Partial<GrpcTransportOptions> = {}) => {
    const transport = new GrpcTransport({
      target: `127.0.0.1:${port}`,
      headers: {},
      compression: 'none',
      timeoutMillis: 60_000,
      ...options,
    })
    open.push(transport)
    return transport
  }
  const send = async (transport: GrpcTransport, text = 'spans'): Promise<Outcome> =>
    transport.send('traces', await transport.prepare(Buffer.from(text)), running)

  it('calls Export of the signal with one message in one frame', async () => {
    const transport = transportOf({
      headers: { Authorization: 'Bearer of-a-test', 'X-Scope-OrgID': 'campus' },
    })
    for (const signal of ['traces', 'logs', 'metrics'] as const) {
      const message = await transport.prepare(Buffer.from(signal))
      expect(await transport.send(signal, message, running)).to.deep.equal({ status: 'success', rejected: 0 })
    }
    expect(calls.map(({ headers }) => headers[':path'])).to.deep.equal([
      '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
      '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
      '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
    ])
    expect(calls.map(({ body }) => body.toString('latin1'))).to.deep.equal([
      '\0\0\0\0\x06traces',
      '\0\0\0\0\x04logs',
      '\0\0\0\0\x07metrics',
    ])
    expect(calls[0]?.headers).to.include({
      ':method': 'POST',
      'content-type': 'application/grpc+proto',
      te: 'trailers',
      'grpc-timeout': '60000m',
      authorization: 'Bearer of-a-test',
      'x-scope-orgid': 'campus',
    })
    expect(new Set(calls.map(({ session }) => session)).size).to.equal(1)
  })

  it('compresses the message and says so', async () => {
    expect(await send(transportOf({ compression: 'gzip' }))).to.include({ status: 'success' })
    expect(calls[0]?.headers['grpc-encoding']).to.equal('gzip')
    const body = calls[0]?.body ?? Buffer.alloc(0)
    expect(body[0]).to.equal(1)
    expect(gunzipSync(body.subarray(5)).toString()).to.equal('spans')
  })

  it('reads how many items were taken but left out', async () => {
    respond = answerWith(Buffer.from([0x0a, 0x02, 0x08, 0x07]))
    expect(await send(transportOf())).to.deep.equal({ status: 'success', rejected: 7 })
  })

  it('sends again exactly what OTLP calls retryable, wherever the status stands', async () => {
    const transport = transportOf()
    const retried: number[] = []
    for (let code = 1; code <= 16; code++) {
      respond = refuseWith({ 'grpc-status': String(code) })
      const alone = await send(transport)
      respond = answerWith(new Uint8Array(0), String(code))
      expect(await send(transport)).to.deep.equal(alone)
      if (alone.status === 'retryable') retried.push(code)
      else expect(alone.status).to.equal('failure')
    }
    expect(retried).to.deep.equal([1, 4, 10, 11, 14, 15])
  })

  it('comes back when the other side says when, even where its resources are exhausted', async () => {
    for (const status of [429, 503]) {
      const { code, details = '' } = grpcStatusOf({ status, code: 'overloaded', detail: undefined })
      respond = refuseWith({ 'grpc-status': String(code), 'grpc-status-details-bin': details })
      expect(await send(transportOf())).to.deep.equal({ status: 'retryable', retryInMillis: 1_000 })
    }
    respond = refuseWith({ 'grpc-status': '14', 'grpc-status-details-bin': 'CgNub3RoaW5n' })
    expect(await send(transportOf())).to.deep.equal({ status: 'retryable' })
  })

  it('takes what is not gRPC for what its HTTP status means', async () => {
    const found: Record<number, string> = {}
    for (const status of [400, 401, 403, 404, 429, 500, 502, 503, 504]) {
      respond = (stream) =>
        stream.respond({ ':status': status, 'content-type': 'text/html' }, { endStream: true })
      found[status] = (await send(transportOf())).status
    }
    const retried = Object.keys(found).filter((status) => found[Number(status)] === 'retryable')
    expect(retried).to.deep.equal(['429', '502', '503', '504'])
  })

  it('takes another connection when the other side is about to close this one', async () => {
    const transport = transportOf()
    await send(transport)
    const [first] = calls
    first?.session.goaway()
    await eventually('it calls on another one', async () => {
      expect(await send(transport)).to.include({ status: 'success' })
      return calls.at(-1)?.session !== first?.session
    })
  })

  it('ends calls under way well when the connection is to be closed', async () => {
    const transport = transportOf()
    const waiting: ServerHttp2Stream[] = []
    respond = (stream) => void waiting.push(stream)
    const sent = send(transport)
    const [stream] = await eventually('it has come', () => waiting.length === 1 && waiting)
    calls[0]?.session.close()
    respond = answerWith(new Uint8Array(0))
    // What goes out before the word has come is turned away.
    await eventually('the next one is answered', async () => (await send(transport)).status === 'success')
    if (stream !== undefined) respond(stream)
    expect(await sent).to.include({ status: 'success' })
  })

  it('has everything sent again that a connection took with it, and goes on with the next', async () => {
    const transport = transportOf()
    respond = (stream) => stream.session?.destroy()
    expect(await send(transport)).to.deep.equal({ status: 'retryable' })
    stop()
    expect(await send(transport)).to.deep.equal({ status: 'retryable' })
    await start(port)
    respond = answerWith(new Uint8Array(0))
    expect(await send(transport)).to.include({ status: 'success' })
  })

  it('gives up a call that is not answered in time, and the connection with it', async () => {
    const transport = transportOf({ timeoutMillis: 50 })
    respond = () => undefined
    // Where the machine is busy, it is given up before it has come.
    await eventually('one has come', async () => {
      expect(await send(transport)).to.deep.equal({ status: 'retryable' })
      return calls.length > 0
    })
    respond = answerWith(new Uint8Array(0))
    await eventually('the next one is answered', async () => (await send(transport)).status === 'success')
    expect(new Set(calls.map(({ session }) => session)).size).to.be.above(1)
  })

  it('cuts an answer that is longer than any', async () => {
    respond = answerWith(Buffer.alloc(5 * 2 ** 20))
    expect(await send(transportOf())).to.include({ status: 'failure' })
  })

  it('lets go at once when it is stopped', async () => {
    const controller = new AbortController()
    const transport = transportOf({ timeoutMillis: 0 })
    respond = () => controller.abort()
    const message = await transport.prepare(Buffer.from('spans'))
    expect(await transport.send('traces', message, controller.signal)).to.deep.equal({ status: 'retryable' })
  })
})
