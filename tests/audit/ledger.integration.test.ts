import { expect } from 'chai'
import { statSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import pg from 'pg'
import { openCheckpoint } from '../../audit/log/checkpoint.ts'
import { parseVerifierKey } from '../../audit/log/note.ts'
import { verifyConsistency, verifyInclusion } from '../../audit/log/proof.ts'
import { checkLog } from '../support/check-log.ts'
import {
  anEvent,
  append,
  ask,
  awaitCheckpoint,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from './ledger-process.ts'

interface ProofAnswer {
  readonly index: number
  readonly size: number
  readonly leafHash: string
  readonly path: readonly string[]
  readonly checkpoint: string
}

const bytes = (encoded: string) => Buffer.from(encoded, 'base64')

describe('the ledger', () => {
  let home: LedgerHome
  let ledger: LedgerProcess

  before(async () => {
    home = await makeHome()
    ledger = await startLedger(home)
  })
  after(async () => {
    await ledger.stop()
    await home.remove()
  })

  it('answers an event appended, then duplicate with the same receipt, then conflict for other bytes', async () => {
    const event = anEvent()
    const [first] = await append(ledger, [event])
    const [second] = await append(ledger, [event])
    const [third] = await append(ledger, [{ ...event, time: '2026-09-01T09:00:00.000Z' }])
    expect(first).to.include({ id: event.id, outcome: 'appended' })
    expect(second).to.deep.equal({ ...first, outcome: 'duplicate' })
    expect(third).to.include({ id: event.id, outcome: 'conflict' })
    const { body } = { body: await (await ask(ledger, '/metrics')).text() }
    expect(body).to.match(/ledger_events_total\{[^}]*outcome="conflict"[^}]*\} [1-9]/)
    await checkLog(ledger, 'drill', 1)
  })

  it('notes a conflict in the log, once however often the same event is offered', async () => {
    const event = anEvent({ tenant: 'university_c' })
    await append(ledger, [event])
    const other = { ...event, time: '2026-09-01T10:00:00.000Z' }
    for (let again = 0; again < 3; again++) {
      const [receipt] = await append(ledger, [other])
      expect(receipt?.outcome).to.equal('conflict')
    }
    const { lines } = await checkLog(ledger, 'university_c', 2)
    const actions = lines.flatMap(
      (line) => (JSON.parse(line) as { facts?: { action: string } }).facts?.action ?? [],
    )
    expect(actions.slice(0, 2)).to.deep.equal(['transcript.read', 'event.conflicted'])
  })

  it('keeps the time an event names, counts one that is far off, and refuses a day that does not exist', async () => {
    const [receipt, absent] = await append(ledger, [
      anEvent({ tenant: 'university_d', time: '1999-02-28T23:59:59.999Z' }),
      anEvent({ tenant: 'university_d', time: '2026-02-30T00:00:00.000Z' }),
    ])
    expect([receipt?.outcome, absent?.outcome]).to.deep.equal(['appended', 'invalid'])
    const { lines } = await checkLog(ledger, 'university_d', 1)
    const metrics = await (await ask(ledger, '/metrics')).text()
    expect(metrics).to.match(/ledger_clock_skew_total\{producer="academics"\} [1-9]/)
    const { leaf } = JSON.parse(lines[1] ?? '') as { leaf: { eventTime: number; version: number } }
    expect(leaf).to.include({ eventTime: Date.parse('1999-02-28T23:59:59.999Z'), version: 2 })
  })

  it('answers a duplicate within one batch and keeps the order of a batch', async () => {
    const events = [anEvent(), anEvent(), anEvent()]
    const receipts = await append(ledger, [...events, events[0]])
    expect(receipts.map(({ outcome }) => outcome)).to.deep.equal([
      'appended',
      'appended',
      'appended',
      'duplicate',
    ])
    const { ids } = await checkLog(ledger, 'drill', (receipts[2]?.index ?? 0) + 1)
    expect(receipts.slice(0, 3).map(({ index = -1 }) => ids[index])).to.deep.equal(events.map(({ id }) => id))
  })

  it('proves inclusion and consistency under the signed checkpoint', async () => {
    const events = Array.from({ length: 300 }, () => anEvent({ tenant: 'university_b' }))
    await append(ledger, events.slice(0, 3))
    const earlier = await awaitCheckpoint(ledger, 'university_b', 3)
    await append(ledger, events)
    await awaitCheckpoint(ledger, 'university_b', 300)
    const key = parseVerifierKey((await (await ask(ledger, '/v1/logs/university_b/key')).text()).trim())
    for (const id of [0, 7, 255, 299].map((at) => events[at]?.id ?? '')) {
      const answer = await ask(ledger, `/v1/logs/university_b/proof/inclusion?id=${id}`)
      const { index, size, leafHash, path, checkpoint } = (await answer.json()) as ProofAnswer
      const { root } = openCheckpoint(checkpoint, key)
      verifyInclusion({ index, size, leafHash: bytes(leafHash), path: path.map(bytes) }, root)
    }
    const old = openCheckpoint(earlier, key)
    const now = openCheckpoint(await awaitCheckpoint(ledger, 'university_b', 300), key)
    const answer = await ask(
      ledger,
      `/v1/logs/university_b/proof/consistency?from=${old.size}&to=${now.size}`,
    )
    const { path } = (await answer.json()) as ProofAnswer
    verifyConsistency({
      from: old.size,
      to: now.size,
      fromRoot: old.root,
      toRoot: now.root,
      path: path.map(bytes),
    })
    await checkLog(ledger, 'university_b', 300)
  })

  it('tells a subject who accessed the record, newest first, and nothing of other classes or subjects', async () => {
    const personal = { subject: 'student-77', party: 'Registrar', interest: 'degree audit' }
    const disclosure = { class: 'disclosure', action: 'transcript.read', outcome: 'success' } as const
    await append(ledger, [
      anEvent({ personal }),
      anEvent({ personal, facts: disclosure }),
      anEvent({ personal, facts: { class: 'admin', action: 'user.updated', outcome: 'success' } }),
    ])
    await awaitCheckpoint(ledger, 'drill', 1)
    const path = '/v1/subjects/drill/student-77/accesses'
    const token = home.tokens.academics
    const { accesses } = (await (await ask(ledger, path, { token })).json()) as {
      accesses: { class: string }[]
    }
    expect(accesses.map((access) => access.class)).to.deep.equal(['disclosure', 'access'])
    expect(accesses[0]).to.include({ party: 'Registrar', interest: 'degree audit' })
    const other = await ask(ledger, '/v1/subjects/drill/nobody/accesses', { token })
    expect(await other.json()).to.deep.equal({ accesses: [] })
  })

  it('keeps tenants apart and counts who reaches for another', async () => {
    await append(ledger, [anEvent({ tenant: 'university_a' })])
    const [receipt] = await append(
      ledger,
      [anEvent({ tenant: 'university_a', producer: 'booking' })],
      home.tokens.narrow,
    )
    expect(receipt?.outcome).to.equal('invalid')
    const paths = [
      'checkpoint',
      'key',
      'entries',
      'export',
      'proof/inclusion?index=0',
      'proof/consistency?from=0',
    ]
    for (const path of paths) {
      const { status } = await ask(ledger, `/v1/logs/university_a/${path}`, { token: home.tokens.narrow })
      expect(status, path).to.equal(404)
    }
    const metrics = await (await ask(ledger, '/metrics')).text()
    expect(metrics).to.match(/cross_tenant_denied_total\{service="ledger",kind="path"\} 6/)
    await checkLog(ledger, 'university_a', 1)
  })

  it('refuses an event of another producer', async () => {
    const [receipt] = await append(ledger, [anEvent({ producer: 'users' })])
    expect(receipt?.outcome).to.equal('invalid')
  })

  it('answers hostile bodies with a problem and stays up', async () => {
    const post = async (body: string | Uint8Array, headers: Record<string, string> = {}) => {
      const init = { method: 'POST', token: home.tokens.academics, body: body as string }
      const response = await ask(ledger, '/v1/events', {
        ...init,
        headers: { 'content-type': 'application/json', ...headers },
      })
      return ((await response.json()) as { code?: string }).code
    }
    const event = anEvent()
    expect(await post('{"events":[')).to.equal('BODY_MALFORMED')
    expect(await post('{"events":[{}],"events":[{}]}')).to.equal('BODY_MALFORMED')
    expect(await post('{"events":[9007199254740993]}')).to.equal('BODY_MALFORMED')
    expect(await post('['.repeat(5_000))).to.equal('BODY_TOO_DEEP')
    expect(await post(JSON.stringify({ events: Array(501).fill(event) }))).to.equal('BODY_INVALID')
    expect(await post('x', { 'content-type': 'text/plain' })).to.equal('MEDIA_TYPE_UNSUPPORTED')
    expect(await post(gzipSync(Buffer.alloc(40_000_000, 32)), { 'content-encoding': 'gzip' })).to.equal(
      'BODY_TOO_LARGE',
    )
    const [large] = await append(ledger, [{ ...event, personal: { interest: 'x'.repeat(70_000) } }])
    expect(large?.outcome).to.equal('invalid')
    expect((await ask(ledger, '/health')).status).to.equal(200)
  })

  it('lets no login role change or delete what the log holds, nor the owner', async () => {
    await append(ledger, [anEvent()])
    // Whoever locks whole tables beside it waits for it, and it for them.
    await ledger.stop()
    const tables = ['log', 'batch', 'checkpoint', 'event_key', 'lease', 'side', 'subject_entry']
    const commands = (table: string) => [
      `UPDATE ledger.${table} SET ${table === 'lease' ? 'epoch = epoch' : 'tenant = tenant'}`,
      `DELETE FROM ledger.${table}`,
      `TRUNCATE ledger.${table} CASCADE`,
    ]
    for (const role of ['ledger_append', 'ledger_read'] as const) {
      for (const command of tables.flatMap(commands)) {
        expect(await failureOf(home.database.url(role), command), `${role}: ${command}`).to.equal('42501')
      }
    }
    for (const command of tables.slice(0, 4).flatMap(commands)) {
      expect(await failureOf(home.database.url('superuser'), command), command).to.equal('42501')
    }
  })

  it('keeps every file of its keystore to itself', async () => {
    // While it runs a file may have another name by the time it is looked at.
    await ledger.stop()
    const keystore = join(home.folder, 'keystore')
    for (const entry of readdirSync(keystore, { recursive: true, withFileTypes: true })) {
      const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777
      expect(mode, entry.name).to.equal(entry.isDirectory() ? 0o700 : 0o600)
    }
  })
})

async function failureOf(connectionString: string, command: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query(`SELECT set_config('app.tenant', 'drill', false)`)
    await client.query(command)
    return undefined
  } catch (error) {
    return (error as { code?: string }).code
  } finally {
    await client.end()
  }
}
