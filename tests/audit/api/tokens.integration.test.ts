import { randomUUID } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { decodeJwt } from 'jose'
import type { LedgerClaims, TokenAnswer } from '../../../contracts/ledger-token.ts'
import {
  anEvent,
  append,
  ask,
  awaitCheckpoint,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from '../ledger-process.ts'
import { eventually } from '../../support/poll.ts'
import { runAudit } from '../keys/keys-process.ts'
import { addToken, exchange, issue, metricValue, postJson } from './door-client.ts'

const always = { since: '2020-01-01T00:00:00.000Z', until: '2100-01-01T00:00:00.000Z' }
const never = { since: '2020-01-01T00:00:00.000Z', until: '2020-02-01T00:00:00.000Z' }

describe('short-lived tokens', () => {
  let home: LedgerHome
  let ledger: LedgerProcess
  let issuer: string
  let registrar: string
  let producer: string
  let searcher: string
  let ledgerNamed: string
  before(async () => {
    home = await makeHome()
    searcher = addToken(home, 'searcher', { scopes: ['export:read', 'subjects:read'] })
    producer = addToken(home, 'booking', { scopes: ['tokens:issue', 'events:write'] })
    ledgerNamed = addToken(home, 'ledger', { scopes: ['events:write'] })
    issuer = addToken(home, 'gateway', { scopes: ['tokens:issue', 'proofs:read', 'export:read'] })
    registrar = addToken(home, 'registry', {
      scopes: ['tokens:issue', 'subjects:read', 'record:read', 'record:write', 'erasures:write'],
    })
    ledger = await startLedger(home)
    await append(ledger, [anEvent(), anEvent()])
    await awaitCheckpoint(ledger, 'drill', 2)
  })
  after(async () => {
    await ledger.stop('SIGKILL')
    await home.remove()
  })

  const get = async (path: string, token: string) => (await ask(ledger, path, { token })).status

  it('are exchanged for long-lived ones with the same rights, for a quarter of an hour', async () => {
    const answer = await postJson<TokenAnswer>(ledger, '/v1/tokens', {
      token: home.tokens.academics,
      body: {},
    })
    expect(answer.status).to.equal(200)
    expect(answer.headers.get('cache-control')).to.equal('no-store')
    expect(answer.body).to.include({
      token_type: 'Bearer',
      expires_in: 900,
      scope: 'events:write subjects:read',
    })
    const { access_token: token } = answer.body
    const claims = decodeJwt<LedgerClaims>(token)
    expect(claims).to.include({ sub: 'academics', role: 'service', iss: 'campanile.local/ledger' })
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).to.equal(900)
    const [receipt] = await append(ledger, [anEvent()], token)
    expect(receipt?.outcome).to.equal('appended')
  })

  it('are exchanged for fewer rights where that is asked for, and never for more', async () => {
    const narrow = await exchange(ledger, home.tokens.academics, {
      scopes: ['events:write'],
      tenants: ['drill'],
    })
    expect(await get('/v1/subjects/drill/student-1/accesses', narrow)).to.equal(403)
    const [foreign] = await append(ledger, [anEvent({ tenant: 'university_a' })], narrow)
    expect(foreign?.outcome).to.equal('invalid')
    for (const body of [{ scopes: ['proofs:read'] }, { seconds: 901 }]) {
      const answer = await postJson(ledger, '/v1/tokens', { token: home.tokens.academics, body })
      expect(answer.status).to.equal(422)
    }
    const wide = await postJson(ledger, '/v1/tokens', { token: home.tokens.narrow, body: { tenants: ['*'] } })
    expect(wide.status).to.equal(422)
  })

  it('are not exchanged for short-lived ones', async () => {
    const token = await exchange(ledger, home.tokens.academics)
    expect((await postJson(ledger, '/v1/tokens', { token, body: {} })).status).to.equal(401)
  })

  it('are challenged as RFC 6750 says, and counted', async () => {
    const before = await metricValue(ledger, 'http_requests_rejected_total', { code: 'unauthenticated' })
    const none = await fetch(`${ledger.url}/v1/logs/drill/checkpoint`)
    expect([none.status, none.headers.get('www-authenticate')]).to.deep.equal([401, 'Bearer'])
    const bad = await ask(ledger, '/v1/logs/drill/checkpoint', { token: 'e30.e30.e30-and-more' })
    expect([bad.status, bad.headers.get('www-authenticate')]).to.deep.equal([
      401,
      'Bearer error="invalid_token"',
    ])
    const token = await exchange(ledger, home.tokens.academics)
    const lacking = await ask(ledger, '/v1/logs/drill/entries', { token })
    expect([lacking.status, lacking.headers.get('www-authenticate')]).to.deep.equal([
      403,
      'Bearer error="insufficient_scope", scope="proofs:read"',
    ])
    expect(lacking.headers.get('content-type')).to.equal('application/problem+json')
    const after = await metricValue(ledger, 'http_requests_rejected_total', { code: 'unauthenticated' })
    expect(after - before).to.equal(2)
  })

  it('are issued with an entry in the log that says by whom, to whom and as what', async () => {
    const token = await issue(ledger, issuer, { role: 'auditor', name: 'auditor-1', period: always })
    const claims = decodeJwt<LedgerClaims>(token)
    expect(claims).to.include({ sub: 'auditor-1', role: 'auditor' })
    expect(claims.act).to.deep.equal({ sub: 'gateway' })
    const { index } = await eventually('the entry is signed for', async () => {
      const found = await ask(ledger, `/v1/logs/drill/proof/inclusion?id=${claims.jti}&producer=ledger`)
      return found.ok ? ((await found.json()) as { index: number }) : undefined
    })
    const page = await ask(ledger, `/v1/logs/drill/entries?from=${index}&limit=1`)
    const { entries } = (await page.json()) as { entries: { facts: object }[] }
    expect(entries[0]?.facts).to.include({ class: 'admin', action: 'token.issued', reason: 'auditor' })
    expect(entries[0]?.facts).to.deep.include({ token: { seconds: 900, period: always } })
    expect(await metricValue(ledger, 'access_tokens_issued_total', { role: 'auditor' })).to.equal(1)
  })

  it('are issued to who may see one record with an entry that goes with its subject', async () => {
    const body = { role: 'subject', name: 'parent-9', subject: 'student-9', seconds: 300 } as const
    await issue(ledger, registrar, body)
    const findBy = async (query: string) => {
      const path = `/v1/logs/drill/search?action=token.issued&${query}`
      const answer = await ask(ledger, path, { token: searcher })
      return ((await answer.json()) as { entries: { facts: object }[] }).entries
    }
    const [found] = await eventually('the entry is found by the subject', async () => {
      const entries = await findBy('subject=student-9')
      return entries.length === 0 ? undefined : entries
    })
    expect(found?.facts).to.deep.include({ class: 'admin', reason: 'subject', token: { seconds: 300 } })
    expect((await findBy('actor=registry&subject=student-9')).length).to.equal(1)
  })

  it('are issued by a command, into a file that is one person’s', async () => {
    const file = join(home.folder, 'issuer.token')
    writeFileSync(file, issuer, { mode: 0o600 })
    const out = join(home.folder, 'auditor.token')
    const variables = { CAMPANILE_PORT_LEDGER: String(ledger.port), CAMPANILE_TOKEN_FILE: file }
    const who = ['--role', 'auditor', '--tenant', 'drill', '--name', 'auditor-1']
    const when = ['--since', '2020-01-01', '--until', '2100-01-01', '--ttl', '28800']
    const done = await runAudit(home, ['token', ...who, ...when, '--out', out], variables)
    expect(done.code, done.output).to.equal(0)
    expect(statSync(out).mode & 0o777).to.equal(0o600)
    expect(await get('/v1/logs/drill/entries', readFileSync(out, 'utf8').trim())).to.equal(200)
    expect((await runAudit(home, ['token', ...who], variables)).code).to.equal(1)
    expect((await runAudit(home, ['token', ...who, '--since', 'soon'], variables)).code).to.equal(2)
  })

  it('are not issued with more than the issuer holds, longer than the role may, or out of shape', async () => {
    const { since, until } = always
    const refused: readonly (readonly [number, string, object])[] = [
      [403, issuer, { role: 'custodian', name: 'a' }],
      [403, registrar, { role: 'auditor', name: 'a', period: always }],
      [403, issuer, { role: 'writer', name: 'a' }],
      [403, home.tokens.operator, { role: 'witness', name: 'a' }],
      [422, issuer, { role: 'service', name: 'a' }],
      [422, issuer, { role: 'auditor', name: 'a' }],
      [422, issuer, { role: 'auditor', name: 'a', period: { since: until, until: since } }],
      [422, issuer, { role: 'auditor', name: 'a', period: { since, until: '2026-02-30T99:00:00.000Z' } }],
      [422, issuer, { role: 'auditor', name: 'a', period: always, seconds: 28_801 }],
      [422, registrar, { role: 'subject', name: 'a' }],
      [422, registrar, { role: 'subject', name: 'a', subject: 'student-1', seconds: 901 }],
      [422, issuer, { role: 'witness', name: 'a', subject: 'student-1' }],
      [422, issuer, { role: 'witness', name: 'a', period: always }],
      [422, issuer, { role: 'witness', name: 'a', scope: 'record:write' }],
    ]
    for (const [status, token, body] of refused) {
      const answer = await postJson(ledger, '/v1/tokens/drill', { token, body })
      expect(answer.status, JSON.stringify(body)).to.equal(status)
    }
  })

  it('let a writer speak in the name of who asked for its token, and nobody as the ledger', async () => {
    const writer = await issue(ledger, producer, { role: 'writer', name: 'booking' })
    const [receipt] = await append(ledger, [anEvent({ producer: 'booking' })], writer)
    expect(receipt?.outcome).to.equal('appended')
    for (const name of ['ledger', 'academics']) {
      const body = { role: 'writer', name }
      const answer = await postJson(ledger, '/v1/tokens/drill', { token: producer, body })
      expect([answer.status, answer.body.code]).to.deep.equal([403, 'FORBIDDEN'])
    }
    const events = [anEvent({ producer: 'ledger' })]
    const spoken = await postJson(ledger, '/v1/events', { token: ledgerNamed, body: { events } })
    expect([spoken.status, spoken.body.code]).to.deep.equal([403, 'FORBIDDEN'])
  })

  it('are good for the tenant they were issued for alone', async () => {
    await append(ledger, [anEvent({ tenant: 'university_a' })])
    const token = await issue(ledger, issuer, { role: 'witness', name: 'witness-1' })
    expect(await get('/v1/logs/drill/checkpoint', token)).to.equal(200)
    expect(await get('/v1/logs/university_a/checkpoint', token)).to.equal(404)
  })

  it('show a witness the tree and nothing that says when or what', async () => {
    const token = await issue(ledger, issuer, { role: 'witness', name: 'witness-1' })
    const { size } = (await (await ask(ledger, '/v1/logs/drill/entries')).json()) as { size: number }
    for (const path of ['key', 'checkpoint', `tile/0/000.p/${size}`, `proof/consistency?from=1&to=${size}`]) {
      expect(await get(`/v1/logs/drill/${path}`, token), path).to.equal(200)
    }
    const closed = [
      `tile/entries/000.p/${size}`,
      'entries',
      'proof/inclusion?index=0',
      'proof/tlog?index=0',
      'export',
      'search?action=x',
      'population',
    ]
    for (const path of closed) expect(await get(`/v1/logs/drill/${path}`, token), path).to.equal(403)
  })

  it('show a subject its own report and accesses, and no other’s', async () => {
    const token = await issue(ledger, registrar, { role: 'subject', name: 'parent-1', subject: 'student-1' })
    expect(await get('/v1/subjects/drill/student-1/accesses', token)).to.equal(200)
    expect(await get('/v1/subjects/drill/student-1/report', token)).to.equal(200)
    const others = await Promise.all(
      ['student-2', 'student-unheard-of'].flatMap((subject) =>
        ['accesses', 'report'].map(async (what) => {
          const answer = await ask(ledger, `/v1/subjects/drill/${subject}/${what}`, { token })
          const { traceId, ...problem } = (await answer.json()) as Record<string, unknown>
          void traceId
          return JSON.stringify([answer.status, problem])
        }),
      ),
    )
    expect(new Set(others).size).to.equal(1)
    expect(others[0]).to.match(/^\[403/)
    expect(await get('/v1/subjects/university_a/student-1/accesses', token)).to.equal(404)
    expect(await get('/v1/logs/drill/entries', token)).to.equal(403)
  })

  it('let a custodian act in no other name', async () => {
    const token = await issue(ledger, registrar, { role: 'custodian', name: 'registrar-1' })
    const body = (actor: string) => ({
      id: randomUUID(),
      time: '2026-09-01T08:00:00.000Z',
      actor,
      facts: { scope: 'tenant' },
      personal: { legalCase: { reference: '26-7', relevance: 'litigation' } },
    })
    const own = await postJson(ledger, '/v1/record/drill/registers/hold', {
      token,
      body: body('registrar-1'),
    })
    expect(own.status, JSON.stringify(own.body)).to.equal(200)
    const other = await postJson(ledger, '/v1/record/drill/registers/hold', {
      token,
      body: body('registrar-2'),
    })
    expect([other.status, other.body.code]).to.deep.equal([403, 'FORBIDDEN'])
    expect(await get('/v1/record/drill/registers/hold?actor=registrar-2', token)).to.equal(403)
    expect(await get('/v1/record/drill/registers/hold?actor=registrar-1', token)).to.equal(200)
  })

  it('end with the key that signed them when it is compromised, and live on when it is only rotated', async () => {
    const token = await exchange(ledger, home.tokens.operator)
    const rotate = async (...flags: readonly string[]) => {
      await ledger.stop()
      const done = await runAudit(home, ['keys', 'rotate', 'access-tokens.ed25519', ...flags])
      expect(done.code, done.output).to.equal(0)
      ledger = await startLedger(home)
    }
    await rotate()
    expect(await get('/v1/logs/drill/checkpoint', token)).to.equal(200)
    const next = await exchange(ledger, home.tokens.operator)
    expect(await get('/v1/logs/drill/checkpoint', next)).to.equal(200)
    await rotate('--compromised')
    expect(await get('/v1/logs/drill/checkpoint', next)).to.equal(401)
    expect(await get('/v1/logs/drill/checkpoint', await exchange(ledger, home.tokens.operator))).to.equal(200)
  })

  describe('of an auditor', () => {
    const times = ({ since, until }: typeof always) => `since=${since}&until=${until}`
    const closed = [
      'entries',
      'export',
      'export?format=jsonl',
      'export?format=csv&from=0&to=1',
      `export?format=jsonl&${times(always)}`,
      'population',
      `population?${times(always)}`,
      'population?from=0&to=1',
      'search?action=transcript.read',
      'proof/inclusion?index=0',
      'proof/tlog?index=0',
      'tile/entries/000.p/2',
    ]

    it('show what was sequenced in the period', async () => {
      const token = await issue(ledger, issuer, {
        role: 'auditor',
        name: 'auditor-1',
        period: always,
        seconds: 28_800,
      })
      for (const path of closed) expect(await get(`/v1/logs/drill/${path}`, token), path).to.equal(200)
    })

    it('refuse what was sequenced outside', async () => {
      const token = await issue(ledger, issuer, { role: 'auditor', name: 'auditor-1', period: never })
      for (const path of closed) expect(await get(`/v1/logs/drill/${path}`, token), path).to.equal(403)
      expect(await get(`/v1/logs/drill/export?format=jsonl&${times(never)}`, token)).to.equal(200)
      expect(await get('/v1/logs/drill/checkpoint', token)).to.equal(200)
    })
  })
})
