import { createHmac, createSign } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { rejectionCodes } from '../../../contracts/metrics/http.ts'
import { problemMediaType } from '../../../contracts/problem.ts'
import { metricTotal } from '../../support/metrics-page.ts'
import { browserSession } from './browser-session.ts'
import { newKey, startCampus, type Campus } from './campus.ts'
import { propertyRuns } from '../../support/property.ts'

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('what the gateway refuses', () => {
  let campus: Campus
  const startMillis = Date.now()
  // The clock of the gateway stands still unless a test moves it: an open breaker would count down meanwhile.
  before(async () => (campus = await startCampus({ clock: () => startMillis })))
  after(() => campus.stop())
  beforeEach(() => campus.advance(61_000))

  const counted = (service: keyof Campus['urls'], name: string, labels: Record<string, string> = {}) =>
    metricTotal(`${campus.urls[service]}/metrics`, name, { service, ...labels })
  const me = (service: 'gateway' | 'users', token: string, headers = {}) =>
    fetch(`${campus.urls[service]}${service === 'gateway' ? '/api/users/me' : '/me'}`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
    })
  const logIn = async (email = 'student@university-a.example') =>
    (await browserSession(campus).logIn(email)).accessToken

  async function forgeries(): Promise<Readonly<Record<string, readonly string[]>>> {
    const [header = '', payload = '', signature = ''] = (await logIn()).split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
    const rs256 = (head: unknown, body: unknown, key = campus.privateKey) => {
      const text = `${encode(head)}.${encode(body)}`
      return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`
    }
    const head = { alg: 'RS256', kid: campus.keyId }
    const confused = `${encode({ alg: 'HS256', kid: campus.keyId })}.${payload}`
    const pem = campus.publicKey.export({ format: 'pem', type: 'spki' })
    return {
      algorithm: [
        `${encode({ alg: 'none' })}.${payload}.`,
        `${confused}.${createHmac('sha256', pem).update(confused).digest('base64url')}`,
      ],
      signature: [
        `${header}.${encode({ ...claims, tenant: 'university_b' })}.${signature}`,
        rs256(head, claims, newKey().privateKey),
        rs256({ ...head, kid: 'unknown' }, claims),
      ],
      expired: [rs256(head, { ...claims, exp: 1 })],
      claims: [
        rs256(head, { ...claims, aud: 'elsewhere' }),
        rs256(head, { ...claims, iss: 'elsewhere' }),
        rs256(head, { ...claims, role: 'god' }),
        rs256(head, { ...claims, sid: undefined }),
      ],
      malformed: ['a.b.c', 'nothing', '...'],
    }
  }

  it('lets no forged token pass, here or at a service, and counts each by its reason', async () => {
    for (const [reason, tokens] of Object.entries(await forgeries())) {
      for (const service of ['gateway', 'users'] as const) {
        const before = await counted(service, 'jwt_validation_failures_total', { reason })
        for (const token of tokens) expect((await me(service, token)).status, reason).to.equal(401)
        const after = await counted(service, 'jwt_validation_failures_total', { reason })
        expect(after - before, `${service} ${reason}`).to.equal(tokens.length)
      }
    }
  })

  it('counts a known session that claims another tenant', async () => {
    const token = await logIn()
    expect((await me('gateway', token)).status).to.equal(200)
    const [header, payload = '', signature] = token.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
    const forged = `${header}.${encode({ ...claims, tenant: 'university_b' })}.${signature}`
    const before = await counted('gateway', 'cross_tenant_denied_total', { kind: 'claim' })
    expect((await me('gateway', forged)).status).to.equal(401)
    expect(await counted('gateway', 'cross_tenant_denied_total', { kind: 'claim' })).to.equal(before + 1)
  })

  it('refuses another tenant in a header, the query, the path or a body, and counts the kind', async () => {
    const token = await logIn('admin@university-a.example')
    const foreign = (await browserSession(campus).logIn('student@university-b.example')).account.id
    const base = campus.urls.gateway
    const authorization = `Bearer ${token}`
    const json = { authorization, 'content-type': 'application/json' }
    const body = JSON.stringify({ tenant: 'university_b', name: 'x' })
    const attempts = [
      [
        'gateway',
        'header',
        403,
        '/api/users/me',
        { headers: { authorization, 'x-tenant-id': 'university_b' } },
      ],
      ['gateway', 'path', 403, '/api/users/me?tenant=university_b', { headers: { authorization } }],
      [
        'users',
        'path',
        404,
        `/api/users/accounts/${foreign}`,
        { method: 'DELETE', headers: { authorization } },
      ],
      ['users', 'body', 403, `/api/users/accounts/${foreign}`, { method: 'PATCH', headers: json, body }],
    ] as const
    for (const [service, kind, status, path, init] of attempts) {
      const before = await counted(service, 'cross_tenant_denied_total', { kind })
      expect((await fetch(base + path, init)).status, kind).to.equal(status)
      expect(await counted(service, 'cross_tenant_denied_total', { kind })).to.equal(before + 1)
    }
  })

  it('names one trace in header and problem, whichever service refused', async () => {
    const authorization = `Bearer ${await logIn()}`
    const paths = [
      '/',
      '/nothing',
      '/api/users/me',
      '/api/users/accounts',
      '/api/academics/students/x/transcript',
    ]
    for (const path of paths) {
      const answer = await fetch(campus.urls.gateway + path, { headers: { authorization } })
      const traceId = answer.headers.get('trace-id')
      expect(traceId, path).to.match(/^[0-9a-f]{32}$/)
      if (answer.status >= 400) expect(await answer.json()).to.include({ traceId })
      else await answer.arrayBuffer()
    }
  })

  it('keeps the services’ own doors closed, however the path is written', async () => {
    const authorization = `Bearer ${await logIn()}`
    for (const rest of [
      'internal/credentials',
      'INTERNAL/standing',
      'faults',
      'FAULTS',
      'me/../faults',
      'metrics',
      'health',
      'me/..%2f..%2fmetrics',
    ]) {
      const { status } = await fetch(`${campus.urls.gateway}/api/users/${rest}`, {
        headers: { authorization },
      })
      expect(status, rest).to.equal(404)
    }
  })

  it('tries a service that is down three times, opens after five failures, and probes after a minute', async () => {
    const authorization = `Bearer ${await logIn()}`
    await campus.stopService('booking')
    const ask = () => fetch(`${campus.urls.gateway}/api/booking/rooms`, { headers: { authorization } })
    const retries = () => counted('gateway', 'http_client_retries_total', { target: 'booking' })
    const state = () =>
      metricTotal(`${campus.urls.gateway}/metrics`, 'circuit_breaker_state', { target: 'booking' })
    const before = await retries()
    for (let count = 0; count < 5; count++) {
      expect(await state()).to.equal(0)
      expect((await ask()).status).to.equal(503)
    }
    expect((await retries()) - before).to.equal(10)
    expect(await state()).to.equal(1)
    const refused = await ask()
    expect(refused.status).to.equal(503)
    expect(Number(refused.headers.get('retry-after'))).to.equal(60)
    expect((await retries()) - before, 'an open breaker does not call').to.equal(10)
    campus.advance(61_000)
    expect((await ask()).status).to.equal(503)
    expect((await retries()) - before, 'the probe calls').to.equal(12)
    expect(await state()).to.equal(1)
  })

  it('answers anything at all with an answer or a problem document, counts the problems, and lives', async () => {
    const rejected = () => counted('gateway', 'http_requests_rejected_total')
    const before = await rejected()
    let asked = 0
    let problems = 0
    const header = fc.constantFrom(
      'authorization',
      'cookie',
      'x-csrf-token',
      'content-type',
      'traceparent',
      'x-tenant-id',
      'origin',
    )
    const value = fc.string({ maxLength: 60 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '').trim())
    const path = fc.constantFrom(
      '/api/auth/login',
      '/api/auth/refresh',
      '/api/users/accounts',
      '/api/academics/calculate',
      '/api/',
      '/%zz',
    )
    const request = fc.record({
      path,
      method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'),
      headers: fc.dictionary(header, value, { maxKeys: 4 }),
      body: fc.option(fc.uint8Array({ maxLength: 500 }), { nil: undefined }),
    })
    await fc.assert(
      fc.asyncProperty(request, async ({ path: at, method, headers, body }) => {
        campus.advance(1_000)
        const hasBody = body !== undefined && body.length > 0 && method !== 'GET'
        const response = await fetch(campus.urls.gateway + at, {
          method,
          headers,
          ...(hasBody ? { body: new Uint8Array(body) } : {}),
        })
        const text = await response.text()
        asked += 1
        expect(response.status).to.be.lessThan(500)
        if (response.status < 400) return
        problems += 1
        expect(response.headers.get('content-type')).to.equal(problemMediaType)
        const problem = JSON.parse(text) as { readonly status: number; readonly code: string }
        expect(problem.status).to.equal(response.status)
        expect(rejectionCodes.map((code) => code.toUpperCase())).to.include(problem.code)
      }),
      propertyRuns({ ci: 150, soak: 3_000 }),
    )
    expect(problems, 'nearly all of it is refused').to.be.greaterThan(asked / 2)
    expect((await rejected()) - before).to.equal(problems)
    expect((await fetch(`${campus.urls.gateway}/health`)).status).to.equal(200)
  })
})
