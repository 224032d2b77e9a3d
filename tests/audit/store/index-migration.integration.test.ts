import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { expect } from 'chai'
import { startSdk, type Pool, type Sdk } from '#sdk'
import { Frontier } from '../../../audit/log/frontier.ts'
import { appendBatches, type NewBatch } from '../../../audit/store/append-batches.ts'
import { IndexStore } from '../../../audit/store/index-store.ts'
import { findKnown } from '../../../audit/store/known-events.ts'
import { takeWriterLock } from '../../../audit/store/writer-lock.ts'
import { migrate } from '../../../compose/local/database/migrate.ts'
import { migrationFolders, readMigrations } from '../../../compose/local/database/migrations.ts'
import { withClient } from '../../../compose/local/postgres/server.ts'
import { startPostgres, type TestDatabase, type TestPostgres } from '../../support/postgres.ts'
import { batchOn } from './one-batch.ts'

const migrations = readMigrations(migrationFolders(resolve(import.meta.dirname, '../../..')))
const isNew = ({ room, name }: (typeof migrations)[number]) => room === 'audit' && name >= '010'
const subject = Buffer.alloc(32, 2)

describe('a database from before the indexes left the commit', () => {
  let postgres: TestPostgres
  let database: TestDatabase
  let sdk: Sdk
  let pool: Pool
  const frontiers = new Map(['drill', 'other'].map((tenant) => [tenant, new Frontier()]))
  /** Of the entries of `drill`. */
  const ids: string[] = []

  before(async () => {
    postgres = await startPostgres({ migrations: migrations.filter((each) => !isNew(each)) })
    database = await postgres.createDatabase()
    sdk = startSdk({ service: 'ledger', environment: 'development', otlpEndpoint: 'http://127.0.0.1:9' })
    pool = sdk.pool({ url: database.url('ledger_append') })
    for (const tenant of ['drill', 'other', 'drill', 'drill']) {
      const id = randomUUID()
      if (tenant === 'drill') ids.push(id)
      await appendOld(batchOn(tenant, frontiers.get(tenant) ?? new Frontier(), id), id)
    }

    await withClient(database.url('superuser'), (client) => migrate(client, migrations))
  })
  after(async () => {
    await pool.end()
    await sdk.shutdown()
    await database.drop()
    await postgres.stop()
  })

  /** Appends a batch of one entry as the ledger did then: keys and listings in the same statement. */
  async function appendOld(batch: NewBatch, id: string): Promise<void> {
    const [entry] = batch.entries
    const epoch = (await pool.query<{ epoch: string }>('select ledger.take_lease() as epoch'))[0]?.epoch
    await pool.query(
      `select ledger.append($1, array[$2], array[$3], array[$4::bigint], array[$5::bytea], array[$6::bigint],
        array[$7::bytea], array[$8::bytea], array[$9::bigint], array[false], array[$10::bytea], array[$11::bytea],
        array[$12::uuid], array['users'], array[$13::bytea], array['admin'], array['{}'], array[$13::bytea],
        array[$13::bytea], array[$14::bytea], array[$13::bytea])`,
      [
        epoch,
        batch.tenant,
        batch.origin,
        batch.previousSize,
        batch.previousRoot,
        batch.size,
        batch.root,
        batch.frontier,
        batch.lastTime,
        batch.leaves,
        batch.leafHashes,
        id,
        entry?.digest,
        subject,
      ],
    )
  }

  it('is taken over with all that its indexes know, and goes on', async () => {
    const store = new IndexStore(pool)
    expect(await store.behind()).to.deep.equal([])
    expect(await store.indexed('drill')).to.deep.equal({ size: 3, highest: ids.toSorted().at(-1) })
    expect((await store.indexed('other')).size).to.equal(1)
    const next = randomUUID()
    const lock = await takeWriterLock({ url: database.url('ledger_append'), waitMillis: 60_000 })
    const batch = batchOn('drill', frontiers.get('drill') ?? new Frontier(), next)
    expect(await appendBatches(pool, lock.epoch, [batch])).to.deep.equal({ status: 'success' })
    await lock.release()
    expect(await store.behind()).to.deep.equal(['drill'])
    const page = { tenant: 'drill', first: 3, keys: [{ id: next, producer: 'users' }] }
    expect((await store.add([page])).size).to.equal(0)
    const asked = [...ids, next].map((id) => ({ id, producer: 'users' }))
    const known = await findKnown(pool, 'drill', asked)
    expect([...known.values()].map(({ index }) => index).toSorted((a, b) => a - b)).to.deep.equal([
      0, 1, 2, 3,
    ])
  })

  it('keeps its tables apart by tenant', async () => {
    const seen = await pool.inTenant('other', (tx) =>
      tx.query<{ tenant: string }>('select tenant from ledger.index_cursor'),
    )
    expect(seen).to.deep.equal([{ tenant: 'other' }])
    expect(await pool.query('select from ledger.batch')).to.deep.equal([])
    const change = await pool
      .inTenant('other', (tx) => tx.query('update ledger.index_cursor set size = 9'))
      .catch((error: unknown) => error)
    expect(change).to.have.property('sqlState', '42501')
  })
})
