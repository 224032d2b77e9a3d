import { expect } from 'chai'
import { metricTotal } from '../../support/metrics-page.ts'
import { proxyList } from '../../../app/gateway/proxies.ts'
import { browserSession } from './browser-session.ts'
import { startCampus, type Campus } from './campus.ts'

describe('how often one may ask the gateway', () => {
  let campus: Campus
  const startMillis = Date.now()
  before(async () => {
    const isTrustedProxy = proxyList('CAMPANILE_TRUSTED_PROXIES').read('127.0.0.1')
    // The clock of the gateway stands still unless a test moves it.
    campus = await startCampus({ clock: () => startMillis, isTrustedProxy })
  })
  after(() => campus?.stop())
  // Every test finds full buckets.
  beforeEach(() => campus.advance(60_000))

  const statusesOf = async (count: number, ask: (at: number) => Promise<Response>) => {
    const answers = await Promise.all(Array.from({ length: count }, (_, at) => ask(at)))
    return answers.map(({ status, headers }) => ({ status, retryAfter: headers.get('retry-after') }))
  }
  const allowed = (answers: readonly { readonly status: number }[]) =>
    answers.filter(({ status }) => status !== 429).length
  const logIn = (from: string, email: string) =>
    fetch(`${campus.urls.gateway}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
      body: JSON.stringify({ email, password: 'wrong' }),
    })

  it('is 20 at once and 10 a second for an account, over all its sessions', async () => {
    const email = 'student@university-a.example'
    const sessions = await Promise.all([1, 2, 3, 4, 5].map(() => browserSession(campus).logIn(email)))
    const me = (at: number) =>
      fetch(`${campus.urls.gateway}/api/users/me`, {
        // As many addresses as sessions: neither is the client.
        headers: {
          authorization: `Bearer ${sessions[at % 5]?.accessToken ?? ''}`,
          'x-forwarded-for': `203.0.113.${at % 5}`,
        },
      })
    const first = await statusesOf(40, me)
    expect(allowed(first)).to.equal(20)
    expect(
      new Set(first.filter(({ status }) => status === 429).map(({ retryAfter }) => retryAfter)),
    ).to.deep.equal(new Set(['1']))
    expect((await fetch(campus.urls.gateway)).status, 'pages are not of the API').to.equal(200)
    campus.advance(1_000)
    expect(allowed(await statusesOf(40, me))).to.equal(10)
    expect(
      await metricTotal(`${campus.urls.gateway}/metrics`, 'rate_limited_total', { bucket: 'client' }),
    ).to.equal(50)
  })

  it('is told apart by the address a trusted proxy names', async () => {
    const from = (address: string) =>
      statusesOf(25, () =>
        fetch(`${campus.urls.gateway}/api/users/me`, { headers: { 'x-forwarded-for': address } }),
      )
    expect(allowed(await from('203.0.113.10'))).to.equal(20)
    expect(allowed(await from('203.0.113.11')), 'another client').to.equal(20)
    expect(allowed(await from('203.0.113.12, 203.0.113.11')), 'an invented hop').to.equal(0)
  })

  it('is 20 logins at once for an address, and others still log in', async () => {
    const answers = await statusesOf(25, (at) => logIn('203.0.113.20', `nobody${at}@university-a.example`))
    expect(allowed(answers)).to.equal(20)
    expect((await logIn('203.0.113.21', 'nobody@university-a.example')).status).to.equal(401)
  })

  it('is 10 logins at once for an e-mail, from wherever, and others still log in', async () => {
    const email = 'staff@university-a.example'
    const answers = await statusesOf(12, (at) =>
      logIn(`198.51.100.${at}`, at % 2 === 0 ? email : email.toUpperCase()),
    )
    expect(allowed(answers)).to.equal(10)
    expect((await logIn('198.51.100.1', 'nobody@university-a.example')).status).to.equal(401)
  })

  it('is 100 at once for health and metrics', async () => {
    const answers = await statusesOf(110, () =>
      fetch(`${campus.urls.gateway}/health`, { headers: { 'x-forwarded-for': '203.0.113.30' } }),
    )
    expect(allowed(answers)).to.equal(100)
  })
})
