import { expect } from 'chai'
import { withClient } from '../../../compose/local/postgres/server.ts'
import { metricTotal } from '../../support/metrics-page.ts'
import { browserSession } from './browser-session.ts'
import { startCampus, type Campus } from './campus.ts'

describe('a session at the gateway', () => {
  let campus: Campus
  before(async () => (campus = await startCampus()))
  after(() => campus.stop())
  // Every test finds full buckets.
  beforeEach(() => campus.advance(10_000))

  const email = 'student@university-a.example'
  const counted = (name: string, labels = {}) => metricTotal(`${campus.urls.gateway}/metrics`, name, labels)
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
  const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code

  it('begins with a token for the account and a cookie no script can read', async () => {
    const browser = browserSession(campus)
    const response = await browser.fetch('/api/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ tenant: 'university_a', email, password: 'a password for tests only' }),
    })
    expect(response.status).to.equal(200)
    const refresh = response.headers.getSetCookie().find((line) => line.startsWith('campanile_refresh='))
    expect(refresh).to.match(/; Path=\/api\/auth; Max-Age=604800; SameSite=Strict; HttpOnly$/)
    const { accessToken } = (await response.json()) as { accessToken: string }
    const me = await browser.fetch('/api/users/me', bearer(accessToken))
    expect(await me.json()).to.include({ email, role: 'student', tenant: 'university_a' })
  })

  it('is not begun with a wrong password, an unknown e-mail or another tenant', async () => {
    const tries = [
      { email, password: 'wrong' },
      { email: 'nobody@university-a.example', password: 'wrong' },
      { tenant: 'university_b', email, password: 'a password for tests only' },
    ]
    for (const body of tries) {
      const response = await browserSession(campus).fetch('/api/auth/login', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      expect(response.status).to.equal(401)
      expect(await codeOf(response)).to.equal('UNAUTHENTICATED')
    }
  })

  it('rotates its refresh token, and keeps only hashes', async () => {
    const browser = browserSession(campus)
    const first = await browser.logIn(email)
    const before = browser.cookies.get('campanile_refresh') ?? ''
    const response = await browser.auth('/api/auth/refresh')
    expect(response.status).to.equal(200)
    expect(await response.json()).to.have.nested.property('account.id', first.account.id)
    const after = browser.cookies.get('campanile_refresh') ?? ''
    expect(after).not.to.equal(before)
    const leaked = await withClient(campus.database.url('superuser'), async (client) => {
      const { rows } = await client.query('SELECT t::text AS row FROM gateway.refresh_token t')
      return rows.filter(({ row }: { row: string }) => row.includes(after.split('.')[2] ?? ''))
    })
    expect(leaked).to.deep.equal([])
  })

  it('dies whole when a refresh token is shown twice', async () => {
    const browser = browserSession(campus)
    const { accessToken } = await browser.logIn(email)
    const stolen = new Map(browser.cookies)
    expect((await browser.auth('/api/auth/refresh')).status).to.equal(200)
    const thief = browserSession(campus)
    for (const [name, value] of stolen) thief.cookies.set(name, value)
    const before = await counted('auth_refresh_reuse_total')
    expect((await thief.auth('/api/auth/refresh')).status).to.equal(401)
    expect(await counted('auth_refresh_reuse_total')).to.equal(before + 1)
    expect((await browser.auth('/api/auth/refresh')).status).to.equal(401)
    expect((await browser.fetch('/api/users/me', bearer(accessToken))).status).to.equal(401)
    const events = await withClient(campus.database.url('superuser'), async (client) => {
      const { rows } = await client.query<{ row: string }>('SELECT e::text AS row FROM outbox.event e')
      return rows.filter(({ row }) => row.includes('auth.token_reused'))
    })
    expect(events).to.have.length(1)
  })

  it('ends with its access token at log out', async () => {
    const browser = browserSession(campus)
    const { accessToken } = await browser.logIn(email)
    expect((await browser.auth('/api/auth/logout')).status).to.equal(204)
    expect(browser.cookies.size).to.equal(0)
    expect((await browser.fetch('/api/users/me', bearer(accessToken))).status).to.equal(401)
  })

  it('is not touched without its CSRF token or from another origin', async () => {
    const browser = browserSession(campus)
    await browser.logIn(email)
    const other = await browserSession(campus).logIn(email)
    const attempts = [
      { 'x-csrf-token': '' },
      { 'x-csrf-token': other.csrf },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ]
    for (const headers of attempts) {
      const response = await browser.auth('/api/auth/refresh', headers)
      expect(response.status).to.equal(403)
      expect(await codeOf(response)).to.equal('CSRF_FAILED')
    }
    expect((await browser.auth('/api/auth/refresh')).status).to.equal(200)
  })

  it('ends when its account is disabled, at the next refresh', async () => {
    const admin = await browserSession(campus).logIn('admin@university-a.example')
    const staff = browserSession(campus)
    const { account } = await staff.logIn('staff@university-a.example')
    const change = (disabled: boolean) =>
      fetch(`${campus.urls.gateway}/api/users/accounts/${account.id}`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${admin.accessToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ disabled }),
      })
    expect((await change(true)).status).to.equal(200)
    expect((await staff.auth('/api/auth/refresh')).status).to.equal(401)
    expect((await change(false)).status).to.equal(200)
  })
})
