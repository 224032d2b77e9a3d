import { expect } from 'chai'
import { withClient } from '../../../compose/local/postgres/server.ts'
import { metricTotal } from '../../support/metrics-page.ts'
import { browserSession, type BrowserSession } from './browser-session.ts'
import { password, startCampus, type Campus } from './campus.ts'

describe('the end of a session', () => {
  let campus: Campus
  before(async () => (campus = await startCampus()))
  after(() => campus.stop())
  // Every test finds full buckets.
  beforeEach(() => campus.advance(10_000))

  const email = 'student@university-a.example'
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
  const copyOf = (browser: BrowserSession) => {
    const copy = browserSession(campus)
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value)
    return copy
  }
  const reuses = () => metricTotal(`${campus.urls.gateway}/metrics`, 'auth_refresh_reuse_total')

  it('comes for a thief, too, when the owner logs out with a token the thief has used', async () => {
    const owner = browserSession(campus)
    await owner.logIn(email)
    const thief = copyOf(owner)
    const stolen = (await (await thief.auth('/api/auth/refresh')).json()) as { accessToken: string }
    const before = await reuses()
    expect((await owner.auth('/api/auth/logout')).status).to.equal(204)
    expect(owner.cookies.size).to.equal(0)
    expect((await thief.fetch('/api/users/me', bearer(stolen.accessToken))).status).to.equal(401)
    expect((await thief.auth('/api/auth/refresh')).status).to.equal(401)
    expect((await reuses()) - before).to.equal(1)
  })

  it('comes at log out with a token that has expired', async () => {
    const browser = browserSession(campus)
    const { accessToken } = await browser.logIn(email)
    const [, id] = browser.cookies.get('campanile_refresh')?.split('.') ?? []
    await withClient(campus.database.url('superuser'), (client) =>
      client.query(
        "UPDATE gateway.refresh_token SET expires_at = now() - interval '1 s' WHERE session = $1",
        [id],
      ),
    )
    expect((await browser.auth('/api/auth/logout')).status).to.equal(204)
    expect((await browser.fetch('/api/users/me', bearer(accessToken))).status).to.equal(401)
  })

  it('is answered alike a second time, and is no reuse', async () => {
    const browser = browserSession(campus)
    await browser.logIn(email)
    const again = copyOf(browser)
    const before = await reuses()
    expect((await browser.auth('/api/auth/logout')).status).to.equal(204)
    expect((await again.auth('/api/auth/logout')).status).to.equal(204)
    expect((await reuses()) - before).to.equal(0)
  })

  const inDatabase = (statement: string, values: readonly unknown[]) =>
    withClient(campus.database.url('superuser'), (client) => client.query(statement, [...values]))
  const sessionOf = (browser: BrowserSession) => browser.cookies.get('campanile_refresh')?.split('.')[1]

  it('comes at the next refresh once the password is another one', async () => {
    const auditor = browserSession(campus)
    const { account, accessToken } = await auditor.logIn('auditor@university-a.example')
    const changed = await fetch(`${campus.urls.gateway}/api/users/me/password`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ current: password, password: 'another password for tests' }),
    })
    expect(changed.status).to.equal(204)
    expect((await auditor.auth('/api/auth/refresh')).status).to.equal(401)
    const { rows } = await inDatabase('SELECT revoked_why FROM gateway.session WHERE account = $1', [
      account.id,
    ])
    expect(rows).to.deep.equal([{ revoked_why: 'password' }])
    const later = browserSession(campus)
    await later.logIn('auditor@university-a.example', 'another password for tests')
    expect((await later.auth('/api/auth/refresh')).status).to.equal(200)
  })

  it('comes seven days after its login, however often its token was rotated', async () => {
    const browser = browserSession(campus)
    await browser.logIn(email)
    const move = (age: string) =>
      inDatabase('UPDATE gateway.session SET created_at = now() - $2::interval WHERE id = $1', [
        sessionOf(browser),
        age,
      ])
    await move('6 days')
    const rotated = await browser.auth('/api/auth/refresh')
    expect(rotated.status).to.equal(200)
    const [cookie = ''] = rotated.headers.getSetCookie()
    expect(Number(/Max-Age=(\d+)/.exec(cookie)?.[1]), 'the cookie ends with its session').to.be.within(
      86_000,
      86_400,
    )
    await move('7 days')
    expect((await browser.auth('/api/auth/refresh')).status).to.equal(401)
  })
})
