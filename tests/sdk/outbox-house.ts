/** What an outbox needs around it, anew for each test: a database, a ledger, a place for telemetry, an SDK and its pool. */
import { PassThrough } from 'node:stream'
import { startSdk, type Pool, type Relay, type RelayOptions, type Sdk, type Transaction } from '#sdk'
import { eventually } from '../support/poll.ts'
import { startPostgres, type TestDatabase, type TestPostgres } from '../support/postgres.ts'
import { startLedger, type FakeLedger } from './fake-ledger.ts'
import { startSink, type OtlpSink } from './otlp-sink.ts'
import { sdkMigrations } from './sdk-migrations.ts'

export const token = 'a-token-for-tests'

/** As long as everything else in tests may take, on a machine that is busy. */
const patience = { connectTimeoutMillis: 60_000, statementTimeoutMillis: 60_000 } as const

export interface OutboxHouse {
  database: TestDatabase
  sink: OtlpSink
  ledger: FakeLedger
  sdk: Sdk
  pool: Pool
}

/** Builds one for every test of a suite and takes it down behind it; the relays that were begun stop first. */
export function outboxHouse() {
  // Hooks fill it before a test looks.
  const house = {} as OutboxHouse
  let postgres: TestPostgres
  const relays: Relay[] = []
  before(async () => {
    postgres = await startPostgres({ migrations: sdkMigrations() })
  })
  after(() => postgres.stop())
  beforeEach(async () => {
    house.database = await postgres.createDatabase()
    house.sink = await startSink()
    house.ledger = await startLedger(token)
    house.sdk = startSdk({
      service: 'users',
      environment: 'development',
      otlpEndpoint: house.sink.endpoint,
      logLevel: 'error',
      logStream: new PassThrough().resume(),
    })
    house.pool = house.sdk.pool({ url: house.database.url('users_app'), max: 8, ...patience })
  })
  afterEach(async () => {
    await Promise.all(relays.splice(0).map((relay) => relay.stop()))
    await house.pool.end()
    await house.ledger.close()
    await house.sdk.shutdown()
    await house.sink.close()
    await house.database.drop()
  })

  const relay = (options: Partial<RelayOptions> = {}) => {
    const started = house.sdk.audit.startRelay({
      pool: house.pool,
      ledgerUrl: house.ledger.url,
      token,
      idleMillis: 10,
      maxBackoffMillis: 50,
      // What is not answered in time is sent twice.
      timeoutMillis: 60_000,
      ...options,
    })
    relays.push(started)
    return started
  }
  const write = (tx: Transaction, tenant = 'university_a') =>
    house.sdk.audit.record(tx, {
      tenant,
      facts: { class: 'admin', action: 'user.created', outcome: 'success' },
      personal: { actor: 'account-1' },
    })
  const record = (tenant = 'university_a') => house.pool.inTenant(tenant, (tx) => write(tx, tenant))
  const records = async (count: number, tenant?: string) => {
    const ids: string[] = []
    for (let n = 0; n < count; n++) ids.push(await record(tenant))
    return ids
  }
  const pending = async () => {
    const [row] = await house.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM outbox.event')
    return row?.count
  }
  const drained = () => eventually('an empty outbox', async () => (await pending()) === 0)
  const ids = () => house.ledger.events.map(({ id }) => id)
  return { house, relay, write, record, records, pending, drained, ids }
}
