import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type pg from 'pg'
import { PassThrough } from 'node:stream'
import { startSdk, type Pool, type Sdk } from '#sdk'
import { connect } from '../app/academics/store/roster-rows.ts'
import { eventually } from '../support/poll.ts'
import { startPostgres, type TestDatabase, type TestPostgres } from '../support/postgres.ts'
import { sdkMigrations } from './sdk-migrations.ts'

describe('payloads of refused events', () => {
  let postgres: TestPostgres
  let database: TestDatabase
  let root: pg.Client
  let sdk: Sdk
  let pool: Pool
  before(async () => {
    postgres = await startPostgres({ migrations: sdkMigrations() })
    database = await postgres.createDatabase()
    root = await connect(database, 'superuser')
    sdk = startSdk({
      service: 'users',
      environment: 'development',
      otlpEndpoint: 'http://127.0.0.1:9',
      logLevel: 'error',
      logStream: new PassThrough().resume(),
    })
    pool = sdk.pool({ url: database.url('users_app') })
  })
  after(async () => {
    await pool.end()
    await sdk.shutdown()
    await root.end()
    await postgres.stop()
  })

  /** Refuses an event of a producer so many days ago. */
  const refused = async (producer: string, days: number, repaired = false): Promise<string> => {
    const id = randomUUID()
    await root.query(
      `INSERT INTO outbox.refused (position, id, producer, tenant, sequence, recorded_at, refused_at, outcome,
         detail, payload, repaired_at)
       SELECT (SELECT count(*) FROM outbox.refused), $1, $2, 'university_a', 7, at, at, 'invalid', 'schema',
         '{"personal": {"actor": "account-1"}}', CASE WHEN $4 THEN clock_timestamp() END
       FROM (SELECT clock_timestamp() - make_interval(days => $3, mins => 1) AS at) AS moment`,
      [id, producer, days, repaired],
    )
    return id
  }
  const payloadOf = async (id: string) => {
    const { rows } = await root.query<{ readonly payload: unknown }>(
      'SELECT payload FROM outbox.refused WHERE id = $1',
      [id],
    )
    return rows[0]?.payload
  }

  it('are erased by the relay after 30 days or once repaired, and the rows stay', async () => {
    const old = await refused('users', 30)
    const young = await refused('users', 29)
    const repaired = await refused('users', 0, true)
    const foreign = await refused('booking', 30)
    // The ledger is away: the deadline does not wait for it.
    const relay = sdk.audit.startRelay({
      pool,
      ledgerUrl: 'http://127.0.0.1:9',
      token: 'any',
      idleMillis: 10,
    })
    await eventually('the purge', async () => (await payloadOf(old)) === null)
    await relay.stop()
    expect(await payloadOf(repaired)).to.equal(null)
    expect(await payloadOf(young)).to.deep.equal({ personal: { actor: 'account-1' } })
    expect(await payloadOf(foreign)).to.deep.equal({ personal: { actor: 'account-1' } })
    const { rows } = await root.query(
      'SELECT id, producer, tenant, sequence, outcome, detail FROM outbox.refused WHERE id = $1',
      [old],
    )
    expect(rows).to.deep.equal([
      {
        id: old,
        producer: 'users',
        tenant: 'university_a',
        sequence: '7',
        outcome: 'invalid',
        detail: 'schema',
      },
    ])
  })

  it('are read by no service, nor declared repaired', async () => {
    for (const role of [
      'users_app',
      'academics_app',
      'booking_app',
      'gateway_app',
      'ledger_append',
    ] as const) {
      const client = await connect(database, role)
      const codeOf = (sql: string) =>
        client.query(sql).catch((error: { readonly code?: string }) => error.code)
      expect(await codeOf('SELECT payload FROM outbox.refused'), role).to.equal('42501')
      expect(await codeOf('UPDATE outbox.refused SET repaired_at = now()'), role).to.equal('42501')
      await client.end()
    }
  })
})
