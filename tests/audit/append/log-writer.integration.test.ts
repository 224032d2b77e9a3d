import { expect } from 'chai'
import type { Pool } from '#sdk'
import { LogWriter, type Written } from '../../../audit/append/log-writer.ts'
import { offerOf } from '../../../audit/append/offer.ts'
import { prepare, type Prepared } from '../../../audit/append/prepare.ts'
import { RecentKeys } from '../../../audit/append/recent-keys.ts'
import { statements } from '../../../audit/store/statements.ts'
import type { AuditEvent } from '../../../contracts/audit-event.ts'
import { measuredEvent, openLedgerParts } from '../fixtures/ledger-parts.ts'
import { asSuperuser } from '../ledger-process.ts'

describe('writing into logs', () => {
  let parts: Awaited<ReturnType<typeof openLedgerParts>>

  before(async () => {
    parts = await openLedgerParts()
  })
  after(() => parts.close())

  const eventsOf = (tenant: string, count: number) =>
    Array.from({ length: count }, () => measuredEvent(tenant))
  const prepared = async (events: readonly AuditEvent[]): Promise<Prepared[]> => {
    const { keys } = await parts.logs.open(events[0]?.tenant ?? '')
    return prepare(events.map(offerOf), keys)
  }
  const write = async (events: readonly AuditEvent[], writer = parts.writer) =>
    writer.write(new Map([[events[0]?.tenant ?? '', await prepared(events)]]))
  const receiptsOf = (written: ReadonlyMap<string, Written>) =>
    [...written.values()].flatMap(({ receipts }) => receipts)
  const writerOn = (pool: Pool, recent = new RecentKeys()) =>
    new LogWriter({
      pool,
      logs: parts.logs,
      epoch: parts.lock.epoch,
      now: () => Date.now(),
      onUnindexed: () => undefined,
      recent,
    })
  const inLog = (tenant: string) =>
    parts.pool.inTenant(tenant, (tx) =>
      tx.query<{ from: number; to: number }>(
        `select previous_size::float8 as from, size::float8 as to from ledger.batch
         where tenant = '${tenant}' order by previous_size`,
      ),
    )
  const keysOf = async (writer: LogWriter, tenant: string) => {
    await writer.indexer.settled(tenant)
    return parts.pool.inTenant(tenant, (tx) =>
      tx.query<{ id: string; index: number }>(
        `select id::text as id, index::float8 as index from ledger.event_key where tenant = '${tenant}' order by index`,
      ),
    )
  }

  it('commits writes in the order they came in, whatever is under way', async () => {
    const batches = Array.from({ length: 20 }, (_, at) => eventsOf('ordered', 1 + (at % 5)))
    const ready = await Promise.all(batches.map(prepared))
    const written = await Promise.all(
      ready.map((events) => parts.writer.write(new Map([['ordered', events]]))),
    )
    const receipts = written.flatMap(receiptsOf)
    expect(receipts.map(({ index }) => index)).to.deep.equal(receipts.map((_, index) => index))
    const ids = batches.flat().map(({ id }) => id)
    expect(receipts.map(({ id }) => id)).to.deep.equal(ids)
    expect(await keysOf(parts.writer, 'ordered')).to.deep.equal(ids.map((id, index) => ({ id, index })))
  })

  it('takes an event once that is in two writes at the same time', async () => {
    const events = await prepared(eventsOf('twice', 3))
    const offered = new Map([['twice', events]])
    const [first, second] = await Promise.all([parts.writer.write(offered), parts.writer.write(offered)])
    expect(receiptsOf(first).map(({ outcome }) => outcome)).to.deep.equal(Array(3).fill('appended'))
    expect(receiptsOf(second)).to.deep.equal(
      receiptsOf(first).map((receipt) => ({ ...receipt, outcome: 'duplicate' })),
    )
  })

  it('knows an event again that only the index has', async () => {
    const events = eventsOf('again', 5)
    const first = receiptsOf(await write(events))
    await parts.writer.indexer.settled('again')
    const later = writerOn(parts.pool)
    const fresh = eventsOf('again', 1)
    const [known, unknown] = [receiptsOf(await write(events, later)), receiptsOf(await write(fresh, later))]
    expect(known).to.deep.equal(first.map((receipt) => ({ ...receipt, outcome: 'duplicate' })))
    expect(unknown[0]).to.include({ outcome: 'appended', index: 5 })
    // What the other writer has done since is found too: the head has moved.
    expect(receiptsOf(await write(fresh))[0]).to.include({ outcome: 'duplicate', index: 5 })
  })

  it('fills the index in after a crash that took what it had', async () => {
    const events = eventsOf('crashed', 5)
    const first = receiptsOf(await write(events))
    await parts.writer.indexer.settled('crashed')
    await asSuperuser(
      parts.database,
      ...['event_key', 'subject_entry', 'index_cursor'].map(
        (table) => `delete from ledger.${table} where tenant = 'crashed'`,
      ),
    )
    const later = writerOn(parts.pool)
    expect(receiptsOf(await write(events, later))).to.deep.equal(
      first.map((receipt) => ({ ...receipt, outcome: 'duplicate' })),
    )
    const keys = await keysOf(later, 'crashed')
    expect(keys).to.deep.equal(events.map(({ id }, index) => ({ id, index })))
  })

  it('fills the rest of the index in where somebody set its cursor back', async () => {
    const events = eventsOf('set_back', 5)
    await write(events)
    await parts.writer.indexer.settled('set_back')
    await asSuperuser(
      parts.database,
      `update ledger.index_cursor set size = 1 where tenant = 'set_back'`,
      `delete from ledger.event_key where tenant = 'set_back' and index in (2, 4)`,
    )
    const later = writerOn(parts.pool)
    await write(eventsOf('set_back', 1), later)
    expect((await keysOf(later, 'set_back')).map(({ index }) => index)).to.deep.equal([0, 1, 2, 3, 4, 5])
  })

  it('fills nothing in for a log that has lost a batch', async () => {
    for (let batch = 0; batch < 3; batch++) await write(eventsOf('holed', 5))
    await parts.writer.indexer.settled('holed')
    await asSuperuser(
      parts.database,
      `update ledger.index_cursor set size = 5 where tenant = 'holed'`,
      `delete from ledger.event_key where tenant = 'holed' and index >= 5`,
      `delete from ledger.batch where tenant = 'holed' and previous_size = 5`,
    )
    const later = writerOn(parts.pool)
    const failure = await later.indexer.settled('holed', 15).catch((error: unknown) => error)
    expect(failure).to.have.property('code', 'AUDIT_LOG_CORRUPT')
    const keys = await parts.pool.inTenant('holed', (tx) =>
      tx.query(`select index::float8 as index from ledger.event_key where tenant = 'holed' order by index`),
    )
    expect(keys.map(({ index }) => index)).to.deep.equal([0, 1, 2, 3, 4])
  })

  it('refuses a log whose leaves are no leaves', async () => {
    await write(eventsOf('garbled', 2))
    await parts.writer.indexer.settled('garbled')
    await asSuperuser(
      parts.database,
      `delete from ledger.index_cursor where tenant = 'garbled'`,
      `update ledger.batch set leaves = overlay(leaves placing '\\x00000000' from 8) where tenant = 'garbled'`,
    )
    const failure = await write(eventsOf('garbled', 1), writerOn(parts.pool)).catch((error: unknown) => error)
    expect(failure).to.have.property('code', 'AUDIT_LOG_CORRUPT')
  })

  it('fills in again entries from before their digests were kept beside them', async () => {
    const events = eventsOf('aged', 5)
    const first = receiptsOf(await write(events))
    await parts.writer.indexer.settled('aged')
    await asSuperuser(
      parts.database,
      `update ledger.side set digest = null where tenant = 'aged'`,
      `update ledger.index_cursor set size = 2 where tenant = 'aged'`,
    )
    const again = receiptsOf(await write(events, writerOn(parts.pool)))
    expect(again).to.deep.equal(first.map((receipt) => ({ ...receipt, outcome: 'duplicate' })))
  })

  for (const [what, change] of [
    ['digests', 'update ledger.side set digest = null'],
    ['side store', 'delete from ledger.side'],
  ] as const) {
    it(`refuses a log that has lost the ${what} of entries that are to be filled in`, async () => {
      const tenant = `without_${what.slice(0, 4)}`
      await write(eventsOf(tenant, 2))
      await parts.writer.indexer.settled(tenant)
      await asSuperuser(
        parts.database,
        ...[change, 'delete from ledger.event_key', 'delete from ledger.index_cursor'].map(
          (statement) => `${statement} where tenant = '${tenant}'`,
        ),
      )
      const failure = await write(eventsOf(tenant, 1), writerOn(parts.pool)).catch((error: unknown) => error)
      expect(failure).to.have.property('code', 'AUDIT_LOG_CORRUPT')
    })
  }

  it('refuses a log whose index says that it is longer', async () => {
    const events = eventsOf('ahead', 2)
    await write(events)
    await parts.writer.indexer.settled('ahead')
    await asSuperuser(
      parts.database,
      `update ledger.index_cursor set size = 1000 where tenant = 'ahead'`,
      `delete from ledger.event_key where tenant = 'ahead'`,
    )
    const failure = await write(events, writerOn(parts.pool)).catch((error: unknown) => error)
    expect(failure).to.have.property('code', 'AUDIT_LOG_CORRUPT')
  })

  it('takes the same id from two producers', async () => {
    const [event] = eventsOf('shared', 1)
    if (event === undefined) throw new Error('found no event')
    await write([event])
    await parts.writer.indexer.settled('shared')
    const later = writerOn(parts.pool)
    const [receipt] = receiptsOf(await write([{ ...event, producer: 'users' }], later))
    expect(receipt).to.include({ outcome: 'appended', index: 1 })
  })

  it('goes on after a write that failed, with those that were on top of it', async () => {
    let failures = 0
    const failing: Pool = {
      ...parts.pool,
      inTenant: (tenant, work) => parts.pool.inTenant(tenant, work),
      query: (sql, params) => {
        const isAppend = sql === statements['append-batches']
        if (isAppend && failures++ === 1) return Promise.reject(new Error('the connection broke'))
        return parts.pool.query(sql, params)
      },
    }
    const writer = writerOn(failing)
    const ready = await Promise.all(Array.from({ length: 6 }, () => prepared(eventsOf('broken', 4))))
    const outcomes = await Promise.allSettled(
      ready.map((events) => writer.write(new Map([['broken', events]]))),
    )
    expect(outcomes.map(({ status }) => status)).to.deep.equal([
      'fulfilled',
      'rejected',
      ...Array<string>(4).fill('fulfilled'),
    ])
    const batches = await inLog('broken')
    expect(batches.map(({ from, to }) => [from, to])).to.deep.equal(
      [0, 4, 8, 12, 16].map((from) => [from, from + 4]),
    )
    expect((await keysOf(writer, 'broken')).length).to.equal(20)
    // Whoever sends what failed again is answered as ever.
    const again = receiptsOf(await writer.write(new Map([['broken', ready[1] ?? []]])))
    expect(again.map(({ outcome, index }) => [outcome, index])).to.deep.equal(
      [20, 21, 22, 23].map((index) => ['appended', index]),
    )
  })

  it('takes no more for a log whose index stands still than it can remember', async () => {
    let isStuck = true
    const stuck: Pool = {
      ...parts.pool,
      inTenant: (tenant, work) => parts.pool.inTenant(tenant, work),
      query: (sql, params) =>
        isStuck && sql === statements['index-entries']
          ? Promise.reject(new Error('no page is taken'))
          : parts.pool.query(sql, params),
    }
    const recent = new RecentKeys(10)
    const writer = writerOn(stuck, recent)
    const batches = await Promise.all(Array.from({ length: 20 }, () => prepared(eventsOf('still', 10))))
    const offer = (batch: readonly Prepared[]) => writer.write(new Map([['still', batch]]))
    const outcomes: string[] = []
    for (const batch of batches) {
      outcomes.push(...(await offer(batch).then(receiptsOf, () => [])).map(({ outcome }) => outcome))
      expect(recent.size).to.be.below(100)
    }
    expect(outcomes).to.deep.equal(Array(80).fill('appended'))
    isStuck = false
    const again = []
    for (const batch of batches) again.push(...receiptsOf(await offer(batch)))
    expect(again.map(({ index }) => index)).to.deep.equal(again.map((_, index) => index))
    expect(again.slice(0, 80).every(({ outcome }) => outcome === 'duplicate')).to.equal(true)
    expect((await keysOf(writer, 'still')).map(({ id }) => id)).to.deep.equal(again.map(({ id }) => id))
  })

  it('has one log wait for nobody when the index of another cannot be filled in', async () => {
    await write(eventsOf('corrupt', 2))
    await write(eventsOf('sound', 2))
    await Promise.all(['corrupt', 'sound'].map((tenant) => parts.writer.indexer.settled(tenant)))
    await asSuperuser(
      parts.database,
      `delete from ledger.index_cursor where tenant in ('corrupt', 'sound')`,
      `update ledger.batch set leaves = '\\x07' where tenant = 'corrupt'`,
    )
    const later = writerOn(parts.pool)
    await later.indexer.catchUpAll()
    const failure = await write(eventsOf('corrupt', 1), later).catch((error: unknown) => error)
    expect(failure).to.have.property('code', 'AUDIT_LOG_CORRUPT')
    expect(receiptsOf(await write(eventsOf('sound', 1), later))[0]).to.include({ index: 2 })
  })
})
