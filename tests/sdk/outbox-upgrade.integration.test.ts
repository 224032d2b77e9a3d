import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { expect } from 'chai'
import type pg from 'pg'
import { migrate } from '../../compose/local/database/migrate.ts'
import { migrationFolders, readMigrations } from '../../compose/local/database/migrations.ts'
import { call, connect, layRoster } from '../app/academics/store/roster-rows.ts'
import { startPostgres, type TestDatabase, type TestPostgres } from '../support/postgres.ts'

const tenant = 'university_a'
const all = readMigrations(migrationFolders(resolve(import.meta.dirname, '../..')))
/** As it was when services wrote the tables of the outbox themselves. */
const open = all.filter(
  ({ room, name }) => !(room === 'sdk' && name >= '002') && !(room === 'app/academics' && name >= '006'),
)

describe('an outbox from before its tables were closed', () => {
  let postgres: TestPostgres
  let database: TestDatabase
  let root: pg.Client
  before(async () => {
    postgres = await startPostgres({ migrations: open })
    database = await postgres.createDatabase()
    root = await connect(database, 'superuser')
  })
  after(async () => {
    await root.end()
    await postgres.stop()
  })

  it('keeps its rows, counts on from them and is emptied by the functions', async () => {
    const roster = await layRoster(root, tenant)
    const app = await connect(database, 'academics_app')
    const read = () =>
      call(
        app,
        { tenant, account: roster.student, role: 'student' },
        { name: 'read_transcript', args: [roster.student, null] },
      )
    await read()
    const users = await connect(database, 'users_app')
    await users.query(
      `INSERT INTO outbox.counter (tenant, next, turn) VALUES ($1, 1, pg_current_xact_id())`,
      [tenant],
    )
    await users.query(
      `INSERT INTO outbox.event (turn, id, tenant, sequence, payload)
       VALUES (pg_current_xact_id(), $1, $2, 0, '{}')`,
      [randomUUID(), tenant],
    )

    expect(await migrate(root, all)).to.have.length(all.length - open.length)

    await read()
    await users.query(`SELECT outbox.record($1, $2, '{}')`, [randomUUID(), tenant])
    const { rows } = await root.query<{ readonly row: string }>(
      `SELECT producer || ' ' || sequence AS row FROM outbox.event ORDER BY position`,
    )
    expect(rows.map(({ row }) => row)).to.deep.equal(['academics 0', 'users 0', 'academics 1', 'users 1'])
    for (const client of [app, users]) {
      const settled = await client.query<{ readonly settled: number }>(
        'SELECT outbox.settle(array_agg(position)) AS settled FROM outbox.event',
      )
      expect(settled.rows).to.deep.equal([{ settled: 2 }])
      await client.end()
    }
  })
})
