import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type { QuarantinedEvent } from '../../../contracts/quarantine.ts'
import { eventually } from '../../support/poll.ts'
import { addToken, postJson } from '../api/door-client.ts'
import { ask as query } from '../drills/two-tenants.ts'
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

const canary = 'quarantine-canary-7c1d'

interface Opened {
  readonly state: string
  readonly detail?: string
  readonly body?: string
}

describe('events that were refused', () => {
  let home: LedgerHome
  let ledger: LedgerProcess
  let keeper: string
  let eraser: string

  before(async () => {
    home = await makeHome()
    keeper = addToken(home, 'keeper', {
      scopes: ['record:read', 'record:write', 'subjects:read'],
      tenants: ['drill'],
    })
    eraser = addToken(home, 'eraser', { scopes: ['erasures:write'], tenants: ['drill'] })
    ledger = await startLedger(home)
    await append(ledger, [anEvent({ personal: { actor: 'faculty-1', subject: 'student-1' } })])
    await awaitCheckpoint(ledger, 'drill', 1)
  })
  after(async () => {
    await ledger.stop()
    await home.remove()
  })

  const refused = (over: object = {}) => ({
    ...anEvent({ personal: { actor: 'faculty-1', subject: 'student-1', interest: canary } }),
    colour: 'red',
    ...over,
  })
  const list = async (suffix = '') => {
    const answer = await ask(ledger, `/v1/record/drill/quarantine${suffix}`, { token: keeper })
    return (await answer.json()) as { readonly events: QuarantinedEvent[]; readonly next?: string }
  }
  const last = async () => (await list()).events.at(-1)
  const open = async (id: string | undefined) => {
    const answer = await ask(ledger, `/v1/record/drill/quarantine/${id}`, { token: keeper })
    return { status: answer.status, body: (await answer.json()) as Opened }
  }
  const drop = (id: string | undefined) =>
    ask(ledger, `/v1/record/drill/quarantine/${id}/drop`, { token: keeper, method: 'POST' })
  const counted = async (outcome: string) =>
    Number(
      new RegExp(`ledger_quarantine_total\\{outcome="${outcome}"\\} (\\d+)`).exec(
        await metricsOf(ledger),
      )?.[1] ?? 0,
    )
  const entriesWith = async (action: string) => {
    const answer = await ask(ledger, '/v1/logs/drill/export?format=jsonl', { token: home.tokens.operator })
    return (await answer.text()).split('\n').filter((line) => line.includes(`"action":"${action}"`))
  }

  it('are kept with reason, producer, size and a keyed hash, and opened for a custodian alone', async () => {
    const event = refused()
    const receipts = await append(ledger, [event])
    expect(receipts[0]).to.include({ outcome: 'invalid' })
    const kept = await last()
    expect(kept).to.include({ reason: 'shape', producer: 'academics', times: 1, isKept: true })
    expect(kept?.bodyBytes).to.equal(Buffer.byteLength(JSON.stringify(event)))
    const { body } = await open(kept?.id)
    expect(JSON.parse(body.body ?? '')).to.deep.equal(event)
    expect(body).to.include({ state: 'open', detail: receipts[0]?.detail })
    for (const token of [home.tokens.academics, home.tokens.operator]) {
      expect((await ask(ledger, '/v1/record/drill/quarantine', { token })).status).to.equal(403)
    }
  })

  it('never stand in the clear', async () => {
    await append(ledger, [refused()])
    const rows = await query<{ readonly row: string }>(
      home.database,
      'superuser',
      `select encode(q.sealed, 'escape') || q::text as row from ledger.quarantine q`,
    )
    expect(rows.length).to.be.above(0)
    for (const { row } of rows) expect(row).not.to.match(new RegExp(`${canary}|student-1|faculty-1`))
    expect(JSON.stringify(await list())).not.to.match(new RegExp(`${canary}|student-1`))
  })

  it('are counted in one row when they come again', async () => {
    const event = refused()
    await append(ledger, [event, event])
    await append(ledger, [event])
    expect(await last()).to.include({ times: 3 })
  })

  it('say why: producer, record, size, and other bytes under an id that is taken', async () => {
    const id = randomUUID()
    const taken = anEvent({ id })
    await append(ledger, [taken])
    const offered = [
      anEvent({ producer: 'users' }),
      anEvent({ facts: { class: 'disclosure', action: 'record.disclosed', outcome: 'success' } }),
      { ...taken, time: '2026-01-01T00:00:00.000Z' },
      anEvent({ time: '2026-02-30T00:00:00.000Z' }),
    ]
    const receipts = await append(ledger, offered)
    expect(receipts.map(({ outcome }) => outcome)).to.deep.equal([
      'invalid',
      'invalid',
      'conflict',
      'invalid',
    ])
    const reasons = (await list()).events.slice(-4).map(({ reason }) => reason)
    expect(reasons).to.have.members(['producer', 'record', 'conflict', 'time'])
  })

  it('leave no body where it is larger than any event may be', async () => {
    await append(ledger, [refused({ colour: 'r'.repeat(70_000) })])
    const kept = await last()
    expect(kept).to.include({ isKept: false })
    expect((await open(kept?.id)).body).to.include({ state: 'too_large' })
  })

  it('are dropped by a custodian, and each look and drop is in the log', async () => {
    await append(ledger, [refused()])
    const kept = await last()
    const looks = (await entriesWith('quarantine.read')).length
    await open(kept?.id)
    expect((await drop(kept?.id)).status).to.equal(200)
    expect((await drop(kept?.id)).status).to.equal(404)
    expect((await open(kept?.id)).status).to.equal(404)
    await eventually('both are signed for', async () => {
      const read = (await entriesWith('quarantine.read')).length
      return read > looks && (await entriesWith('quarantine.dropped')).length === 1 ? true : undefined
    })
  })

  it('are listed a page at a time', async () => {
    await append(ledger, [refused(), refused()])
    const { events, next } = await list('?limit=1')
    expect(events).to.have.lengthOf(1)
    const rest = await list(`?after=${next}`)
    expect(rest.events.map(({ id }) => id)).not.to.include(events[0]?.id)
    expect(rest.next).to.equal(undefined)
  })

  it('are nobody’s where they name no tenant, one without a log, or one the token is not good for', async () => {
    const before = await list()
    const unattributed = await counted('unattributed')
    await append(ledger, [refused({ tenant: undefined }), refused({ tenant: 'nobody' }), 'text', null])
    const narrow = anEvent({ producer: 'booking', tenant: 'university_a' })
    await append(ledger, [narrow, { ...narrow, colour: 'red' }], home.tokens.narrow)
    expect(await counted('unattributed')).to.equal(unattributed + 6)
    expect((await list()).events).to.deep.equal(before.events)
    const logs = await query(home.database, 'superuser', `select from ledger.log where tenant = 'nobody'`)
    expect(logs).to.deep.equal([])
    const elsewhere = await ask(ledger, '/v1/record/university_a/quarantine', { token: keeper })
    expect(elsewhere.status).to.equal(404)
  })

  it('go with the student they name when that student is erased', async () => {
    const about = (subject: string) => refused({ personal: { actor: 'faculty-1', subject } })
    await append(ledger, [anEvent({ personal: { actor: 'faculty-1', subject: 'leaver' } }), about('leaver')])
    const gone = await last()
    await append(ledger, [about('stayer')])
    const stays = await last()
    const body = { id: randomUUID(), subject: 'leaver', reason: 'record_destroyed', recordState: 'destroyed' }
    const erased = await postJson(ledger, '/v1/erasures/drill', { token: eraser, body })
    expect(erased.status).to.equal(200)
    expect((await open(gone?.id)).status).to.equal(404)
    expect((await open(stays?.id)).body).to.include({ state: 'open' })
  })

  it('push nothing out when there is no room, and are gone after their days', async () => {
    const fill = `insert into ledger.quarantine (tenant, id, digest, reason, producer, subject, body_bytes)
      select 'drill', gen_random_uuid(), sha256(n::text::bytea), 'shape', 'other', sha256('x'), 1
      from generate_series(1, 1000) as n`
    const count = async () => {
      const rows = await query<{ n: number }>(
        home.database,
        'superuser',
        'select count(*)::integer as n from ledger.quarantine',
      )
      return rows[0]?.n
    }
    await query(home.database, 'superuser', 'delete from ledger.quarantine')
    await query(home.database, 'superuser', fill)
    await append(ledger, [refused()])
    expect(await count()).to.equal(1_000)
    expect(await counted('full')).to.equal(1)
    await query(
      home.database,
      'superuser',
      `update ledger.quarantine set first_at = first_at - interval '31 days'`,
    )
    await append(ledger, [refused()])
    expect(await count()).to.equal(1)
  })
})
