import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import pg from 'pg'
import { allOperations } from '../../../audit/api/operations/all-operations.ts'
import { tokenScopes } from '../../../contracts/service-token.ts'
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
import { metricsOf } from '../metrics.ts'
import { addToken, exchange } from './door-client.ts'

const own = 'drill'
const existing = 'university_b'
/** As long as the other, so that nothing differs by its length. */
const absent = 'university_x'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
const paths = Object.values(allOperations)
  .map(({ path }) => path)
  .filter((path) => path.includes(':tenant'))

/** Parts of a path that would lead somewhere if the tenant were one's own. */
const fillings: Readonly<Record<string, string>> = {
  subject: 'student-1',
  path: '0/000.p/2',
  register: 'hold',
  id: '00000000-0000-4000-8000-000000000001',
  command: 'approve',
}
const queries = [
  '',
  '?index=0',
  '?from=1&to=2',
  '?format=jsonl',
  '?action=transcript.read',
  '?actor=a&student=student-1',
  '?size=2&nonce=000102030405060708090a0b0c0d0e0f&count=1',
]

function fill(path: string, tenant: string): string {
  return path.replace(':tenant', tenant).replace(/[:*](\w+)/g, (_, name: string) => fillings[name] ?? 'x')
}

describe('tenants on the ledger’s door', () => {
  let home: LedgerHome
  let ledger: LedgerProcess
  let longLived: string
  before(async () => {
    home = await makeHome()
    longLived = addToken(home, 'academics', { scopes: tokenScopes, tenants: [own] })
    const file = (name: string) => join(home.folder, name)
    for (const name of ['counsel', 'second']) {
      const { publicKey } = generateKeyPairSync('x25519')
      writeFileSync(file(name), publicKey.export({ format: 'pem', type: 'spki' }))
    }
    ledger = await startLedger(home, {
      variables: {
        // No round of it comes between two looks at what is there.
        CAMPANILE_SELF_CHECK_MILLIS: '3600000',
        CAMPANILE_SEALED_DIR: file('sealed'),
        CAMPANILE_SEALED_TENANTS: existing,
        CAMPANILE_SEALED_COUNSEL_FILE: file('counsel'),
        CAMPANILE_SEALED_SECOND_FILE: file('second'),
      },
    })
    await append(ledger, [anEvent(), anEvent(), anEvent({ tenant: existing }), anEvent({ tenant: existing })])
    await Promise.all([awaitCheckpoint(ledger, own, 2), awaitCheckpoint(ledger, existing, 2)])
  })
  after(async () => {
    await ledger.stop('SIGKILL')
    await home.remove()
  })

  /** All of an answer but what is another one each time. */
  async function answerOf(path: string, init: RequestInit & { token: string }): Promise<string> {
    const response = await ask(ledger, path, init)
    const headers = [...response.headers].filter(([name]) => name !== 'date' && name !== 'traceparent')
    const body = (await response.text()).replace(/"traceId":"[0-9a-f]{32}"/, '"traceId":""')
    return JSON.stringify([response.status, headers, body])
  }

  it('has routes to look at', () => {
    expect(paths.length).to.be.greaterThan(25)
  })

  for (const kind of ['long-lived', 'short-lived'] as const) {
    it(`answers a ${kind} token the same for a tenant that is and one that is not, on every route by every method`, async () => {
      const token = kind === 'long-lived' ? longLived : await exchange(ledger, longLived)
      let compared = 0
      for (const path of paths) {
        for (const method of methods) {
          const bodies = method === 'GET' || method === 'HEAD' ? queries : ['{}', 'no json']
          for (const given of bodies) {
            const isQuery = method === 'GET' || method === 'HEAD'
            const init = {
              method,
              token,
              ...(isQuery ? {} : { body: given, headers: { 'content-type': 'application/json' } }),
            }
            const suffix = isQuery ? given : ''
            const there = await answerOf(fill(path, existing) + suffix, init)
            const nowhere = await answerOf(fill(path, absent) + suffix, init)
            expect(there, `${method} ${path}${suffix}`).to.equal(nowhere)
            expect(there, `${method} ${path}${suffix}`).to.match(/^\[(?:40[045]),/)
            compared++
          }
        }
      }
      expect(compared).to.be.greaterThan(500)
    })
  }

  it('answers the same to events and tokens whose bodies name another tenant', async () => {
    const id = randomUUID()
    const json = { method: 'POST', token: longLived, headers: { 'content-type': 'application/json' } }
    for (const [path, bodyOf] of [
      ['/v1/events', (tenant: string) => ({ events: [anEvent({ id, tenant })] })],
      ['/v1/tokens', (tenant: string) => ({ tenants: [tenant] })],
    ] as const) {
      const [there, nowhere] = await Promise.all(
        [existing, absent].map((tenant) => answerOf(path, { ...json, body: JSON.stringify(bodyOf(tenant)) })),
      )
      expect(there).to.equal(nowhere)
    }
  })

  it('leaves no key, no log, no entry and no label behind', async () => {
    const token = await exchange(ledger, longLived)
    const before = await tracesOf(ledger)
    expect(before.entries).to.equal(2)
    for (const path of paths) {
      for (const tenant of [existing, absent]) {
        await answerOf(fill(path, tenant), { method: 'GET', token })
        await answerOf(fill(path, tenant), {
          method: 'POST',
          token,
          body: '{}',
          headers: { 'content-type': 'application/json' },
        })
      }
    }
    const after = await tracesOf(ledger)
    expect(after).to.deep.equal(before)
    expect(JSON.stringify(after)).not.to.contain(absent)
    expect(await metricsOf(ledger)).not.to.contain(absent)
    expect(ledger.output()).not.to.contain(absent)
  })

  /** What a request could have left: files, rows, series. */
  async function tracesOf({ home: { folder, database } }: LedgerProcess) {
    const client = new pg.Client({ connectionString: database.url('superuser') })
    await client.connect()
    try {
      const logs = await client.query<{ tenant: string }>('SELECT tenant FROM ledger.log ORDER BY tenant')
      const size = await client.query<{ size: number }>(
        'SELECT max(size)::int AS size FROM ledger.batch WHERE tenant = $1',
        [existing],
      )
      const series = (await metricsOf(ledger)).split('\n').filter((line) => line.includes(existing))
      return {
        files: readdirSync(folder, { recursive: true })
          .map(String)
          .filter((name) => name.startsWith('keystore'))
          .toSorted(),
        logs: logs.rows.map(({ tenant }) => tenant),
        entries: size.rows[0]?.size,
        series: series.map((line) => line.replace(/ \S+$/, '')).toSorted(),
      }
    } finally {
      await client.end()
    }
  }
})
