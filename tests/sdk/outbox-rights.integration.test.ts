import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type pg from 'pg'
import { loginRoles, type DatabaseRole } from '../../compose/local/database/roles.ts'
import { connect, layRoster, type Roster } from '../app/academics/store/roster-rows.ts'
import { sharedPostgres, type TestDatabase } from '../support/postgres.ts'

const tables = ['counter', 'event', 'refused'] as const
const recorders = ['users_app', 'booking_app', 'gateway_app'] as const
const tenant = 'university_a'

describe('the outbox against the roles of the house', () => {
  let database: TestDatabase
  let root: pg.Client
  let roster: Roster
  const clients = new Map<DatabaseRole, pg.Client>()

  before(async () => {
    database = await (await sharedPostgres()).createDatabase()
    root = await connect(database, 'superuser')
    roster = await layRoster(root, tenant)
    for (const role of loginRoles) clients.set(role, await connect(database, role))
  })
  after(async () => {
    for (const client of clients.values()) await client.end()
    await root.end()
    await database.drop()
  })

  const as = (role: DatabaseRole): pg.Client => {
    const client = clients.get(role)
    if (client === undefined) throw new Error(`no client of ${role}`)
    return client
  }
  const codeOf = (work: Promise<unknown>) => work.catch((error: { readonly code?: string }) => error.code)
  const inTenant = async <T>(client: pg.Client, work: () => Promise<T>): Promise<T> => {
    await client.query('BEGIN')
    try {
      await client.query(`SELECT set_config('app.tenant', $1, true)`, [tenant])
      const result = await work()
      await client.query('COMMIT')
      return result
    } catch (error) {
      await client.query('ROLLBACK')
      throw error
    }
  }
  const record = (client: pg.Client, payload: object = {}, id: string = randomUUID()) =>
    client.query('SELECT outbox.record($1, $2, $3)', [id, tenant, payload]).then(() => id)
  const settle = async (client: pg.Client, positions: readonly string[]) => {
    const { rows } = await client.query<{ readonly settled: number }>(
      'SELECT outbox.settle($1::bigint[]) AS settled',
      [positions],
    )
    return rows[0]?.settled
  }
  const refuse = async (client: pg.Client, position: string) => {
    const { rows } = await client.query<{ readonly refused: boolean }>(
      `SELECT outbox.refuse($1, 'invalid', 'test') AS refused`,
      [position],
    )
    return rows[0]?.refused
  }
  const waiting = async (producer: string) => {
    const { rows } = await root.query<{ readonly id: string; readonly position: string }>(
      'SELECT id, position FROM outbox.event WHERE producer = $1 ORDER BY position',
      [producer],
    )
    return rows
  }
  const positions = async (producer: string) => (await waiting(producer)).map(({ position }) => position)
  const next = async (producer: string) => {
    const { rows } = await root.query<{ readonly next: string }>(
      'SELECT next FROM outbox.counter WHERE producer = $1 AND tenant = $2',
      [producer, tenant],
    )
    return Number(rows[0]?.next ?? 0)
  }
  const readTranscript = (client: pg.Client) =>
    client.query(
      `SELECT academics.read_transcript(ROW($1, $2, 'student', NULL, true)::academics.reader, $2, NULL)`,
      [tenant, roster.student],
    )

  for (const role of loginRoles) {
    it(`gives ${role} no right to write the tables of the outbox`, async () => {
      const { rows } = await root.query(
        `SELECT t.name, p.privilege FROM unnest($2::text[]) AS t (name),
           unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS p (privilege)
         WHERE has_table_privilege($1, 'outbox.' || t.name, p.privilege)
           OR p.privilege IN ('INSERT', 'UPDATE', 'REFERENCES')
             AND has_any_column_privilege($1, 'outbox.' || t.name, p.privilege)`,
        [role, tables],
      )
      expect(rows).to.deep.equal([])
      for (const table of tables) {
        expect(await codeOf(as(role).query(`DELETE FROM outbox.${table}`)), table).to.equal('42501')
        expect(await codeOf(as(role).query(`TRUNCATE outbox.${table}`)), table).to.equal('42501')
      }
      const undo = as(role).query('UPDATE outbox.counter SET next = next - 1')
      expect(await codeOf(undo)).to.equal('42501')
    })
  }

  it('lets nobody unsay a read of a record in the transaction that made it', async () => {
    const app = as('academics_app')
    const before = await next('academics')
    await inTenant(app, async () => {
      await readTranscript(app)
      const { rows } = await app.query<{ readonly position: string }>('SELECT position FROM outbox.event')
      const written = rows.map(({ position }) => position)
      expect(written).to.have.length(1)
      expect(await settle(app, written)).to.equal(0)
      expect(await refuse(app, written[0] ?? '')).to.equal(false)
    })
    expect(await waiting('academics')).to.have.length(1)
    expect(await next('academics')).to.equal(before + 1)
  })

  for (const role of ['academics_app', 'seed_app', 'ledger_append', 'ledger_read'] as const) {
    it(`refuses an event made up by ${role}`, async () => {
      expect(await codeOf(inTenant(as(role), () => record(as(role))))).to.equal('42501')
      const direct = `INSERT INTO outbox.event (turn, id, tenant, sequence, payload)
        VALUES ('1', gen_random_uuid(), '${tenant}', 99, '{}')`
      expect(await codeOf(inTenant(as(role), () => as(role).query(direct)))).to.equal('42501')
    })
  }

  for (const role of recorders) {
    const producer = role.replace('_app', '')
    it(`writes as ${producer} what ${role} records, whatever the event says of itself`, async () => {
      const forged = { id: randomUUID(), tenant: 'university_b', producer: 'academics', facts: {} }
      const id = await inTenant(as(role), () => record(as(role), forged))
      const { rows } = await root.query<{ readonly payload: object }>(
        'SELECT payload FROM outbox.event WHERE id = $1 AND producer = $2',
        [id, producer],
      )
      expect(rows).to.deep.equal([{ payload: { id, tenant, producer, facts: {} } }])
    })

    it(`lets ${role} settle what it has committed, and nothing of the transaction it is in`, async () => {
      await inTenant(as(role), () => record(as(role)))
      const committed = await positions(producer)
      const before = await next(producer)
      await inTenant(as(role), async () => {
        await record(as(role))
        const all = await as(role).query<{ readonly position: string }>('SELECT position FROM outbox.event')
        const seen = all.rows.map(({ position }) => position)
        expect(seen).to.have.length(committed.length + 1)
        expect(await settle(as(role), seen)).to.equal(committed.length)
      })
      expect(await waiting(producer)).to.have.length(1)
      expect(await next(producer)).to.equal(before + 1)
    })

    it(`keeps ${role} from settling or refusing rows of another producer`, async () => {
      const other = role === 'users_app' ? 'booking_app' : 'users_app'
      const owner = other.replace('_app', '')
      await inTenant(as(other), () => record(as(other)))
      const foreign = await positions(owner)
      expect(await settle(as(role), foreign)).to.equal(0)
      expect(await refuse(as(role), foreign[0] ?? '')).to.equal(false)
      expect(await positions(owner)).to.deep.equal(foreign)
    })
  }

  it('does not settle a row that a savepoint of the same transaction wrote', async () => {
    const app = as('users_app')
    await inTenant(app, async () => {
      await app.query('SAVEPOINT within')
      const id = await record(app)
      await app.query('RELEASE SAVEPOINT within')
      const { rows } = await app.query<{ readonly position: string }>(
        'SELECT position FROM outbox.event WHERE id = $1',
        [id],
      )
      expect(await settle(app, [rows[0]?.position ?? ''])).to.equal(0)
    })
  })

  it('settles no row that an older transaction may still precede', async () => {
    const older = await connect(database, 'booking_app')
    const younger = as('users_app')
    await older.query('BEGIN')
    await older.query(`SELECT set_config('app.tenant', $1, true)`, [tenant])
    await record(older)
    const id = await inTenant(younger, () => record(younger))
    const { rows } = await root.query<{ readonly position: string }>(
      'SELECT position FROM outbox.event WHERE id = $1',
      [id],
    )
    const one = rows.map(({ position }) => position)
    expect(await settle(younger, one)).to.equal(0)
    await older.query('COMMIT')
    expect(await settle(younger, one)).to.equal(1)
    await older.end()
  })

  it('turns no counter back, whoever asks', async () => {
    await inTenant(as('users_app'), () => record(as('users_app')))
    for (const change of [
      'UPDATE outbox.counter SET next = next - 1',
      'UPDATE outbox.counter SET next = 0',
      `UPDATE outbox.counter SET tenant = 'university_c'`,
      'DELETE FROM outbox.counter',
      'TRUNCATE outbox.counter',
    ]) {
      expect(await codeOf(root.query(change)), change).to.equal('23514')
    }
  })

  it('does not trust a name that the session resolves first', async () => {
    const client = await connect(database, 'users_app')
    await client.query('SET search_path = pg_temp, outbox, pg_catalog')
    expect(await codeOf(client.query('SET SESSION AUTHORIZATION booking_app'))).to.equal('42501')
    expect(await codeOf(client.query('SET ROLE booking_app'))).to.equal('42501')
    const id = await inTenant(client, () => record(client))
    expect((await waiting('users')).map((row) => row.id)).to.include(id)
    await client.end()
  })
})
