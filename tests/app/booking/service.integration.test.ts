import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import type pg from 'pg'
import type { Role } from '../../../contracts/services.ts'
import { startBooking } from '../../../app/booking/start.ts'
import type { Service } from '../../../app/door/start-service.ts'
import { sharedPostgres, type TestDatabase } from '../../support/postgres.ts'
import { connect } from '../academics/store/roster-rows.ts'
import { ask, metric, testSettings, tokenGateway, type TokenGateway } from '../campus-service.ts'
import { outboxEvents } from '../outbox-events.ts'
import { propertyRuns } from '../../support/property.ts'

/** Friday, 10:00 on the campus clock. */
const now = Date.UTC(2026, 10, 20, 15, 0)
const monday = '2026-11-23'

describe('booking service', function () {
  let database: TestDatabase
  let root: pg.Client
  let gateway: TokenGateway
  let service: Service
  const room = randomUUID()
  const otherRoom = randomUUID()
  const foreignRoom = randomUUID()

  before(async () => {
    database = await (await sharedPostgres()).createDatabase()
    root = await connect(database, 'superuser')
    await root.query(`INSERT INTO booking.campus (tenant, time_zone) VALUES
      ('university_a', 'America/New_York'), ('university_b', 'America/Los_Angeles')`)
    await root.query(
      `INSERT INTO booking.room VALUES ('university_a', $1, 'Seminar 1', 'Library', 12),
         ('university_a', $2, 'Seminar 2', 'Library', 12), ('university_b', $3, 'Lab', 'Main Hall', 30)`,
      [room, otherRoom, foreignRoom],
    )
    gateway = await tokenGateway()
    const settings = testSettings(database.url('booking_app'))
    service = await startBooking(settings, { keys: gateway.keys, nowMillis: () => now })
  })
  after(async () => {
    await service.close()
    await root.end()
    await database.drop()
  })
  afterEach(() => root.query('DELETE FROM booking.booking'))

  const token = (account: string, role: Role = 'student', tenant = 'university_a') =>
    gateway.token({ tenant, account, role })
  const book = async (
    wish: { start: string; end: string; room?: string },
    account: string = randomUUID(),
    role: Role = 'student',
  ) =>
    ask(service.port, '/bookings', {
      method: 'POST',
      token: await token(account, role),
      body: { room, ...wish },
    })
  const hour = { start: `${monday}T09:00`, end: `${monday}T10:00` }

  it('is ready and lists rooms with the clock of the campus', async () => {
    expect((await ask(service.port, '/health')).status).to.equal(200)
    const { body } = await ask(service.port, '/rooms', { token: await token(randomUUID()) })
    expect(body).to.deep.include({ timeZone: 'America/New_York', opens: '08:00', closes: '18:00' })
    expect(body['rooms']).to.have.length(2)
  })

  it('books, lists, records and cancels', async () => {
    const account = randomUUID()
    const made = await book(hour, account)
    expect(made.status).to.equal(201)
    expect(made.body).to.include({ ...hour, startsAt: '2026-11-23T14:00:00.000Z' })
    const listed = await ask(service.port, '/bookings', { token: await token(account) })
    expect(listed.body['bookings']).to.deep.equal([{ ...made.body, roomName: 'Seminar 1' }])
    const path = `/bookings/${String(made.body['id'])}`
    const strangers = await ask(service.port, path, { method: 'DELETE', token: await token(randomUUID()) })
    expect(strangers.status).to.equal(404)
    const gone = await ask(service.port, path, { method: 'DELETE', token: await token(account) })
    expect(gone.status).to.equal(204)
    const events = (await outboxEvents(root)).filter(({ personal }) => personal?.actor === account)
    expect(events.map(({ facts }) => facts.action)).to.deep.equal(['booking.created', 'booking.cancelled'])
    expect(events[0]?.facts).to.include({ class: 'admin', actorRole: 'student', synthetic: true })
  })

  it('lets exactly one of 50 have the same slot', async () => {
    const conflicts = 'booking_conflicts_total{tenant="university_a"}'
    const before = await metric(service.port, conflicts)
    const answers = await Promise.all(Array.from({ length: 50 }, () => book(hour)))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 201)).to.have.length(1)
    expect(statuses.filter((status) => status === 409)).to.have.length(49)
    expect((await metric(service.port, conflicts)) - before).to.equal(49)
    const { rows } = await root.query('SELECT FROM booking.booking')
    expect(rows).to.have.length(1)
  })

  it('holds overlaps off by the constraint alone, without this code', async () => {
    const insert = `INSERT INTO booking.booking (tenant, room, booked_by, during) VALUES
      ('university_a', $1, $2, tstzrange('2026-11-23 14:00Z', '2026-11-23 15:00Z'))`
    await root.query(insert, [room, randomUUID()])
    const second = await root
      .query(insert, [room, randomUUID()])
      .catch((error: { code?: string }) => error.code)
    expect(second).to.equal('23P01')
    await root.query(insert, [otherRoom, randomUUID()])
  })

  it('lets one booking begin when the other ends', async () => {
    expect((await book(hour)).status).to.equal(201)
    expect((await book({ start: `${monday}T10:00`, end: `${monday}T11:00` })).status).to.equal(201)
    expect((await book({ start: `${monday}T09:59`, end: `${monday}T10:30` })).status).to.equal(409)
  })

  it('shows what is free, around what is taken and after now', async () => {
    await book({ start: `${monday}T10:00`, end: `${monday}T12:30` })
    const free = async (date: string) =>
      (
        await ask(service.port, `/bookings/available?date=${date}&room=${room}`, {
          token: await token(randomUUID()),
        })
      ).body['free']
    expect(await free(monday)).to.deep.equal([
      { start: `${monday}T08:00`, end: `${monday}T10:00` },
      { start: `${monday}T12:30`, end: `${monday}T18:00` },
    ])
    expect(await free('2026-11-20')).to.deep.equal([{ start: '2026-11-20T10:00', end: '2026-11-20T18:00' }])
    expect(await free('2026-11-19')).to.deep.equal([])
  })

  it('refuses by rule with the reason counted', async () => {
    const wishes = [
      [{ start: `${monday}T07:00`, end: `${monday}T09:00` }, 'outside_hours'],
      [{ start: '2026-11-20T09:00', end: '2026-11-20T10:00' }, 'in_the_past'],
      [{ start: `${monday}T08:00`, end: `${monday}T13:00` }, 'too_long'],
      [{ start: `${monday}T17:00`, end: '2026-11-24T09:00' }, 'other_day'],
    ] as const
    for (const [wish, reason] of wishes) {
      const answer = await book(wish)
      expect(answer).to.have.property('status', 422)
      expect(answer.body).to.include({ code: 'BODY_INVALID', detail: reason })
      const series = `booking_rejected_total{tenant="university_a",reason="${reason}"}`
      expect(await metric(service.port, series)).to.equal(1)
    }
  })

  it('gives a student five bookings ahead, also when asked for more at once', async () => {
    const account = randomUUID()
    const wishes = Array.from({ length: 8 }, (_, index) => {
      const at = String(8 + index).padStart(2, '0')
      return book({ start: `${monday}T${at}:00`, end: `${monday}T${at}:30` }, account)
    })
    const statuses = (await Promise.all(wishes)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 201)).to.have.length(5)
    expect(statuses.filter((status) => status === 409)).to.have.length(3)
  })

  it('names the time as the fault of a conflict, and nothing of a quota', async () => {
    const account = randomUUID()
    await book(hour)
    const taken = await book(hour, account)
    expect(taken.body).to.deep.include({ code: 'CONFLICT' })
    expect(taken.body['faults']).to.deep.equal([{ at: '/start', expected: 'a time when the room is free' }])
    for (let at = 10; at < 15; at++) {
      await book({ start: `${monday}T${at}:00`, end: `${monday}T${at}:30` }, account)
    }
    const full = await book({ start: `${monday}T16:00`, end: `${monday}T16:30` }, account)
    expect(full.body).to.include({ code: 'CONFLICT' }).and.not.to.have.property('faults')
  })

  it('lets no parent, auditor or operator book', async () => {
    for (const role of ['parent', 'auditor', 'operator'] as const) {
      expect((await book(hour, randomUUID(), role)).status).to.equal(403)
    }
  })

  it('answers nothing of another tenant and counts the attempt', async () => {
    const foreign = await book({ ...hour, room: foreignRoom })
    const unknown = await book({ ...hour, room: randomUUID() })
    expect([foreign.status, unknown.status]).to.deep.equal([404, 404])
    const row = 'cross_tenant_denied_total{service="booking",kind="row"}'
    expect(await metric(service.port, row)).to.equal(1)
    const slots = `/bookings/available?date=${monday}&room=${foreignRoom}`
    expect((await ask(service.port, slots, { token: await token(randomUUID()) })).status).to.equal(404)
    const path = 'cross_tenant_denied_total{service="booking",kind="path"}'
    expect(await metric(service.port, path)).to.equal(1)
  })

  it('records every crossing without the foreign id, and an unknown id not at all', async () => {
    const account = randomUUID()
    await book({ ...hour, room: randomUUID() }, account)
    await book({ ...hour, room: foreignRoom }, account)
    const slots = `/bookings/available?date=${monday}&room=${foreignRoom}`
    await ask(service.port, slots, { token: await token(account) })
    const foreign = await bookElsewhere()
    await ask(service.port, `/bookings/${foreign}`, { method: 'DELETE', token: await token(account) })
    const events = (await outboxEvents(root)).filter(({ personal }) => personal?.actor === account)
    expect(events.map(({ tenant, facts }) => [tenant, facts.action, facts.resource])).to.deep.equal([
      ['university_a', 'tenant.crossed', 'room'],
      ['university_a', 'tenant.crossed', 'room'],
      ['university_a', 'tenant.crossed', 'booking'],
    ])
    expect(events[0]?.facts).to.include({ class: 'security', outcome: 'denied', reason: 'foreign_id' })
    expect(events[0]?.facts.traceId).to.match(/^[0-9a-f]{32}$/)
    expect(JSON.stringify(events)).not.to.contain(foreignRoom).and.not.to.contain(foreign)
  })

  /** Makes a booking of the other tenant and answers its id. */
  async function bookElsewhere(): Promise<string> {
    const { rows } = await root.query<{ readonly id: string }>(
      `INSERT INTO booking.booking (tenant, room, booked_by, during) VALUES
        ('university_b', $1, $2, tstzrange('2026-11-23 18:00Z', '2026-11-23 19:00Z')) RETURNING id`,
      [foreignRoom, randomUUID()],
    )
    return rows[0]?.id ?? ''
  }

  it('names its trace on every answer, refused ones too', async () => {
    for (const path of ['/rooms', '/nothing', '/health']) {
      const { headers } = await ask(service.port, path)
      expect(headers.get('trace-id'), path).to.match(/^[0-9a-f]{32}$/)
    }
  })

  it('answers any body and any query with a problem and never with a defect', async () => {
    const student = await token(randomUUID())
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.anything().map((value) => JSON.stringify(value) ?? ''),
    )
    const minute = fc.oneof(
      fc.string(),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 16)),
    )
    await fc.assert(
      fc.asyncProperty(anything, minute, minute, async (body, start, end) => {
        const random = await ask(service.port, '/bookings', { method: 'POST', token: student, body })
        expect(random.status).to.be.within(400, 499)
        const wish = { room: foreignRoom, start, end }
        const typed = await ask(service.port, '/bookings', { method: 'POST', token: student, body: wish })
        expect(typed.status).to.be.within(400, 499)
        const query = new URLSearchParams({ date: start.slice(0, 10), room: end })
        const asked = await ask(service.port, `/bookings/available?${query}`, { token: student })
        expect(asked.status).to.be.within(400, 499)
      }),
      propertyRuns({ ci: 80, soak: 1_600 }),
    )
    expect((await ask(service.port, '/health')).status).to.equal(200)
  })
})
