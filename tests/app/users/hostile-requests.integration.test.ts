import { expect } from 'chai'
import fc from 'fast-check'
import { problemMediaType } from '../../../contracts/problem.ts'
import { metricTotal } from '../../support/metrics-page.ts'
import { browserSession } from '../gateway/browser-session.ts'
import { startCampus, type Campus } from '../gateway/campus.ts'
import { propertyRuns } from '../../support/property.ts'

/** Whatever somebody sends: text, JSON of any shape, JSON that is nearly right, or bytes. */
const words = fc.constantFrom(
  'email',
  'password',
  'tenant',
  'account',
  'name',
  'role',
  'disabled',
  '__proto__',
)
const value = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc.constantFrom(
    'university_a',
    'university_b',
    'admin',
    'operator',
    'a@b.example',
    "' OR 1=1 --",
    '\u0000',
  ),
  fc.jsonValue({ maxDepth: 6 }),
)
const body = fc.oneof(
  fc.string().map((text) => Buffer.from(text)),
  fc.json({ maxDepth: 10 }).map((text) => Buffer.from(text)),
  fc.dictionary(words, value, { maxKeys: 6 }).map((fields) => Buffer.from(JSON.stringify(fields))),
  fc.integer({ min: 1, max: 2_000 }).map((depth) => Buffer.from('['.repeat(depth) + ']'.repeat(depth))),
  fc.uint8Array({ maxLength: 20_000 }).map((bytes) => Buffer.from(bytes)),
)
const headerText = fc
  .string({ maxLength: 200 })
  .map((text) => text.replaceAll(/[^\x20-\x7e]/g, '').trim())
  .filter((text) => text !== '')
const headers = fc.record(
  {
    'content-type': fc.oneof(
      fc.constantFrom(
        'application/json',
        'application/json; charset=utf-7',
        'text/plain',
        'multipart/form-data',
      ),
      headerText,
    ),
    'content-encoding': fc.constantFrom('gzip', 'deflate', 'br', 'zstd', 'identity', 'gzip, gzip'),
    authorization: headerText.map((text) => `Bearer ${text}`),
    traceparent: headerText,
    tracestate: headerText,
    'x-tenant-id': fc.oneof(fc.constantFrom('university_a', 'university_b'), headerText),
    cookie: headerText,
  },
  { requiredKeys: [] },
)
const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
  path: fc.constantFrom(
    '/me',
    '/accounts',
    '/accounts/00000000-0000-4000-8000-000000000000',
    '/accounts/%00',
    '/directory',
    '/internal/credentials',
    '/internal/standing',
    '/%zz',
  ),
  query: fc.dictionary(fc.constantFrom('q', 'limit', 'after', 'tenant'), fc.string({ maxLength: 150 })),
  headers,
  body,
  as: fc.constantFrom('nobody', 'admin', 'staff', 'gateway'),
})

describe('the users door under hostile requests', () => {
  let campus: Campus
  let tokens: Readonly<Record<string, string>>
  before(async () => {
    campus = await startCampus()
    const logIn = async (email: string) => (await browserSession(campus).logIn(email)).accessToken
    tokens = {
      admin: await logIn('admin@university-a.example'),
      staff: await logIn('staff@university-a.example'),
      gateway: campus.serviceToken,
    }
  })
  after(() => campus?.stop())

  it('answers each with an answer or a problem document, counts the problems, and lives', async () => {
    const rejected = () =>
      metricTotal(`${campus.urls.users}/metrics`, 'http_requests_rejected_total', { service: 'users' })
    const before = await rejected()
    let problems = 0
    await fc.assert(
      fc.asyncProperty(request, async (sent) => {
        const token = tokens[sent.as]
        const hasBody = sent.body.length > 0 && sent.method !== 'GET'
        const answer = await fetch(`${campus.urls.users}${sent.path}?${new URLSearchParams(sent.query)}`, {
          method: sent.method,
          headers: { ...sent.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
          ...(hasBody ? { body: new Uint8Array(sent.body) } : {}),
        })
        const text = await answer.text()
        expect(answer.status).to.be.lessThan(500)
        expect(answer.headers.get('trace-id')).to.match(/^[0-9a-f]{32}$/)
        if (answer.status < 400) return
        problems += 1
        expect(answer.headers.get('content-type')).to.equal(problemMediaType)
        const problem = JSON.parse(text) as { readonly status: number; readonly code: string }
        expect(problem.status).to.equal(answer.status)
        expect(problem.code).to.match(/^[A-Z][A-Z0-9_]*$/)
      }),
      propertyRuns({ ci: 400, soak: 8_000 }),
    )
    expect(problems, 'nearly all of it is refused').to.be.greaterThan(200)
    expect((await rejected()) - before).to.equal(problems)
    expect((await fetch(`${campus.urls.users}/health`)).status).to.equal(200)
  })

  it('makes nobody an operator, and nobody of another tenant, by any body', async () => {
    const grant = fc.record({
      email: fc.emailAddress(),
      name: fc.string({ minLength: 1, maxLength: 40 }),
      role: fc.constant('operator'),
      password: fc.string({ minLength: 12, maxLength: 40 }),
    })
    const send = async (fields: object) => {
      const answer = await fetch(`${campus.urls.users}/accounts`, {
        method: 'POST',
        headers: { authorization: `Bearer ${tokens['admin'] ?? ''}`, 'content-type': 'application/json' },
        body: JSON.stringify(fields),
      })
      await answer.arrayBuffer()
      return answer.status
    }
    await fc.assert(
      fc.asyncProperty(grant, async (fields) => {
        expect(await send(fields)).to.be.oneOf([403, 422])
        expect(await send({ ...fields, role: 'staff', tenant: 'university_b' })).to.equal(403)
      }),
      propertyRuns({ ci: 40, soak: 800 }),
    )
  })
})
