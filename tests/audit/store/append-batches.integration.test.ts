import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { startSdk, type Pool, type Sdk } from '#sdk'
import { Frontier } from '../../../audit/log/frontier.ts'
import { appendBatches } from '../../../audit/store/append-batches.ts'
import { IndexStore } from '../../../audit/store/index-store.ts'
import { readHead } from '../../../audit/store/head.ts'
import { takeWriterLock, type WriterLock } from '../../../audit/store/writer-lock.ts'
import { sharedPostgres, type TestDatabase } from '../../support/postgres.ts'
import { batchOn } from './one-batch.ts'

describe('appending to the database', () => {
  let database: TestDatabase
  let sdk: Sdk
  let pool: Pool
  let lock: WriterLock

  before(async () => {
    database = await (await sharedPostgres()).createDatabase()
    sdk = startSdk({ service: 'ledger', environment: 'development', otlpEndpoint: 'http://127.0.0.1:9' })
    pool = sdk.pool({ url: database.url('ledger_append') })
    lock = await takeWriterLock({ url: database.url('ledger_append'), waitMillis: 60_000 })
  })
  after(async () => {
    await lock.release()
    await pool.end()
    await sdk.shutdown()
    await database.drop()
  })

  const sizeOf = async (tenant: string) =>
    (await pool.inTenant(tenant, (tx) => readHead(tx, tenant))).frontier.size

  it('takes batches of many tenants in one statement', async () => {
    const tenants = ['many_a', 'many_b', 'many_c']
    const batches = tenants.map((tenant) => batchOn(tenant, new Frontier()))
    expect(await appendBatches(pool, lock.epoch, batches)).to.deep.equal({ status: 'success' })
    for (const tenant of tenants) expect(await sizeOf(tenant), tenant).to.equal(1)
  })

  it('takes none of them when one head is not what its batch was made for', async () => {
    const stale = new Frontier()
    await appendBatches(pool, lock.epoch, [batchOn('stale', stale.copy())])
    const batches = [batchOn('beside', new Frontier()), batchOn('stale', stale)]
    expect(await appendBatches(pool, lock.epoch, batches)).to.deep.equal({ status: 'moved' })
    expect(await sizeOf('beside')).to.equal(0)
    expect(await sizeOf('stale')).to.equal(1)
  })

  it('refuses a head of the right size with another root', async () => {
    const frontier = new Frontier()
    await appendBatches(pool, lock.epoch, [batchOn('forked', frontier)])
    const batch = { ...batchOn('forked', frontier), previousRoot: Buffer.alloc(32, 1) }
    expect(await appendBatches(pool, lock.epoch, [batch])).to.deep.equal({ status: 'moved' })
  })

  it('takes a doubtful event once', async () => {
    const frontier = new Frontier()
    const id = randomUUID()
    await appendBatches(pool, lock.epoch, [batchOn('once', frontier, id)])
    await new IndexStore(pool).add([{ tenant: 'once', first: 0, keys: [{ id, producer: 'users' }] }])
    expect(await appendBatches(pool, lock.epoch, [batchOn('once', frontier.copy(), id)])).to.deep.equal({
      status: 'moved',
    })
    expect(await sizeOf('once')).to.equal(1)
  })

  it('takes doubtful events of several logs that are in none of them', async () => {
    const ids = [randomUUID(), randomUUID()]
    await appendBatches(pool, lock.epoch, [batchOn('doubt_a', new Frontier(), ids[0])])
    await new IndexStore(pool).add([
      { tenant: 'doubt_a', first: 0, keys: [{ id: ids[0] ?? '', producer: 'users' }] },
    ])
    // The first log's id is asked for in the other log and the other way round: each stands for its own log.
    const batches = [batchOn('doubt_b', new Frontier(), ids[0]), batchOn('doubt_c', new Frontier(), ids[1])]
    expect(await appendBatches(pool, lock.epoch, batches)).to.deep.equal({ status: 'success' })
  })

  it('indexes a page where the cursor stands and refuses another', async () => {
    const frontier = new Frontier()
    const keys = Array.from({ length: 3 }, () => ({ id: randomUUID(), producer: 'users' }))
    for (const { id } of keys) await appendBatches(pool, lock.epoch, [batchOn('paged', frontier, id)])
    const store = new IndexStore(pool)
    expect(await store.behind()).to.include('paged')
    const read = await store.page('paged', 1, 10)
    expect([read.first, read.keys.map(({ id }) => id)]).to.deep.equal([1, keys.slice(1).map(({ id }) => id)])
    expect(await store.add([{ tenant: 'paged', first: 1, keys: keys.slice(1) }])).to.deep.equal(
      new Set(['paged']),
    )
    expect(await store.add([{ tenant: 'paged', first: 0, keys: keys.slice(0, 2) }])).to.deep.equal(new Set())
    expect(await store.add([{ tenant: 'paged', first: 0, keys: keys.slice(0, 2) }])).to.deep.equal(
      new Set(['paged']),
    )
    expect(await store.add([{ tenant: 'paged', first: 2, keys: keys.slice(2) }])).to.deep.equal(new Set())
    const highest = keys
      .map(({ id }) => id)
      .toSorted()
      .at(-1)
    expect(await store.indexed('paged')).to.deep.equal({ size: 3, highest })
    expect(await store.behind()).not.to.include('paged')
  })

  it('refuses the writer before the newest, and the newest goes on', async () => {
    await lock.release()
    const earlier = lock.epoch
    lock = await takeWriterLock({ url: database.url('ledger_append'), waitMillis: 60_000 })
    expect(lock.epoch).to.be.above(earlier)
    const frontier = new Frontier()
    const late = await appendBatches(pool, earlier, [batchOn('fenced', frontier.copy())]).catch(
      (error: unknown) => error,
    )
    expect(late).to.have.property('code', 'AUDIT_WRITER_LOST')
    expect(await sizeOf('fenced')).to.equal(0)
    expect(await appendBatches(pool, lock.epoch, [batchOn('fenced', frontier)])).to.deep.equal({
      status: 'success',
    })
  })

  it('is held up by no lock that a role may take that only reads', async () => {
    const reader = sdk.pool({ url: database.url('ledger_read'), max: 1 })
    const writing = sdk.pool({ url: database.url('ledger_append'), statementTimeoutMillis: 30_000 })
    const denied = await reader
      .transaction((tx) => tx.query('lock table ledger.lease in access share mode'))
      .catch((error: unknown) => error)
    const outcome = await reader.transaction(async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(hashtextextended('ledger.lease', 0))`)
      return appendBatches(writing, lock.epoch, [batchOn('held', new Frontier())]).catch(() => 'held up')
    })
    await Promise.all([reader.end(), writing.end()])
    expect(denied).to.have.property('sqlState', '42501')
    expect(outcome).to.deep.equal({ status: 'success' })
  })

  it('lets a writer insert nothing but through the function', async () => {
    const tables = ['log', 'batch', 'event_key', 'side', 'subject_entry']
    for (const table of tables) {
      const failure = await pool
        .inTenant('past', (tx) => tx.query(`insert into ledger.${table} default values`))
        .catch((error: unknown) => error)
      expect(failure, table).to.have.property('sqlState', '42501')
    }
  })

  it('shows a tenant nothing of another', async () => {
    await appendBatches(pool, lock.epoch, [batchOn('walled', new Frontier())])
    const reader = sdk.pool({ url: database.url('ledger_read') })
    for (const table of ['log', 'batch', 'event_key', 'side', 'subject_entry', 'checkpoint']) {
      const rows = await reader.inTenant('another', (tx) => tx.query(`select from ledger.${table}`))
      expect(rows.length, table).to.equal(0)
    }
    await reader.end()
  })
})
