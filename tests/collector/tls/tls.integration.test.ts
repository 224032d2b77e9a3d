/** TLS keys of clients and servers, with certificates as an operator makes them. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { clientTls, serverTls } from '../../../collector/config/blocks/tls.ts'
import { GrpcTransport } from '../../../collector/export/grpc-transport.ts'
import { HttpTransport } from '../../../collector/export/http-transport.ts'
import type { Transport } from '../../../collector/export/transport.ts'
import { listenGrpc } from '../../../collector/receive/grpc-server.ts'
import { openClientTls } from '../../../collector/tls/client-tls.ts'
import { serverSecurity } from '../../../collector/tls/server-tls.ts'
import { listen } from '../../../lib/http.ts'
import { Authority, openssl, type Pair } from '../../support/certificates.ts'
import { eventually } from '../../support/poll.ts'

type Keys = Readonly<Record<string, unknown>>

describe('TLS of the collector', function () {
  let folder: string
  let authority: Authority
  let stranger: Authority
  let server: Pair
  let client: Pair
  let close: (() => Promise<void> | void)[]
  let logged: unknown[]
  const { signal: running } = new AbortController()
  const log = { error: (...line: unknown[]) => void logged.push(line) }

  before(function () {
    if (openssl === undefined) this.skip()
    folder = mkdtempSync(join(tmpdir(), 'campanile-tls-'))
    authority = new Authority(join(folder, 'ours'))
    stranger = new Authority(join(folder, 'theirs'))
    server = authority.sign({ name: 'server', names: 'DNS:gateway.example,IP:127.0.0.1' })
    client = authority.sign({ name: 'client', names: 'DNS:edge.example' })
  })
  after(() => rmSync(folder, { recursive: true, force: true }))
  beforeEach(() => {
    close = []
    logged = []
  })
  afterEach(async () => {
    for (const each of close) await each()
  })

  const own = ({ cert, key }: Pair): Keys => ({ cert_file: cert, key_file: key })
  const security = (keys: Keys) =>
    serverSecurity(serverTls.read(keys), 'receivers.otlp.protocols.http.tls', log as never)

  async function openHttp(keys: Keys) {
    const answer = (request: IncomingMessage, response: ServerResponse) =>
      void request.resume().once('end', () => response.end())
    const door = await listen(answer, {
      port: 0,
      tls: security(keys),
      onRejected: () => undefined,
    })
    close.push(door.close)
    return door.port
  }

  async function openGrpc(keys: Keys) {
    const answer = (stream: ServerHttp2Stream) => {
      stream.resume()
      stream.respond({ ':status': 200, 'grpc-status': '0' }, { endStream: true })
    }
    const door = await listenGrpc(answer, {
      host: '127.0.0.1',
      port: 0,
      security: security(keys),
      onRefused: () => undefined,
    })
    close.push(door.close)
    return door.port
  }

  const secureOf = (keys: Keys) =>
    openClientTls(clientTls.read(keys), {
      at: 'exporters.otlp_http.tls',
      onFault: (error) => logged.push(error),
      now: () => performance.now(),
    })

  function httpTo(port: number, keys: Keys): Transport {
    const url = `https://127.0.0.1:${port}`
    const transport = new HttpTransport({
      urls: { traces: url, logs: url, metrics: url },
      headers: {},
      compression: 'none',
      timeoutMillis: 60_000,
      secure: secureOf(keys),
    })
    close.push(transport.close)
    return transport
  }

  function grpcTo(port: number, keys: Keys): Transport {
    const transport = new GrpcTransport({
      target: `127.0.0.1:${port}`,
      headers: {},
      compression: 'none',
      timeoutMillis: 60_000,
      secure: secureOf(keys),
    })
    close.push(transport.close)
    return transport
  }

  const isTaken = async (transport: Transport) => {
    const message = await transport.prepare(Buffer.from('spans'))
    return (await transport.send('traces', message, running)).status === 'success'
  }

  const ways = [
    { name: 'HTTP', open: openHttp, to: httpTo },
    { name: 'gRPC', open: openGrpc, to: grpcTo },
  ] as const

  for (const { name, open, to } of ways) {
    it(`sends over ${name} to whom its authorities know, by the name they know it`, async () => {
      const port = await open(own(server))
      const known = { ca_file: authority.cert }
      expect(await isTaken(to(port, known))).to.equal(true)
      expect(await isTaken(to(port, { ca_pem: readFileSync(authority.cert, 'utf8') }))).to.equal(true)
      expect(await isTaken(to(port, { ...known, server_name_override: 'gateway.example' }))).to.equal(true)
      expect(await isTaken(to(port, { ...known, server_name_override: 'other.example' }))).to.equal(false)
      expect(await isTaken(to(port, { ca_file: stranger.cert }))).to.equal(false)
      expect(await isTaken(to(port, {}))).to.equal(false)
      expect(await isTaken(to(port, { insecure_skip_verify: true }))).to.equal(true)
    })

    it(`takes over ${name} only clients that its authorities know, where it asks for them`, async () => {
      const port = await open({ ...own(server), client_ca_file: authority.cert })
      const known = { ca_file: authority.cert }
      const other = stranger.sign({ name: 'client', names: 'DNS:edge.example' })
      expect(await isTaken(to(port, { ...known, ...own(client) }))).to.equal(true)
      expect(await isTaken(to(port, known))).to.equal(false)
      expect(await isTaken(to(port, { ...known, ...own(other) }))).to.equal(false)
    })

    it(`speaks over ${name} the versions it is to`, async () => {
      const port = await open({ ...own(server), min_version: '1.3' })
      const known = { ca_file: authority.cert }
      expect(await isTaken(to(port, known))).to.equal(true)
      expect(await isTaken(to(port, { ...known, max_version: '1.2' }))).to.equal(false)
    })
  }

  it('reads its certificate again when the file has changed, and goes on with what it had when it is broken', async () => {
    const cert = join(folder, 'changing.pem')
    const key = join(folder, 'changing.key')
    const put = (pair: Pair) => {
      copyFileSync(pair.cert, cert)
      copyFileSync(pair.key, key)
    }
    put(server)
    const port = await openHttp({ ...own({ cert, key }), reload_interval: '20ms' })
    expect(await isTaken(httpTo(port, { ca_file: authority.cert }))).to.equal(true)
    writeFileSync(cert, 'no certificate')
    await eventually('it has been told of', () => logged.length > 0, { everyMillis: 10 })
    expect(await isTaken(httpTo(port, { ca_file: authority.cert }))).to.equal(true)
    put(stranger.sign({ name: 'server', names: 'IP:127.0.0.1' }))
    await eventually('it has another certificate', () => isTaken(httpTo(port, { ca_file: stranger.cert })), {
      everyMillis: 20,
    })
  })

  it('sends with authorities that are read again, over new connections', async () => {
    const ca = join(folder, 'changing-ca.pem')
    copyFileSync(stranger.cert, ca)
    const port = await openHttp(own(server))
    const transport = httpTo(port, { ca_file: ca, reload_interval: '10ms' })
    expect(await isTaken(transport)).to.equal(false)
    writeFileSync(ca, 'no certificate')
    await eventually('it has been told of', async () => (await isTaken(transport)) || logged.length > 0)
    copyFileSync(authority.cert, ca)
    await eventually('it believes the other side', () => isTaken(transport), { everyMillis: 20 })
  })

  it('names key and file of what it cannot use, and no more of it', () => {
    const old = authority.sign({ name: 'old', names: 'DNS:old.example', days: -1 })
    const faults: [Keys, RegExp][] = [
      [{ cert_file: '/nowhere.pem', key_file: server.key }, /tls\.cert_file \/nowhere\.pem: ENOENT/],
      [
        { cert_file: server.cert, key_file: client.key },
        /tls\.key_file .*client\.key: found the key of another/,
      ],
      [{ cert_file: server.key, key_file: server.key }, /tls\.cert_file .*server\.key: /],
      [{ cert_pem: 'nothing', key_file: server.key }, /tls\.cert_pem: /],
      [own(old), /tls\.cert_file .*old\.pem: found a certificate that ended/],
      [
        { ...own(server), client_ca_file: server.key },
        /tls\.client_ca_file .*server\.key: found no certificate/,
      ],
    ]
    for (const [keys, expected] of faults) {
      expect(() => security(keys)?.read(), String(expected))
        .to.throw(expected)
        .with.property('code', 'TLS_UNUSABLE')
    }
    expect(() => secureOf({ ca_file: client.key }))
      .to.throw(/exporters\.otlp_http\.tls\.ca_file .*client\.key: found no certificate/)
      .with.property('code', 'TLS_UNUSABLE')
  })
})
