import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type pg from 'pg'
import { sharedPostgres, type TestDatabase } from '../../../support/postgres.ts'
import { outboxEvents } from '../../outbox-events.ts'
import { call, connect, fixedReason, layRoster, type Caller, type Roster } from './roster-rows.ts'

interface Answer {
  readonly outcome: string
  readonly reason?: string
  readonly glassEndsAt?: string
}

interface Listed {
  readonly reviews: readonly { readonly id: string; readonly account: string; readonly reason: string }[]
}

const finding = 'the advisor was ill and had asked for cover'

describe('broken glass in the database', () => {
  let database: TestDatabase
  let root: pg.Client
  let app: pg.Client
  let a: Roster
  let b: Roster

  before(async () => {
    database = await (await sharedPostgres()).createDatabase()
    root = await connect(database, 'superuser')
    app = await connect(database, 'academics_app')
    a = await layRoster(root, 'university_a')
    b = await layRoster(root, 'university_b')
  })
  after(async () => {
    await app.end()
    await root.end()
    await database.drop()
  })

  const as = (role: string, account: string, tenant = 'university_a'): Caller => ({ tenant, account, role })
  const read = (caller: Caller, reason: string | null = null, student = a.student) =>
    call<Answer>(app, caller, { name: 'read_transcript', args: [student, reason] })
  const list = (caller: Caller) => call<Listed & Answer>(app, caller, { name: 'list_glass', args: [200] })
  const review = (caller: Caller, glass: string | undefined, verdict = 'justified') =>
    call<Answer>(app, caller, { name: 'review_glass', args: [glass, verdict, finding] })
  const glassOf = async (account: string) => {
    const { reviews } = await list(as('registrar', a.registrar))
    return reviews.find((waiting) => waiting.account === account)
  }
  const lastEvent = async () => (await outboxEvents(root)).at(-1)
  const letAnHourPass = (account: string) =>
    root.query(
      `UPDATE academics.glass SET opened_at = opened_at - interval '1 hour', ends_at = ends_at - interval '1 hour'
       WHERE account = $1`,
      [account],
    )

  it('opens the record for an hour, and each read in it is an event with the reason and the glass', async () => {
    const caller = as('staff', randomUUID())
    const opened = await read(caller, fixedReason)
    expect(Date.parse(opened.glassEndsAt ?? '') - Date.now()).to.be.within(3_500_000, 3_600_000)
    const first = await lastEvent()
    expect(await read(caller)).to.include({ outcome: 'read', glassEndsAt: opened.glassEndsAt })
    const second = await lastEvent()
    expect(second?.facts).to.include({ action: 'break_glass.read', reason: 'break_glass_again' })
    expect(second?.personal).to.include({ interest: fixedReason, subject: a.student })
    expect(second?.personal?.['resourceId']).to.equal(first?.personal?.['resourceId'])
  })

  it('wants a new reason when the hour is over', async () => {
    const caller = as('staff', randomUUID())
    await read(caller, fixedReason)
    await letAnHourPass(caller.account)
    expect(await read(caller)).to.deep.equal({ outcome: 'denied', reason: 'reason_missing' })
    expect(await read(caller, fixedReason)).to.include({ outcome: 'read' })
  })

  it('opens one record to one account in one role', async () => {
    const caller = as('staff', randomUUID())
    await read(caller, fixedReason)
    const denied = { outcome: 'denied', reason: 'reason_missing' }
    expect(await read(as('staff', randomUUID()))).to.deep.equal(denied)
    expect(await read(as('faculty', caller.account))).to.deep.equal(denied)
    expect(await read(caller, null, a.classmate)).to.deep.equal(denied)
    expect(await read(as('staff', caller.account, 'university_b'), null, b.student)).to.deep.equal(denied)
  })

  it('opens with an empty reason to nobody, also while it is open', async () => {
    const caller = as('staff', randomUUID())
    await read(caller, fixedReason)
    expect(await read(caller, 'because')).to.deep.equal({ outcome: 'denied', reason: 'reason_missing' })
  })

  it('is reviewed by the registrar of record as an event, closes, and leaves no reason in the row', async () => {
    const caller = as('staff', randomUUID())
    await read(caller, fixedReason)
    const glass = await glassOf(caller.account)
    expect(glass?.reason).to.equal(fixedReason)
    expect((await lastEvent())?.facts).to.include({ action: 'register.read', resource: 'broken_glass' })
    const outcome = await review(as('registrar', a.registrar), glass?.id, 'unjustified')
    expect(outcome).to.deep.equal({ outcome: 'reviewed' })
    const event = await lastEvent()
    expect(event?.facts).to.include({ action: 'break_glass.reviewed', reason: 'unjustified' })
    expect(event?.personal).to.deep.include({
      actor: a.registrar,
      subject: a.student,
      resourceId: glass?.id,
      interest: finding,
    })
    expect(await read(caller)).to.deep.equal({ outcome: 'denied', reason: 'reason_missing' })
    expect(await glassOf(caller.account)).to.equal(undefined)
    const { rows } = await root.query('SELECT reason, verdict FROM academics.glass WHERE id = $1', [
      glass?.id,
    ])
    expect(rows).to.deep.equal([{ reason: null, verdict: 'unjustified' }])
  })

  it('is not reviewed twice, nor by whoever broke it, nor by anybody else', async () => {
    const keeper = as('registrar', a.registrar)
    await read(as('staff', a.registrar), fixedReason)
    const own = await glassOf(a.registrar)
    expect(await review(keeper, own?.id)).to.deep.include({ outcome: 'denied', reason: 'own_glass' })
    const caller = as('staff', randomUUID())
    await read(caller, fixedReason)
    const glass = await glassOf(caller.account)
    for (const stranger of [as('registrar', a.otherRegistrar), as('admin', a.registrar), caller]) {
      expect(await review(stranger, glass?.id)).to.deep.equal({ outcome: 'denied', reason: 'role' })
      expect(await list(stranger)).to.deep.equal({ outcome: 'denied', reason: 'role' })
    }
    await review(keeper, glass?.id)
    expect(await review(keeper, glass?.id)).to.deep.equal({ outcome: 'denied', reason: 'reviewed' })
  })

  it('of another tenant is unknown', async () => {
    const caller = as('staff', randomUUID())
    await read(caller, fixedReason)
    const glass = await glassOf(caller.account)
    const stranger = as('registrar', b.registrar, 'university_b')
    expect(await review(stranger, glass?.id)).to.deep.equal({ outcome: 'denied', reason: 'unknown' })
    expect((await list(stranger)).reviews).to.deep.equal([])
  })

  it('is counted for each tenant while it waits, and the count opens no rows', async () => {
    await read(as('staff', randomUUID(), 'university_b'), fixedReason, b.student)
    await root.query(
      `UPDATE academics.glass SET opened_at = opened_at - interval '4 days' WHERE tenant = 'university_b'`,
    )
    const counted = async () => {
      const { rows } = await app.query<{ tenant: string; waiting: number; oldest_seconds: number }>(
        'SELECT * FROM academics.count_glass()',
      )
      return rows.find(({ tenant }) => tenant === 'university_b')
    }
    expect(await counted()).to.include({ waiting: 1 })
    expect((await counted())?.oldest_seconds).to.be.within(345_600, 346_000)
    const registrar = as('registrar', b.registrar, 'university_b')
    await review(registrar, (await list(registrar)).reviews[0]?.id)
    expect(await counted()).to.include({ waiting: 0, oldest_seconds: 0 })
  })

  it('cannot be read or written beside the functions', async () => {
    for (const table of ['glass', 'glass_tenant']) {
      const refused = await app.query(`SELECT * FROM academics.${table}`).catch((error: unknown) => error)
      expect(refused).to.have.property('code', '42501')
    }
  })
})
