import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type pg from 'pg'
import { sharedPostgres, type TestDatabase } from '../../../support/postgres.ts'
import { connect } from '../../academics/store/roster-rows.ts'

describe('rights of booking_app', () => {
  let database: TestDatabase
  let root: pg.Client
  let app: pg.Client
  const rooms = { university_a: randomUUID(), university_b: randomUUID() }

  before(async () => {
    database = await (await sharedPostgres()).createDatabase()
    root = await connect(database, 'superuser')
    app = await connect(database, 'booking_app')
    for (const [tenant, room] of Object.entries(rooms)) {
      await root.query('INSERT INTO booking.campus (tenant, time_zone) VALUES ($1, $2)', [tenant, 'UTC'])
      await root.query(`INSERT INTO booking.room VALUES ($1, $2, 'Seminar', 'Library', 10)`, [tenant, room])
    }
  })
  after(async () => {
    await app.end()
    await root.end()
    await database.drop()
  })

  /** Runs one statement in a transaction of a tenant and answers its rows, or its SQLSTATE. */
  async function within(tenant: string, sql: string, values: readonly unknown[] = []): Promise<unknown> {
    await app.query('BEGIN')
    await app.query(`SELECT set_config('app.tenant', $1, true)`, [tenant])
    const answer = await app.query(sql, [...values]).then(
      ({ rows }) => rows as unknown,
      (error: { readonly code?: string }) => error.code,
    )
    await app.query('ROLLBACK')
    return answer
  }

  it('show the rooms of the transaction’s tenant only', async () => {
    expect(await within('university_a', 'SELECT id FROM booking.room')).to.deep.equal([
      { id: rooms.university_a },
    ])
    const foreign = 'SELECT id FROM booking.room WHERE id = $1'
    expect(await within('university_a', foreign, [rooms.university_b])).to.deep.equal([])
  })

  it('show nothing while no tenant is set', async () => {
    expect((await app.query('SELECT FROM booking.room')).rows).to.deep.equal([])
    expect(await within('', 'SELECT FROM booking.room')).to.deep.equal([])
  })

  it('book in no other tenant, whatever the row says', async () => {
    const insert = `INSERT INTO booking.booking (tenant, room, booked_by, during) VALUES
      ('university_b', $1, $2, tstzrange('2026-11-23 14:00Z', '2026-11-23 15:00Z'))`
    expect(await within('university_a', insert, [rooms.university_b, randomUUID()])).to.equal('42501')
  })

  it('move no booking, delete none and read no owner of an id', async () => {
    const denied = [
      `UPDATE booking.booking SET during = tstzrange('2026-11-23 14:00Z', '2026-11-23 15:00Z')`,
      'DELETE FROM booking.booking',
      'TRUNCATE booking.booking',
      'SELECT FROM booking.owner_of_id',
      `UPDATE booking.campus SET opens = '00:00'`,
      'SELECT FROM academics.student',
    ]
    for (const sql of denied) expect(await within('university_a', sql), sql).to.equal('42501')
  })

  it('leave every table with row-level security that binds its owner', async () => {
    const { rows } = await root.query(
      `SELECT relname FROM pg_class WHERE relnamespace = 'booking'::regnamespace AND relkind = 'r'
         AND NOT (relrowsecurity AND relforcerowsecurity)`,
    )
    expect(rows).to.deep.equal([])
  })
})
