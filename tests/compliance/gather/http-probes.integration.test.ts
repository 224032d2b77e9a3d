import { createHmac, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../../compliance/evidence.ts'
import { gatherHttp, type LiveDoor } from '../../../compliance/gather/http.ts'

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
const jwks = {
  keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'kid-of-nobody' }],
}
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const token = `${part({ alg: 'ES256' })}.${part({ iat: 1_000, exp: 1_900, sub: 'subject-of-nobody' })}.c2ln`

describe('probing a running door', () => {
  const open: Server[] = []
  afterEach(() => {
    for (const server of open.splice(0)) server.close()
  })

  async function door(handler: RequestListener, rest: Partial<LiveDoor>): Promise<Resource> {
    const server = createServer(handler).listen(0, '127.0.0.1')
    open.push(server)
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const [found] = (await gatherHttp({ name: 'app', url, ...rest }, 60_000)).resources
    if (found === undefined) throw new Error('no resource')
    return found
  }

  it('reads the kinds of the keys a door publishes, and what it tells strangers', async () => {
    const found = await door((request, response) => {
      const known = ['/', '/metrics', '/.well-known/jwks.json']
      response.statusCode = known.includes(request.url ?? '') ? 200 : 404
      if (request.headers.host === 'stranger.example') response.statusCode = 421
      response.end(request.url === '/.well-known/jwks.json' ? JSON.stringify(jwks) : '')
    }, {})
    expect(knownValueOf(found, 'jwks.keys.0')).to.deep.equal({
      kty: 'EC',
      alg: 'ES256',
      use: 'sig',
      crv: 'P-256',
    })
    expect(knownValueOf(found, 'strange_host.status')).to.equal(421)
    const told = childrenOf(found, 'open').filter((path) => knownValueOf(found, `${path}.status`) === 200)
    expect(told.map((path) => knownValueOf(found, `${path}.path`))).to.deep.equal(['/metrics'])
    expect(JSON.stringify([...found.attributes])).not.to.contain('of-nobody')
    expect(attributeOf(found, 'forged')).to.equal(undefined)
    expect(attributeOf(found, 'burst')).to.equal(undefined)
  })

  it('sends tokens that anybody could make only where that is allowed, one signed with the public key', async () => {
    const shown: string[] = []
    const found = await door(
      (request, response) => {
        const [, sent = ''] = (request.headers.authorization ?? '').split(' ')
        if (sent !== '') shown.push(sent)
        const [head = '', claims = '', signature] = sent.split('.')
        const isForged =
          createHmac('sha256', pem).update(`${head}.${claims}`).digest('base64url') === signature
        response.statusCode = request.url === '/me' && !isForged ? 401 : 200
        response.end(request.url === '/.well-known/jwks.json' ? JSON.stringify(jwks) : '')
      },
      { protectedPaths: ['/me'], active: {} },
    )
    expect(shown).to.have.length(2)
    expect(knownValueOf(found, 'forged.none.status')).to.equal(401)
    expect(knownValueOf(found, 'forged.hs256.status')).to.equal(200)
  })

  it('counts who is told to wait among many questions, logins and calls of an assistant', async () => {
    const asked = new Map<string, number>()
    const found = await door(
      (request, response) => {
        const path = request.url ?? ''
        asked.set(path, (asked.get(path) ?? 0) + 1)
        const limits: Readonly<Record<string, number>> = { '/login': 5, '/ai': 2 }
        response.statusCode = (asked.get(path) ?? 0) > (limits[path] ?? 1_000) ? 429 : 200
        response.end()
      },
      { active: { loginPath: '/login', assistantPath: '/ai', statePath: '/change' } },
    )
    expect(knownValueOf(found, 'login_burst')).to.deep.equal({ sent: 12, answered: 12, refused: 7 })
    expect(knownValueOf(found, 'assistant')).to.deep.equal({ sent: 3, answered: 3, refused: 1 })
    expect(knownValueOf(found, 'burst')).to.deep.equal({ sent: 60, answered: 60, refused: 0 })
    expect(knownValueOf(found, 'unsigned_post.status')).to.equal(200)
  })

  it('keeps of a session how long its token lives and whether a refresh works twice, and no token', async () => {
    let refreshed = 0
    const found = await door(
      (request, response) => {
        if (request.url === '/login') {
          response.setHeader(
            'set-cookie',
            'refresh=cookie-of-nobody; Max-Age=604800; HttpOnly; Secure; SameSite=Strict',
          )
          response.end(JSON.stringify({ access_token: token }))
          return
        }
        if (request.url === '/refresh') {
          refreshed += 1
          response.statusCode =
            refreshed === 1 && request.headers.cookie === 'refresh=cookie-of-nobody' ? 200 : 401
        }
        response.end()
      },
      { account: { loginPath: '/login', body: { email: 'scan@campus.example' }, refreshPath: '/refresh' } },
    )
    expect(knownValueOf(found, 'session.token')).to.deep.equal({ alg: 'ES256', life_seconds: 900 })
    expect(knownValueOf(found, 'session.login.cookie.0.max_age')).to.equal(604_800)
    expect(knownValueOf(found, 'session.refresh.first.status')).to.equal(200)
    expect(knownValueOf(found, 'session.refresh.second.status')).to.equal(401)
    expect(JSON.stringify([...found.attributes])).not.to.match(/of-nobody|c2ln/)
  })

  it('asks the notice of rights whether it is of this year', async () => {
    const found = await door(
      (request, response) => {
        response.end(request.url === '/ferpa' ? `Notice of ${new Date().getUTCFullYear()}` : '')
      },
      { noticePath: '/ferpa' },
    )
    expect(knownValueOf(found, 'notice')).to.deep.equal({ status: 200, has_year: true })
  })
})
