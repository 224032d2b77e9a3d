import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type TlsOptions } from 'node:tls'
import { expect } from 'chai'
import { attributeOf, knownValueOf, type Resource } from '../../../compliance/evidence.ts'
import { gather } from '../../../compliance/gather/gather.ts'
import { gatherTls } from '../../../compliance/gather/tls.ts'
import { Authority, openssl } from '../../support/certificates.ts'

const day = 86_400_000

describe('shaking hands with a door', function () {
  const open: Server[] = []
  let folder = ''
  let authority: Authority

  before(function () {
    if (openssl === undefined) throw new Error('this test needs openssl')
    folder = mkdtempSync(join(tmpdir(), 'campanile-tls-'))
    authority = new Authority(folder)
  })

  after(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  afterEach(() => {
    for (const server of open.splice(0)) server.close()
  })

  async function listening(server: Server): Promise<string> {
    open.push(server.listen(0, '127.0.0.1'))
    await once(server, 'listening')
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  function serve(names: string, days: number, options: TlsOptions = {}): Promise<string> {
    const { cert, key } = authority.sign({ name: `door-${open.length}`, names, days })
    const pair = { cert: readFileSync(cert), key: readFileSync(key) }
    const server = createServer({ ...pair, ...options }, (socket) => {
      socket.on('error', () => undefined)
      // Whoever asks by HTTP too is not kept waiting.
      socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n'))
    })
    server.on('tlsClientError', () => undefined)
    return listening(server)
  }

  async function shown(url: string, nowMillis = Date.now()): Promise<Resource> {
    const { resources } = await gatherTls({ name: 'app', url }, { timeoutMillis: 60_000, nowMillis })
    expect(resources.map(({ address }) => address)).to.deep.equal(['tls.app'])
    // Asserted in the line above.
    return resources[0] as Resource
  }

  it('tells the versions that are spoken from those that are refused', async () => {
    const modern = await shown(await serve('IP:127.0.0.1', 30, { minVersion: 'TLSv1.2' }))
    expect(knownValueOf(modern, 'protocol')).to.deep.equal({
      tls1_0: 'refused',
      tls1_1: 'refused',
      tls1_2: 'accepted',
      tls1_3: 'accepted',
    })
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.2', ciphers: 'ALL:@SECLEVEL=0' } as const
    const ancient = await shown(await serve('IP:127.0.0.1', 30, old))
    expect(knownValueOf(ancient, 'protocol')).to.deep.equal({
      tls1_0: 'accepted',
      tls1_1: 'accepted',
      tls1_2: 'accepted',
      tls1_3: 'refused',
    })
  })

  it('reads the certificate: names, days left, key, signature, and who stands behind it', async () => {
    const url = await serve('IP:127.0.0.1', 30)
    const resource = await shown(url, Date.now() + 9 * day)
    expect(knownValueOf(resource, 'certificate.days_left')).to.be.within(20, 21)
    expect(knownValueOf(resource, 'certificate')).to.include({
      is_trusted: false,
      is_complete: false,
      matches_name: true,
      subject_alt_names: 'IP Address:127.0.0.1',
    })
    expect(knownValueOf(resource, 'certificate.key.type')).to.be.oneOf(['ec', 'rsa', 'ed25519'])
    expect(knownValueOf(resource, 'certificate.signature')).to.match(/25519/i)
    const other = await shown(await serve('DNS:elsewhere.example', 30))
    expect(knownValueOf(other, 'certificate.matches_name')).to.equal(false)
  })

  it('says which protocol is spoken on top', async () => {
    const resource = await shown(await serve('IP:127.0.0.1', 30, { ALPNProtocols: ['http/1.1'] }))
    expect(knownValueOf(resource, 'negotiated.alpn')).to.equal('http/1.1')
    expect(knownValueOf(resource, 'negotiated.protocol')).to.equal('TLSv1.3')
    expect(knownValueOf(resource, 'ocsp_stapled')).to.equal(false)
  })

  it('takes silence, and a door that speaks no TLS, for unknown', async () => {
    const silent = createTcpServer((socket) => socket.on('error', () => undefined))
    const plain = createTcpServer((socket) => {
      socket.on('error', () => undefined)
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    })
    for (const server of [silent, plain]) {
      const url = await listening(server)
      const { resources } = await gatherTls({ name: 'app', url }, { timeoutMillis: 300, nowMillis: 0 })
      const [resource] = resources
      for (const path of ['protocol.tls1_0', 'certificate.days_left'])
        expect(resource === undefined ? undefined : attributeOf(resource, path)).to.include({ known: false })
    }
  })

  it('is done for doors of https and no others', async () => {
    const url = await serve('IP:127.0.0.1', 30)
    const doors = [
      { name: 'secure', url },
      // Nobody listens there: an answer is at once.
      { name: 'plain', url: 'http://127.0.0.1:1' },
    ]
    const { resources } = await gather([], { doors, timeoutMillis: 60_000 })
    expect(resources.filter(({ type }) => type === 'tls').map(({ name }) => name)).to.deep.equal(['secure'])
  })
})
