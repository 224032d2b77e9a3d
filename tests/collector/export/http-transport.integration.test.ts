/** OTLP over HTTP against a server that answers as it is told, and checks what it is sent. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import { HttpTransport, type HttpTransportOptions } from '../../../collector/export/http-transport.ts'
import type { LoadSignal } from '../../../collector/graph/load.ts'
import { eventually } from '../../support/poll.ts'

interface Call {
  readonly request: IncomingMessage
  readonly body: Buffer
}

describe('OTLP over HTTP', () => {
  let server: Server
  let port: number
  let calls: Call[]
  let sockets: Set<Socket>
  let respond: (response: ServerResponse) => void
  let open: HttpTransport[]
  const { signal: running } = new AbortController()

  beforeEach(async () => {
    calls = []
    sockets = new Set()
    open = []
    respond = (response) => response.end()
    // No connection is closed unless a test closes it, however long this process stands still.
    server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      buffer(request)
        .then((body) => {
          calls.push({ request, body })
          respond(response)
        })
        .catch(() => undefined)
    })
    server.on('connection', (socket) => sockets.add(socket))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    // A listening TCP server has an address with a port.
    port = (server.address() as AddressInfo).port
  })
  afterEach(() => {
    for (const transport of open) transport.close()
    server.close()
    server.closeAllConnections()
  })

  const transportOf = (options: Partial<HttpTransportOptions> = {}) => {
    const base = `http://127.0.0.1:${port}/push`
    const transport = new HttpTransport({
      urls: { traces: `${base}/traces`, logs: `${base}/logs`, metrics: `${base}/metrics` },
      headers: {},
      compression: 'none',
      timeoutMillis: 60_000,
      ...options,
    })
    open.push(transport)
    return transport
  }
  const send = async (transport: HttpTransport, signal: LoadSignal = 'traces', stop = running) =>
    transport.send(signal, await transport.prepare(Buffer.from('items')), stop)

  it('posts to the address of the signal, one connection for one after the other', async () => {
    const transport = transportOf({ headers: { Authorization: 'Bearer of-a-test', 'Content-Type': 'other' } })
    for (const signal of ['traces', 'logs', 'metrics'] as const) {
      expect(await send(transport, signal)).to.deep.equal({ status: 'success', rejected: 0 })
    }
    expect(calls.map(({ request }) => request.url)).to.deep.equal([
      '/push/traces',
      '/push/logs',
      '/push/metrics',
    ])
    expect(calls[0]?.body.toString()).to.equal('items')
    expect(calls[0]?.request.headers).to.include({
      authorization: 'Bearer of-a-test',
      'content-type': 'application/x-protobuf',
      'content-length': '5',
    })
    expect(sockets.size).to.equal(1)
  })

  it('compresses the message and says so', async () => {
    await send(transportOf({ compression: 'gzip' }))
    expect(calls[0]?.request.headers['content-encoding']).to.equal('gzip')
    expect(gunzipSync(calls[0]?.body ?? '').toString()).to.equal('items')
  })

  it('sends again exactly what OTLP calls retryable', async () => {
    const transport = transportOf()
    const retried: number[] = []
    for (const status of [301, 307, 400, 401, 403, 404, 408, 413, 415, 429, 500, 501, 502, 503, 504]) {
      respond = (response) => response.writeHead(status, { location: '/elsewhere' }).end()
      if ((await send(transport)).status === 'retryable') retried.push(status)
    }
    expect(retried).to.deep.equal([429, 502, 503, 504])
    expect(calls.length).to.equal(15)
  })

  it('comes back when the other side says when, in seconds or as a date', async () => {
    respond = (response) => response.writeHead(429, { 'retry-after': '7' }).end()
    expect(await send(transportOf())).to.deep.equal({ status: 'retryable', retryInMillis: 7_000 })
    respond = (response) => response.writeHead(503, { 'retry-after': new Date(0).toUTCString() }).end()
    expect(await send(transportOf())).to.deep.equal({ status: 'retryable', retryInMillis: 0 })
    respond = (response) => response.writeHead(503, { 'retry-after': 'soon' }).end()
    expect(await send(transportOf())).to.deep.equal({ status: 'retryable' })
  })

  it('reads how many items were taken but left out, and believes no nonsense', async () => {
    respond = (response) => response.end(Buffer.from([0x0a, 0x02, 0x08, 0x07]))
    expect(await send(transportOf())).to.deep.equal({ status: 'success', rejected: 7 })
    for (const answer of [
      '{"partialSuccess":{}}',
      '\x0a\xff',
      '\x0a\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01',
    ]) {
      respond = (response) => response.end(Buffer.from(answer, 'latin1'))
      expect(await send(transportOf())).to.deep.equal({ status: 'success', rejected: 0 })
    }
  })

  it('goes on over a new connection when the kept one was closed meanwhile', async () => {
    const transport = transportOf()
    await send(transport)
    respond = (response) => response.socket?.destroy()
    expect(await send(transport)).to.deep.equal({ status: 'retryable' })
    expect(calls.length).to.equal(3)
    respond = (response) => response.end()
    expect(await send(transport)).to.include({ status: 'success' })
  })

  it('gives up what is not answered in time, or when it is stopped', async () => {
    respond = () => undefined
    expect(await send(transportOf({ timeoutMillis: 30 }))).to.deep.equal({ status: 'retryable' })
    const controller = new AbortController()
    const sent = send(transportOf({ timeoutMillis: 0 }), 'logs', controller.signal)
    const hasCome = () => calls.some(({ request }) => request.url === '/push/logs')
    await eventually('it has come', hasCome, { everyMillis: 10 })
    controller.abort()
    expect(await sent).to.deep.equal({ status: 'retryable' })
  })

  it('cuts an answer that is longer than any, and takes it for what its status says', async () => {
    respond = (response) => response.end(Buffer.alloc(5 * 2 ** 20))
    expect(await send(transportOf())).to.deep.equal({ status: 'success', rejected: 0 })
  })

  it('has everything sent again that nobody is there for', async () => {
    const transport = transportOf()
    server.close()
    server.closeAllConnections()
    expect(await send(transport)).to.deep.equal({ status: 'retryable' })
  })
})
