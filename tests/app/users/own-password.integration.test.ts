import { expect } from 'chai'
import { accountId } from '../../../app/door/account-id.ts'
import { resetPassword } from '../../../app/users/reset-password.ts'
import { withClient } from '../../../compose/local/postgres/server.ts'
import { browserSession } from '../gateway/browser-session.ts'
import { password as first, startCampus, type Campus } from '../gateway/campus.ts'

describe('a password', () => {
  let campus: Campus
  let admin: string
  before(async () => {
    campus = await startCampus()
    admin = await tokenOf('admin@university-a.example')
  })
  after(() => campus?.stop())
  // Every test finds full buckets.
  beforeEach(() => campus.advance(10_000))

  const tokenOf = async (email: string, secret?: string) =>
    (await browserSession(campus).logIn(email, secret)).accessToken
  const ask = (method: string, path: string, token: string, body?: unknown) =>
    fetch(`${campus.urls.gateway}/api/users${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code
  const eventsOf = (account: string, reason: string) =>
    withClient(campus.database.url('superuser'), async (client) => {
      const { rows } = await client.query<{ row: string }>('SELECT e::text AS row FROM outbox.event e')
      return rows.filter(({ row }) => row.includes(account) && row.includes(reason)).length
    })
  const settings = () => ({
    databaseUrl: campus.database.url('users_app'),
    environment: 'development' as const,
    otlpEndpoint: 'http://127.0.0.1:9',
    demo: true,
  })

  for (const role of ['registrar', 'faculty', 'staff', 'parent', 'student', 'auditor', 'admin']) {
    it(`of the role ${role} is set by no admin, and the attempt is recorded`, async () => {
      const email = `${role}@university-a.example`
      const body = { name: 'Taken over', password: 'chosen by the admin' }
      const before = await eventsOf(accountId(email), 'password_not_own')
      const answer = await ask('PATCH', `/accounts/${accountId(email)}`, admin, body)
      expect(answer.status).to.equal(403)
      expect(await codeOf(answer)).to.equal('FORBIDDEN')
      const me = await ask('GET', '/me', await tokenOf(email))
      expect(await me.json(), 'nothing else of the request happened').not.to.include({ name: 'Taken over' })
      expect((await eventsOf(accountId(email), 'password_not_own')) - before).to.equal(1)
    })
  }

  it('is changed by its owner who knows the old one, and the change is recorded', async () => {
    const email = 'registrar@university-a.example'
    const token = await tokenOf(email)
    const next = 'the next password of mine'
    const wrong = await ask('POST', '/me/password', token, { current: 'a guess', password: next })
    expect([wrong.status, await codeOf(wrong)]).to.deep.equal([403, 'FORBIDDEN'])
    const same = await ask('POST', '/me/password', token, { current: first, password: first })
    expect([same.status, await codeOf(same)]).to.deep.equal([422, 'BODY_INVALID'])
    const short = await ask('POST', '/me/password', token, { current: first, password: 'short' })
    expect(short.status).to.equal(422)
    expect((await ask('POST', '/me/password', token, { current: first, password: next })).status).to.equal(
      204,
    )
    await tokenOf(email, next)
    expect(await eventsOf(accountId(email), 'bad_credentials')).to.equal(1)
    expect(await eventsOf(accountId(email), 'password_changed')).to.equal(1)
  })

  it('is not guessed by its change: wrong ones lock as they do at log in', async () => {
    const token = await tokenOf('faculty@university-a.example')
    const statuses: number[] = []
    for (let count = 0; count < 11; count++) {
      campus.advance(1_000)
      const guess = { current: 'a guess', password: 'the next password of mine' }
      statuses.push((await ask('POST', '/me/password', token, guess)).status)
    }
    expect(statuses).to.deep.equal([...Array<number>(10).fill(403), 429])
  })

  it('given to a new account is marked until its owner has chosen another', async () => {
    const email = 'newcomer@university-a.example'
    const created = await ask('POST', '/accounts', admin, {
      email,
      name: 'New',
      role: 'staff',
      password: first,
    })
    expect(await created.json()).to.include({ mustChangePassword: true })
    const token = await tokenOf(email)
    expect(await (await ask('GET', '/me', token)).json()).to.include({ mustChangePassword: true })
    const next = 'chosen by the newcomer'
    expect((await ask('POST', '/me/password', token, { current: first, password: next })).status).to.equal(
      204,
    )
    expect(await (await ask('GET', '/me', token)).json()).to.include({ mustChangePassword: false })
  })

  it('forgotten is replaced by the operator of the machine, once and marked', async () => {
    const email = 'Student@university-a.example'
    const session = browserSession(campus)
    await session.logIn('student@university-a.example')
    const password = await resetPassword({ settings: settings(), tenant: 'university_a', email })
    expect(password).to.match(/^[\w-]{24}$/)
    expect((await session.auth('/api/auth/refresh')).status).to.equal(401)
    const token = await tokenOf(email, password)
    expect(await (await ask('GET', '/me', token)).json()).to.include({ mustChangePassword: true })
    expect(await eventsOf(accountId(email.toLowerCase()), 'password_reset')).to.equal(1)
  })

  it('of nobody is not replaced', async () => {
    const nobody = { settings: settings(), tenant: 'university_b', email: 'student@university-a.example' }
    const failed = await resetPassword(nobody).catch((error: unknown) => error)
    expect(failed).to.include({ code: 'USERS_UNKNOWN_ACCOUNT' })
  })
})
