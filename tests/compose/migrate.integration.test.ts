import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { migrate } from '../../compose/local/database/migrate.ts'
import type { Migration } from '../../compose/local/database/migrations.ts'
import { LocalError } from '../../compose/local/errors.ts'
import { withClient } from '../../compose/local/postgres/server.ts'
import { startPostgres, type TestDatabase, type TestPostgres } from '../support/postgres.ts'

const migration = (name: string, sql: string): Migration => ({
  room: 'audit',
  name,
  sql,
  sha256: createHash('sha256').update(sql).digest('hex'),
})
const first = migration(
  '001-note.sql',
  'CREATE TABLE ledger.note (id int); GRANT USAGE ON SCHEMA ledger TO ledger_read',
)
const broken = migration('002-broken.sql', 'CREATE TABLE ledger.half (id int); SELECT 1 / 0')

describe('the migration runner', () => {
  let postgres: TestPostgres
  let database: TestDatabase
  before(async () => {
    postgres = await startPostgres({ migrations: [] })
  })
  after(() => postgres.stop())
  beforeEach(async () => {
    database = await postgres.createDatabase()
  })
  afterEach(() => database.drop())

  const apply = (migrations: readonly Migration[]) =>
    withClient(database.url('superuser'), (client) => migrate(client, migrations)).catch((error: unknown) => {
      if (error instanceof LocalError) return error.code
      throw error
    })
  const value = async (sql: string) =>
    withClient(database.url('superuser'), async (client) => {
      const { rows } = await client.query<{ value: unknown }>(sql)
      return rows[0]?.value
    })

  it('applies each migration once, as the owner', async () => {
    expect(await apply([first])).to.have.length(1)
    expect(await apply([first])).to.have.length(0)
    const owner = await value("SELECT tableowner AS value FROM pg_tables WHERE tablename = 'note'")
    expect(owner).to.equal('campanile_owner')
  })

  it('refuses a file that was changed after it had run', async () => {
    await apply([first])
    expect(await apply([migration(first.name, `${first.sql} -- changed`)])).to.equal('MIGRATION_CHANGED')
  })

  it('leaves nothing of a migration that fails, and keeps those before it', async () => {
    expect(await apply([first, broken])).to.equal('MIGRATION_FAILED')
    expect(await value("SELECT to_regclass('ledger.half') AS value")).to.equal(null)
    expect(await value('SELECT count(*)::int AS value FROM campanile.migration')).to.equal(1)
  })

  it('applies each migration once although two run at the same time', async () => {
    const rounds = await Promise.all([apply([first]), apply([first])])
    expect(rounds.map((applied) => applied.length)).to.have.members([0, 1])
  })
})
