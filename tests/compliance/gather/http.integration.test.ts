import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { connect, createServer as createTcpServer, type AddressInfo } from 'node:net'
import { expect } from 'chai'
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../../compliance/evidence.ts'
import { gather } from '../../../compliance/gather/gather.ts'

describe('gathering from a running door', () => {
  const open: { close: () => unknown }[] = []

  afterEach(() => {
    for (const server of open.splice(0)) server.close()
  })

  async function listen(handler: RequestListener): Promise<string> {
    const server: Server = createServer(handler).listen(0, '127.0.0.1')
    open.push(server)
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  async function door(url: string, protectedPaths: readonly string[] = []): Promise<Resource> {
    const { resources } = await gather([], {
      doors: [{ name: 'app', url, protectedPaths }],
      timeoutMillis: 60_000,
    })
    expect(resources).to.have.length(1)
    // Asserted in the line above.
    return resources[0] as Resource
  }

  it('keeps status, headers and the flags of cookies, and no value of a cookie and no body', async () => {
    const url = await listen((request, response) => {
      response.setHeader('content-security-policy', "default-src 'self'")
      response.setHeader('set-cookie', [
        'session=secret-of-nobody; HttpOnly; Secure; SameSite=Strict; Path=/api',
        'theme=dark',
      ])
      response.statusCode = request.method === 'TRACE' ? 405 : 200
      response.end('body-of-nobody')
    })
    const resource = await door(url)
    expect(knownValueOf(resource, 'page.status')).to.equal(200)
    expect(knownValueOf(resource, 'page.header.content-security-policy')).to.equal("default-src 'self'")
    expect(knownValueOf(resource, 'page.cookie.0')).to.deep.equal({
      name: 'session',
      secure: true,
      http_only: true,
      same_site: 'strict',
      path: '/api',
      domain: '',
    })
    expect(knownValueOf(resource, 'page.cookie.1.http_only')).to.equal(false)
    expect(knownValueOf(resource, 'trace.status')).to.equal(405)
    expect(JSON.stringify([...resource.attributes])).not.to.match(/of-nobody|dark/)
  })

  it('asks protected paths without credentials and a preflight of a foreign origin', async () => {
    const url = await listen((request, response) => {
      if (request.method === 'OPTIONS') {
        response.setHeader('access-control-allow-origin', request.headers.origin ?? '')
      }
      response.statusCode = request.url?.startsWith('/private') === true ? 401 : 200
      response.end()
    })
    const resource = await door(url, ['/private', '/forgotten'])
    expect(childrenOf(resource, 'protected')).to.have.length(2)
    expect(knownValueOf(resource, 'protected.0.status')).to.equal(401)
    expect(knownValueOf(resource, 'protected.1')).to.include({ status: 200, path: '/forgotten' })
    expect(knownValueOf(resource, 'foreign_origin.header.access-control-allow-origin')).to.equal(
      'https://stranger.example',
    )
  })

  it('follows no redirect', async () => {
    const url = await listen((_request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
    })
    const resource = await door(url)
    expect(knownValueOf(resource, 'page.status')).to.equal(302)
    expect(knownValueOf(resource, 'page.header.location')).to.equal('http://127.0.0.1:1/')
  })

  it('takes a door that does not answer, or answers without end, for unknown and not for shut', async () => {
    const silent = createTcpServer().listen(0, '127.0.0.1')
    const endless = createTcpServer((socket) => {
      socket.on('error', () => undefined)
      socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`)
    }).listen(0, '127.0.0.1')
    const garbage = createTcpServer((socket) => socket.end('no http at all\r\n\r\n')).listen(0, '127.0.0.1')
    open.push(silent, endless, garbage)
    for (const server of [silent, endless, garbage]) {
      if (!server.listening) await once(server, 'listening')
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const { resources, faults, sources } = await gather([], {
        doors: [{ name: 'app', url }],
        timeoutMillis: 300,
      })
      expect(faults.map(({ code }) => code)).to.deep.equal(['GATHER_UNREACHABLE'])
      expect(sources).to.deep.equal([])
      const [resource] = resources
      expect(resource === undefined ? undefined : attributeOf(resource, 'page.status')).to.include({
        known: false,
      })
    }
    connect({ port: (silent.address() as AddressInfo).port }).destroy()
  })

  it('bounds what an answer can bring', async () => {
    const url = await listen((_request, response) => {
      for (let at = 0; at < 300; at += 1) response.setHeader(`x-${at}`, 'y')
      response.end()
    })
    const resource = await door(url)
    expect(childrenOf(resource, 'page.header')).to.have.length.at.most(100)
  })
})
