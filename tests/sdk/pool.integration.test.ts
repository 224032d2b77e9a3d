import { expect } from 'chai'
import { DatabaseError, startSdk, type Pool, type Sdk } from '#sdk'
import { eventually } from '../support/poll.ts'
import { startPostgres, type TestDatabase, type TestPostgres } from '../support/postgres.ts'
import { startSink, type OtlpSink } from './otlp-sink.ts'
import { sdkMigrations } from './sdk-migrations.ts'

describe('traced pool', () => {
  let postgres: TestPostgres
  let database: TestDatabase
  let sink: OtlpSink
  let sdk: Sdk
  let pool: Pool
  before(async () => {
    postgres = await startPostgres({ migrations: sdkMigrations() })
    database = await postgres.createDatabase()
  })
  after(() => postgres.stop())
  beforeEach(async () => {
    sink = await startSink()
    sdk = startSdk({ service: 'users', environment: 'development', otlpEndpoint: sink.endpoint })
    // One connection, so that every transaction meets what the one before it left.
    pool = sdk.pool({ url: database.url('users_app'), max: 1, connectTimeoutMillis: 60_000 })
  })
  afterEach(async () => {
    await pool.end()
    await sdk.shutdown()
    await sink.close()
  })

  const tenantOf = async (target: Pick<Pool, 'query'>) => {
    const [row] = await target.query<{ tenant: string | null }>(
      "SELECT nullif(current_setting('app.tenant', true), '') AS tenant",
    )
    return row?.tenant ?? null
  }
  const codeOf = async (work: Promise<unknown>) => {
    const error: unknown = await work.catch((thrown: unknown) => thrown)
    return (error as { code?: string }).code
  }

  it('gives a transaction its tenant and the next one nothing of it', async () => {
    expect(await pool.inTenant('university_a', tenantOf)).to.equal('university_a')
    expect(await tenantOf(pool)).to.equal(null)
    expect(await pool.transaction(tenantOf)).to.equal(null)
    expect(await pool.inTenant('university_b', tenantOf)).to.equal('university_b')
  })

  for (const statement of [
    "SET app.tenant = 'university_b'",
    "SELECT set_config('app.tenant', 'university_b', false)",
    "SET SESSION app.tenant TO 'university_b'",
  ]) {
    it(`forgets what "${statement}" left in the session`, async () => {
      await pool.inTenant('university_a', (tx) => tx.query(statement))
      expect(await tenantOf(pool)).to.equal(null)
      await pool.query(statement)
      expect(await tenantOf(pool)).to.equal(null)
      await pool.transaction((tx) => tx.query(statement))
      expect(await pool.inTenant('university_a', tenantOf)).to.equal('university_a')
    })
  }

  it('keeps the statements prepared that it was told of, and no others', async () => {
    const [one, other] = ['SELECT $1::int AS value', 'SELECT $1::int + 1 AS value']
    const preparing = sdk.pool({ url: database.url('users_app'), max: 1, prepared: [one, 'SELECT 1'] })
    for (const value of [1, 2]) {
      expect(await preparing.query(one, [value])).to.deep.equal([{ value }])
      expect(await preparing.query(other, [value])).to.deep.equal([{ value: value + 1 }])
    }
    await preparing.inTenant('university_a', (tx) => tx.query(one, [3]))
    expect(await preparing.query('SELECT statement FROM pg_prepared_statements')).to.deep.equal([
      { statement: one },
    ])
    await preparing.end()
  })

  it('forgets it after a failed transaction too, and reuses the connection', async () => {
    const [before] = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    const failed = pool.inTenant('university_a', async (tx) => {
      await tx.query("SET app.tenant = 'university_b'")
      throw new Error('business rule')
    })
    await failed.catch(() => undefined)
    expect(await tenantOf(pool)).to.equal(null)
    const [after] = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    expect(after?.pid).to.equal(before?.pid)
  })

  it('refuses a malformed tenant before anything runs', async () => {
    const code = await codeOf(pool.inTenant("a'; DROP TABLE x; --", tenantOf))
    expect(code).to.equal('SDK_TENANT_INVALID')
  })

  it('refuses to report a commit that PostgreSQL turned into a rollback', async () => {
    const work = pool.transaction(async (tx) => {
      await tx.query('SELECT 1 / 0').catch(() => undefined)
    })
    expect(await codeOf(work)).to.equal('SDK_TRANSACTION_ABORTED')
    expect(await tenantOf(pool)).to.equal(null)
  })

  it('refuses a transaction used after its end', async () => {
    const escaped = await pool.transaction(async (tx) => ({ tx }))
    expect(await codeOf(escaped.tx.query('SELECT 1'))).to.equal('SDK_TRANSACTION_ABORTED')
  })

  it('codes failures and keeps row values out of the message', async () => {
    const error: unknown = await pool.query("SELECT 'lovelace'::integer").catch((thrown: unknown) => thrown)
    expect(error).to.be.instanceOf(DatabaseError)
    expect(error).to.include({ code: 'SDK_DATABASE_FAILED', sqlState: '22P02' })
    expect(String(error)).not.to.contain('lovelace')
    const away = sdk.pool({ url: 'postgres://x:y@127.0.0.1:1/none' })
    expect(await codeOf(away.query('SELECT 1'))).to.equal('SDK_DATABASE_UNREACHABLE')
    await away.end()
  })

  it('survives a connection that is cut between two statements, and fails that transaction alone', async () => {
    const superuser = sdk.pool({ url: database.url('superuser'), max: 1 })
    const work = pool.transaction(async (tx) => {
      const [own] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      await superuser.query('SELECT pg_terminate_backend($1)', [own?.pid])
      await eventually('the end of the connection', async () => {
        const found = await superuser.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [own?.pid])
        return found.length === 0
      })
      await new Promise((resolve) => setImmediate(resolve))
    })
    expect(await codeOf(work)).to.equal('SDK_DATABASE_UNREACHABLE')
    expect(await tenantOf(pool)).to.equal(null)
    await superuser.end()
  })

  it('gives an error a stack that leads to the caller', async () => {
    const askWrongly = async () => {
      await pool.query('SELECT 1 / 0')
    }
    const askInTransaction = async () => {
      await pool.transaction(async (tx) => {
        await tx.query('SELECT 1 / 0')
      })
    }
    for (const ask of [askWrongly, askInTransaction]) {
      const error: unknown = await ask().catch((thrown: unknown) => thrown)
      expect((error as Error).stack).to.contain(ask.name)
    }
  })

  it('cuts a statement that takes too long', async () => {
    const waits = { statementTimeoutMillis: 50, connectTimeoutMillis: 60_000 }
    const hasty = sdk.pool({ url: database.url('users_app'), ...waits })
    expect(await codeOf(hasty.query('SELECT pg_sleep(5)'))).to.equal('SDK_DATABASE_TIMEOUT')
    await hasty.end()
  })

  it('records a client span per statement under the active span, literals scrubbed', async () => {
    await sdk.span('db.transaction', {}, () =>
      pool.inTenant('university_a', (tx) =>
        tx.query("SELECT relname FROM pg_class WHERE relname = 'lovelace'"),
      ),
    )
    const span = await eventually('the span', () => sink.spans.find(({ name }) => name.startsWith('SELECT')))
    const parent = await eventually('its parent', () =>
      sink.spans.find(({ name }) => name === 'db.transaction'),
    )
    expect(span).to.include({ name: 'SELECT pg_class', kind: 3, parentSpanId: parent.spanId })
    expect(span.attributes).to.include({ 'db.system.name': 'postgresql', 'db.operation.name': 'SELECT' })
    expect(String(span.attributes['db.query.text'])).to.contain('WHERE relname = ?')
    expect(JSON.stringify(span.attributes)).not.to.contain('lovelace')
  })

  it('reports its connections', async () => {
    await pool.query('SELECT 1')
    expect((await sdk.scrape()).body).to.contain('db_client_connections{service="users",state="idle"} 1')
  })
})
