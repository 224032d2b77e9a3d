import { startSdk, type Sdk } from '#sdk'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import { expect } from 'chai'
import { drive, outcomeOf } from '../../../../app/demo/traffic/drive.ts'
import { openSession, type DemoAccount } from '../../../../app/demo/traffic/session.ts'
import { eventually } from '../../../support/poll.ts'

const account: DemoAccount = {
  email: 'student@university-a.example',
  tenant: 'university_a',
  role: 'student',
  password: 'generated at first start',
}
const start = Date.UTC(2026, 10, 21)

describe('demo traffic', () => {
  let gateway: FakeGateway
  let sdk: Sdk
  let now = start

  beforeEach(async () => {
    now = start
    gateway = await fakeGateway(() => now)
    const logStream = new Writable({ write: (_chunk, _encoding, done) => done() })
    sdk = startSdk({ service: 'traffic', environment: 'development', otlpEndpoint: gateway.url, logStream })
  })
  afterEach(async () => {
    await sdk.shutdown()
    gateway.server.closeAllConnections()
    gateway.server.close()
  })

  const session = () => openSession(account, { sdk, gateway: gateway.url, nowMillis: () => now })

  it('logs in once and says that no person sent its requests', async () => {
    const open = session()
    await open.send('GET', '/api/booking/rooms')
    await open.send('GET', '/api/booking/rooms')
    expect(gateway.paths()).to.deep.equal(['/api/auth/login', '/api/booking/rooms', '/api/booking/rooms'])
    expect(gateway.seen.every(({ headers }) => headers['x-campanile-synthetic'] === '1')).to.equal(true)
    expect(open.accountId()).to.equal('account-1')
  })

  it('renews its token with cookie and csrf token before it expires', async () => {
    const open = session()
    await open.send('GET', '/api/booking/rooms')
    now += 14.5 * 60_000
    expect((await open.send('GET', '/api/booking/rooms')).status).to.equal(200)
    expect(gateway.paths().slice(2)).to.deep.equal(['/api/auth/refresh', '/api/booking/rooms'])
  })

  it('logs in again when the session has ended', async () => {
    const open = session()
    await open.send('GET', '/api/booking/rooms')
    now += 14.5 * 60_000
    gateway.endSessions()
    expect((await open.send('GET', '/api/booking/rooms')).status).to.equal(200)
    expect(gateway.paths().slice(2)).to.deep.equal([
      '/api/auth/refresh', '/api/auth/login', '/api/booking/rooms',
    ]) // prettier-ignore
  })

  it('plays and counts until it is stopped, and outlives a gateway that is away', async () => {
    const stop = new AbortController()
    const options = { sdk, accounts: [account], seed: 1, nowMillis: () => now, pauseMillis: 1 }
    const done = drive({ ...options, gateway: gateway.url, signal: stop.signal })
    const away = drive({ ...options, gateway: 'http://127.0.0.1:9', signal: stop.signal })
    await eventually('successes and errors are counted', async () => {
      const { body } = await sdk.scrape()
      const counted = (outcome: string) =>
        new RegExp(`^demo_requests_total\\{[^}]*outcome="${outcome}"[^}]*\\} [1-9]`, 'm').test(body)
      return counted('success') && counted('error')
    })
    stop.abort()
    await Promise.all([done, away])
  })

  it('tells a refusal from an error', () => {
    expect([204, 403, 429, 503].map((status) => outcomeOf({ status, body: undefined }))).to.deep.equal([
      'success', 'refused', 'refused', 'error',
    ]) // prettier-ignore
  })
})

interface FakeGateway {
  readonly server: Server
  readonly url: string
  readonly seen: readonly IncomingMessage[]
  /** Paths asked for, without telemetry. */
  readonly paths: () => string[]
  readonly endSessions: () => void
}

/** A gateway that gives out tokens of 15 minutes, renews them for cookie and header, and answers everything else. */
async function fakeGateway(nowMillis: () => number): Promise<FakeGateway> {
  const seen: IncomingMessage[] = []
  let isOver = false
  const server = createServer((request, response) => {
    request.resume()
    if (request.url?.startsWith('/v1/') === true) {
      response.end()
      return
    }
    seen.push(request)
    const isLogin = request.url === '/api/auth/login'
    if (isLogin) isOver = false
    const { cookie = '' } = request.headers
    const isRenewal = request.url === '/api/auth/refresh'
    const isKnown = cookie.includes('campanile_refresh=r') && request.headers['x-csrf-token'] === 'c'
    if (isRenewal && (isOver || !isKnown)) response.statusCode = 401
    response.setHeader('content-type', 'application/json')
    if (isLogin) response.setHeader('set-cookie', ['campanile_refresh=r; HttpOnly', 'campanile_csrf=c'])
    const isGiven = (isLogin || isRenewal) && response.statusCode === 200
    response.end(JSON.stringify(isGiven ? { accessToken: tokenAt(nowMillis()) } : {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    server,
    url: `http://127.0.0.1:${port}`,
    seen,
    paths: () => seen.map(({ url }) => url ?? ''),
    endSessions: () => {
      isOver = true
    },
  }
}

function tokenAt(nowMillis: number): string {
  const claims = { sub: 'account-1', exp: nowMillis / 1_000 + 900 }
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`
}
