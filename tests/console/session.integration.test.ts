import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { metricTotal } from '../support/metrics-page.ts'
import {
  logIn,
  makeHome,
  password,
  startConsoleByClock,
  startConsoleProcess,
  tryLogIn,
  type ConsoleUnderTest,
} from './console-process.ts'

const apiRoutes = [
  '/api/session',
  '/api/status',
  '/api/incidents',
  '/api/incidents/1',
  '/api/dashboards',
  '/api/dashboards/campanile-slo',
  '/api/prometheus/query?query=up',
  '/api/prometheus/query_range?query=up&start=1&end=2&step=1',
  '/api/prometheus/exemplars?query=up&start=1&end=2',
  '/api/prometheus/series-labels?label=tenant',
  '/api/traces',
  '/api/traces/0af7651916cd43dd8448eb211c80319c',
  '/api/logs',
  '/api/ledger',
  '/api/privacy',
  '/api/posture',
  '/api/runbooks',
  '/api/runbooks/HighErrorRate',
]

async function codeOf(response: Response): Promise<unknown> {
  return ((await response.json()) as { code?: unknown }).code
}

/** Nobody else runs. */
describe('accounts and sessions of the console', function () {
  const { home, remove } = makeHome()
  let under: ConsoleUnderTest
  before(async () => {
    under = await startConsoleProcess({ home })
  })
  after(async () => {
    await under?.kill()
    remove()
  })

  for (const path of apiRoutes) {
    it(`shows nobody ${path.split('?')[0]} without a session`, async () => {
      const response = await fetch(under.url + path)
      expect(response.status).to.equal(401)
      expect(await codeOf(response)).to.equal('UNAUTHENTICATED')
    })
  }

  it('leads from every page to the login, and forbids scripts that are not its own', async () => {
    for (const path of ['/', '/inbox', '/inbox/1', '/dashboards/campanile-slo', '/runbooks/HighErrorRate']) {
      const response = await fetch(under.url + path, { redirect: 'manual' })
      expect([response.status, response.headers.get('location')]).to.deep.equal([
        303,
        `/login?next=${encodeURIComponent(path)}`,
      ])
    }
    const { headers } = await fetch(`${under.url}/login`)
    expect(headers.get('content-security-policy')).to.include("script-src 'self'").and.not.include('unsafe')
    expect(headers.get('x-content-type-options')).to.equal('nosniff')
  })

  it('gives a session in a cookie that scripts and other sites never see', async () => {
    const response = await tryLogIn(under.url, 'sre@console.example', password)
    expect(response.status).to.equal(200)
    expect(await response.json()).to.deep.equal({ email: 'sre@console.example', role: 'sre', mayAct: true })
    const [session, device] = response.headers.getSetCookie()
    expect(session).to.match(
      /^campanile_console=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    )
    expect(device).to.match(
      /^campanile_console_device=[\w-]{43}; Path=\/; Max-Age=15552000; HttpOnly; SameSite=Strict$/,
    )
  })

  it('marks the cookie for TLS alone where it stands behind TLS', async () => {
    const own = makeHome()
    const secure = await startConsoleProcess({
      home: own.home,
      environment: { CAMPANILE_ENVIRONMENT: 'production' },
    })
    const response = await tryLogIn(secure.url, 'sre@console.example', password)
    expect(response.headers.get('set-cookie')).to.include('; Secure')
    expect(response.headers.get('strict-transport-security')).to.include('max-age=')
    await secure.kill()
    own.remove()
  })

  it('ends a session when its owner logs out', async () => {
    const cookie = await logIn(under.url, 'viewer')
    const headers = { cookie, origin: under.url }
    expect((await fetch(`${under.url}/api/session`, { headers })).status).to.equal(200)
    expect((await fetch(`${under.url}/api/logout`, { method: 'POST', headers })).status).to.equal(204)
    expect((await fetch(`${under.url}/api/session`, { headers })).status).to.equal(401)
  })

  it('answers a wrong password and an unknown e-mail alike, and counts both', async () => {
    const counted = () => metricTotal(`${under.url}/metrics`, 'console_logins_total', { outcome: 'failure' })
    const before = await counted()
    const answers = await Promise.all([
      tryLogIn(under.url, 'auditor@console.example', 'not the password'),
      tryLogIn(under.url, 'nobody@console.example', 'not the password'),
    ])
    const [one, other] = await Promise.all(
      answers.map(async (answer) => {
        const { traceId: _, ...problem } = (await answer.json()) as Record<string, unknown>
        return problem
      }),
    )
    expect(answers.map(({ status }) => status)).to.deep.equal([401, 401])
    expect(one).to.deep.equal(other)
    expect((await counted()) - before).to.equal(2)
  })

  describe('by a clock that stands still', () => {
    const own = makeHome()
    let still: Awaited<ReturnType<typeof startConsoleByClock>>
    before(async () => {
      const nowMillis = Date.now()
      still = await startConsoleByClock({ home: own.home }, () => nowMillis)
    })
    after(async () => {
      await still?.close()
      own.remove()
    })
    const statusesOfWrong = async (email: string) => {
      const statuses: number[] = []
      for (let at = 0; at < 6; at++) statuses.push((await tryLogIn(still.url, email, 'wrong')).status)
      return statuses
    }

    it('locks an e-mail after five wrong passwords, whether it has an account or not', async () => {
      for (const email of ['locked@console.example', 'sre@console.example']) {
        expect(await statusesOfWrong(email)).to.deep.equal([401, 401, 401, 401, 401, 429])
      }
      const last = await tryLogIn(still.url, 'sre@console.example', password)
      expect(last.status).to.equal(429)
      expect(Number(last.headers.get('retry-after'))).to.equal(15)
    })

    it('lets a browser in that has logged in before while strangers lock its e-mail, and no other browser', async () => {
      const email = 'auditor@console.example'
      const first = await tryLogIn(still.url, email, password)
      const cookie = first.headers.getSetCookie()[1]?.split(';')[0]
      for (const locked of [email, 'viewer@console.example']) await statusesOfWrong(locked)
      expect((await tryLogIn(still.url, email, password)).status).to.equal(429)
      expect((await tryLogIn(still.url, email, password, cookie)).status).to.equal(200)
      expect((await tryLogIn(still.url, 'viewer@console.example', password, cookie)).status).to.equal(429)
    })
  })

  const bodies: readonly (readonly [string, string, number])[] = [
    ['no json', '{', 400],
    ['no object', '[]', 422],
    ['no password', '{"email":"a@b"}', 422],
    ['more than it asks for', '{"email":"a@b","password":"x","role":"sre"}', 422],
    ['a very long password', JSON.stringify({ email: 'a@b', password: 'x'.repeat(200) }), 422],
    ['a very long body', JSON.stringify({ email: 'a@b', password: 'x'.repeat(4_000) }), 413],
  ]
  for (const [what, body, status] of bodies) {
    it(`refuses a login with ${what}`, async () => {
      const headers = { 'content-type': 'application/json', origin: under.url }
      const response = await fetch(`${under.url}/api/login`, { method: 'POST', headers, body })
      expect(response.status).to.equal(status)
    })
  }

  const foreign: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['no origin', {}],
    ['another origin', { origin: 'https://evil.example' }],
    ['no real origin', { origin: 'null' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }],
  ]
  for (const [what, shown] of foreign) {
    it(`changes nothing for a request of ${what}`, async () => {
      const cookie = await logIn(under.url)
      const origin = 'sec-fetch-site' in shown ? { origin: under.url } : {}
      for (const path of ['/api/incidents/1/resolve', '/api/logout', '/api/login']) {
        const headers = { cookie, ...origin, ...shown }
        const response = await fetch(under.url + path, { method: 'POST', headers })
        expect([response.status, await codeOf(response)]).to.deep.equal([403, 'CSRF_FAILED'])
      }
      expect((await fetch(`${under.url}/api/session`, { headers: { cookie } })).status).to.equal(200)
    })
  }

  for (const role of ['auditor', 'viewer']) {
    it(`lets no ${role} change an incident`, async () => {
      const own = makeHome()
      const fresh = await startConsoleProcess({ home: own.home })
      const headers = { cookie: await logIn(fresh.url, role), origin: fresh.url }
      for (const action of ['acknowledge', 'resolve']) {
        const response = await fetch(`${fresh.url}/api/incidents/1/${action}`, { method: 'POST', headers })
        expect([response.status, await codeOf(response)]).to.deep.equal([403, 'FORBIDDEN'])
      }
      await fresh.kill()
      own.remove()
    })
  }

  it('keeps Argon2id hashes and no password, readable by nobody else', () => {
    const path = join(home, 'console', 'accounts.json')
    const stored = readFileSync(path, 'utf8')
    expect(stored).not.to.include(password)
    expect(stored.match(/\$argon2id\$v=19\$m=19456,t=2,p=1\$/g)).to.have.lengthOf(3)
    expect(statSync(path).mode & 0o777).to.equal(0o600)
  })

  it('keeps a password that was changed since the first start', async () => {
    const own = makeHome()
    await (await startConsoleProcess({ home: own.home })).stop()
    writeFileSync(
      join(own.home, 'accounts.json'),
      JSON.stringify([{ email: 'sre@console.example', role: 'sre', password: 'another first password' }]),
    )
    const again = await startConsoleProcess({ home: own.home })
    expect((await tryLogIn(again.url, 'sre@console.example', 'another first password')).status).to.equal(401)
    expect((await tryLogIn(again.url, 'sre@console.example', password)).status).to.equal(200)
    await again.kill()
    own.remove()
  })

  it('does not start over accounts that are damaged, and leaves them as they are', async () => {
    const own = makeHome()
    await (await startConsoleProcess({ home: own.home })).stop()
    const path = join(own.home, 'console', 'accounts.json')
    writeFileSync(path, '{"version":1,"accounts":[')
    const failed = await startConsoleProcess({ home: own.home }).then(
      () => undefined,
      (error: unknown) => String(error),
    )
    expect(failed).to.include('the console ended').and.include(path)
    expect(readFileSync(path, 'utf8')).to.equal('{"version":1,"accounts":[')
    own.remove()
  })
})
