import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { startSdk, type Pool, type Sdk } from '#sdk'
import { openPasswords } from '../../../app/users/passwords.ts'
import { provision } from '../../../app/users/provision.ts'
import { accountStore } from '../../../app/users/store/accounts.ts'
import { credentialStore } from '../../../app/users/store/credentials.ts'
import { accountId } from '../../../app/door/account-id.ts'
import { withClient } from '../../../compose/local/postgres/server.ts'
import { metricTotal } from '../../support/metrics-page.ts'
import { firstAccounts, startCampus, type Campus } from '../gateway/campus.ts'

describe('accounts', () => {
  let campus: Campus
  let sdk: Sdk
  let pool: Pool
  before(async () => {
    campus = await startCampus()
    sdk = startSdk({ service: 'users', environment: 'development', otlpEndpoint: 'http://127.0.0.1:9' })
    // One connection, so that every transaction reuses it.
    pool = sdk.pool({ url: campus.database.url('users_app'), max: 1 })
  })
  after(async () => {
    await pool.end()
    await sdk.shutdown()
    await campus.stop()
  })

  const ask = (body: unknown, token = campus.serviceToken) =>
    fetch(`${campus.urls.users}/internal/credentials`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

  it('keep their passwords as Argon2id with 19 MiB, two passes, one lane', async () => {
    const hashes = await withClient(campus.database.url('superuser'), async (client) => {
      const { rows } = await client.query<{ hash: string }>('SELECT password_hash AS hash FROM users.account')
      return rows.map(({ hash }) => hash)
    })
    expect(hashes).to.have.length(firstAccounts.length)
    for (const hash of hashes) expect(hash).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(new Set(hashes).size, 'each with its own salt').to.equal(hashes.length)
  })

  it('are created once, with ids that follow from their e-mails', async () => {
    const settings = {
      databaseUrl: campus.database.url('users_app'),
      environment: 'development',
      otlpEndpoint: 'http://127.0.0.1:9',
      demo: true,
    } as const
    expect(await provision({ settings, accounts: firstAccounts })).to.equal(0)
    const found = await accountStore(pool, sdk.audit).find(
      'university_a',
      accountId('admin@university-a.example'),
    )
    expect(found).to.include({ role: 'admin', synthetic: true })
  })

  it('are seen by their own tenant only, over one reused connection', async () => {
    const store = accountStore(pool, sdk.audit)
    const page = { after: undefined, search: undefined, limit: 200 }
    for (let round = 0; round < 5; round++) {
      const a = await store.list('university_a', page)
      const b = await store.list('university_b', page)
      expect(a).to.have.length(firstAccounts.filter(({ tenant }) => tenant === 'university_a').length)
      expect(b).to.have.length(2)
      expect(await pool.query('SELECT id FROM users.account'), 'no tenant, no rows').to.deep.equal([])
    }
  })

  it('lock after ten wrong passwords, whether they exist or not', async () => {
    const password = 'wrong'
    for (const email of ['faculty@university-a.example', 'nobody@university-a.example']) {
      const answers: Response[] = []
      for (let count = 0; count < 11; count++) {
        answers.push(await ask({ tenant: 'university_a', email, password }))
      }
      const statuses = answers.map(({ status }) => status)
      expect(statuses, email).to.deep.equal([...Array<number>(10).fill(401), 429])
      expect(Number(answers.at(-1)?.headers.get('retry-after'))).to.be.within(1, 15)
    }
  })

  it('record one refusal for each lock, however often somebody tries while it lasts', async () => {
    const email = 'staff@university-a.example'
    const failures = () =>
      withClient(campus.database.url('superuser'), async (client) => {
        const { rows } = await client.query<{ row: string }>('SELECT e::text AS row FROM outbox.event e')
        return rows.filter(({ row }) => row.includes(accountId(email)) && row.includes('rate_limited')).length
      })
    const attempt = { tenant: 'university_a', email, password: 'wrong' }
    const refused = { tenant: 'unknown', outcome: 'failure', reason: 'rate_limited' }
    const counted = () => metricTotal(`${campus.urls.users}/metrics`, 'auth_login_total', refused)
    const lock = async (tries: number) => {
      for (let count = 0; count < tries; count++) await ask(attempt)
      expect((await ask(attempt)).status).to.equal(429)
    }
    const before = await counted()
    await lock(10)
    await Promise.all([1, 2, 3, 4].map(() => ask(attempt)))
    expect(await failures()).to.equal(1)
    expect((await counted()) - before).to.equal(5)
    await withClient(campus.database.url('superuser'), (client) =>
      client.query('UPDATE users.login_attempt SET locked_until = now()'),
    )
    await lock(1)
    expect(await failures(), 'the next lock is told once more').to.equal(2)
  })

  it('are not asked about without the service token', async () => {
    expect((await ask({ email: 'a@b.example', password: 'x' }, 'x'.repeat(32))).status).to.equal(401)
  })

  it('record every login and change in the outbox of the same transaction', async () => {
    const store = accountStore(pool, sdk.audit)
    const credentials = credentialStore(pool, sdk.audit)
    const { hash } = await openPasswords()
    const actor = { tenant: 'university_b', account: randomUUID(), role: 'admin', synthetic: true } as const
    const id = randomUUID()
    const account = {
      id,
      email: 'new@university-b.example',
      name: 'New',
      role: 'staff',
      passwordHash: await hash('long enough'),
      mustChangePassword: false,
    }
    expect(await store.create(actor, { ...account, role: 'staff' })).to.equal(true)
    expect(await store.create(actor, { ...account, id: randomUUID(), role: 'staff' })).to.equal(false)
    await store.change(actor, id, { role: 'faculty', disabled: true })
    expect(await credentials.standing('university_b', id)).to.equal(undefined)
    expect(await store.remove(actor, id)).to.equal(true)
    const actions = await withClient(campus.database.url('superuser'), async (client) => {
      const { rows } = await client.query<{ row: string }>('SELECT e::text AS row FROM outbox.event e')
      return rows.flatMap(({ row }) =>
        [...row.matchAll(/(?:user|role)\.(?:created|changed|updated|deleted)/g)].map(([name]) => name),
      )
    })
    expect(actions).to.include.members(['user.created', 'role.changed', 'user.updated', 'user.deleted'])
  })
})

describe('a password hasher', () => {
  it('works as long for nobody as for somebody, and never says yes to nobody', async () => {
    const passwords = await openPasswords()
    const stored = await passwords.hash('a right password')
    expect(await passwords.check('a right password', stored)).to.equal(true)
    expect(await passwords.check('a wrong password', stored)).to.equal(false)
    expect(await passwords.check('a right password', undefined)).to.equal(false)
  })

  it('turns away what it cannot hash soon', async () => {
    const { hash } = await openPasswords({ running: 1, waiting: 1 })
    const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((secret) => hash(secret)))
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'fulfilled', 'rejected'])
  })
})
