import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type pg from 'pg'
import { startBooking } from '../../../app/booking/start.ts'
import type { Service } from '../../../app/door/start-service.ts'
import { faultTokens, postFault } from '../../support/fault-token.ts'
import { eventually } from '../../support/poll.ts'
import { sharedPostgres, type TestDatabase } from '../../support/postgres.ts'
import { connect } from '../academics/store/roster-rows.ts'
import { ask, metric, testSettings, tokenGateway, type TokenGateway } from '../campus-service.ts'

/** Friday, 10:00 on the campus clock. */
const now = Date.UTC(2026, 10, 20, 15, 0)

describe('faults of the booking service', () => {
  let database: TestDatabase
  let root: pg.Client
  let gateway: TokenGateway
  let service: Service
  const room = { drill: randomUUID(), university_a: randomUUID() }

  before(async () => {
    database = await (await sharedPostgres()).createDatabase()
    root = await connect(database, 'superuser')
    for (const [tenant, id] of Object.entries(room)) {
      await root.query(`INSERT INTO booking.campus (tenant, time_zone) VALUES ($1, 'America/New_York')`, [
        tenant,
      ])
      await root.query(`INSERT INTO booking.room VALUES ($1, $2, 'Seminar 1', 'Library', 12)`, [tenant, id])
    }
    gateway = await tokenGateway()
    const settings = { ...testSettings(database.url('booking_app')), tokens: faultTokens() }
    service = await startBooking(settings, { keys: gateway.keys, nowMillis: () => now })
  })
  after(async () => {
    await service.close()
    await root.end()
    await database.drop()
  })
  afterEach(() => switchFault('pool-leak', false))

  const switchFault = (fault: string, active: boolean) =>
    postFault(`http://127.0.0.1:${service.port}`, { fault, active, ...(active ? { seconds: 60 } : {}) })
  const search = async (tenant: keyof typeof room) => {
    const token = await gateway.token({ tenant, account: randomUUID(), role: 'student' })
    const began = performance.now()
    const answer = await ask(service.port, `/bookings/available?date=2026-11-23&room=${room[tenant]}`, {
      token,
    })
    return { status: answer.status, elapsedMillis: performance.now() - began }
  }
  const connections = (state: string) =>
    metric(service.port, `db_client_connections{service="booking",state="${state}"}`)

  it('make the searches of the drill tenant wait in the database', async () => {
    await switchFault('slow-sql', true)
    const [slow, other] = await Promise.all([search('drill'), search('university_a')])
    expect([slow.status, other.status]).to.deep.equal([200, 200])
    // The wait is the fault itself: pg_sleep never returns earlier.
    expect(slow.elapsedMillis).to.be.greaterThan(740)
    await switchFault('slow-sql', false)
    expect((await search('drill')).status).to.equal(200)
  })

  it('take every connection of the pool, keep others waiting, and give all of them back', async () => {
    await switchFault('pool-leak', true)
    await eventually('the pool is empty', async () => (await connections('used')) === 10)
    await eventually('somebody waits', async () => (await connections('waiting')) > 0)
    await switchFault('pool-leak', false)
    await eventually('the connections are back', async () => (await connections('used')) < 3)
    await eventually('nobody waits', async () => (await connections('waiting')) === 0)
    expect((await search('drill')).status).to.equal(200)
  })
})
