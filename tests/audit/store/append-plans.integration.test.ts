import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { startSdk, type Pool, type Sdk } from '#sdk'
import { Frontier } from '../../../audit/log/frontier.ts'
import { appendBatches, preparedStatements } from '../../../audit/store/append-batches.ts'
import { IndexStore } from '../../../audit/store/index-store.ts'
import { takeWriterLock, type WriterLock } from '../../../audit/store/writer-lock.ts'
import { withClient } from '../../../compose/local/postgres/server.ts'
import { eventually } from '../../support/poll.ts'
import { sharedPostgres, type TestDatabase } from '../../support/postgres.ts'
import { asSuperuser } from '../ledger-process.ts'
import { batchOn } from './one-batch.ts'

/** Rows that a log has all of a sudden, before anything has counted them. */
const grown = 5_000
/** Appends after which a connection keeps its plans, and more. */
const appends = 8

describe('what an append costs in a log that has grown under its connection', () => {
  let database: TestDatabase
  let sdk: Sdk
  let lock: WriterLock

  before(async () => {
    database = await (await sharedPostgres()).createDatabase()
    sdk = startSdk({ service: 'ledger', environment: 'development', otlpEndpoint: 'http://127.0.0.1:9' })
    lock = await takeWriterLock({ url: database.url('ledger_append'), waitMillis: 60_000 })
  })
  after(async () => {
    await lock.release()
    await sdk.shutdown()
    await database.drop()
  })

  async function appendAndIndex(pool: Pool, tenant: string, frontier: Frontier): Promise<void> {
    const id = randomUUID()
    const first = frontier.size
    const { status } = await appendBatches(pool, lock.epoch, [batchOn(tenant, frontier, id)])
    expect(status).to.equal('success')
    const refused = await new IndexStore(pool).add([{ tenant, first, keys: [{ id, producer: 'users' }] }])
    expect(refused.size).to.equal(0)
  }
  /** Gives a log entries in one go. */
  async function grow(tenant: string, frontier: Frontier): Promise<void> {
    for (let entry = 0; entry < grown; entry++) frontier.add(Buffer.alloc(32, 1))
    const [root, roots] = [frontier.root(), frontier.toBytes()].map(
      (bytes) => `'\\x${bytes.toString('hex')}'`,
    )
    const entries = `from generate_series(0, ${grown - 1}) n`
    await asSuperuser(
      database,
      `insert into ledger.event_key select '${tenant}', gen_random_uuid(), 'users', n, sha256('x') ${entries}`,
      `insert into ledger.batch select '${tenant}', n, n + 1, ${root}, ${roots}, 1, false, '', sha256('x'), 1 ${entries}`,
      `insert into ledger.side (tenant, first, class, facts, salt, personal_commitment, subject, sealed, digest)
       select '${tenant}', n, '{a}', '{x}', '{x}', '{x}', '{null}', '{x}', '{x}' ${entries}`,
      `insert into ledger.index_cursor values ('${tenant}', ${grown})`,
    )
  }
  /** Rows that were read of each table by connections that are gone. */
  const rowsRead = () =>
    withClient(database.url('superuser'), async (client) => {
      const { rows } = await client.query<{ name: string; rows: number }>(
        `select relname as name, (seq_tup_read + coalesce(idx_tup_fetch, 0))::float8 as rows
         from pg_stat_user_tables where relname in ('event_key', 'batch', 'side', 'index_cursor')`,
      )
      return new Map(rows.map(({ name, rows: count }) => [name, count]))
    })

  it('is no more than in one that is small: nothing is read through for one event', async () => {
    await asSuperuser(
      database,
      ...['event_key', 'batch', 'side'].map(
        (table) => `alter table ledger.${table} set (autovacuum_enabled = off)`,
      ),
    )
    const pool = sdk.pool({ url: database.url('ledger_append'), max: 1, prepared: preparedStatements })
    const small = new Frontier()
    for (let append = 0; append < appends; append++) await appendAndIndex(pool, 'small', small)
    const large = new Frontier()
    await grow('large', large)
    for (let append = 0; append < appends; append++) await appendAndIndex(pool, 'large', large)
    await pool.end()
    const read = await eventually('what was read is counted', async () => {
      const counts = await rowsRead()
      return (counts.get('index_cursor') ?? 0) >= 2 * appends - 2 && counts
    })
    for (const [name, count] of read) expect(count, name).to.be.below(1_000)
  })
})
