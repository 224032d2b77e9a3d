import { expect } from 'chai'
import type { Pool } from '#sdk'
import { LogWriter } from '../../../audit/append/log-writer.ts'
import type { Prepared } from '../../../audit/append/prepare.ts'
import { statements } from '../../../audit/store/statements.ts'
import { eventually } from '../../support/poll.ts'
import { openLedgerParts, preparedEvents } from '../fixtures/ledger-parts.ts'

describe('writing into a log whose index does not keep up', () => {
  let parts: Awaited<ReturnType<typeof openLedgerParts>>

  before(async () => {
    parts = await openLedgerParts()
  })
  after(() => parts.close())

  it('commits writes in the order they came in, also those that had to wait for it', async () => {
    const held: (() => void)[] = []
    let isHeld = true
    // Nothing is written: what matters is when each write is sequenced.
    const pool: Pool = {
      ...parts.pool,
      inTenant: (tenant, work) => parts.pool.inTenant(tenant, work),
      query: (sql) =>
        sql === statements['index-entries'] && isHeld
          ? new Promise((resolve) => held.push(() => resolve([])))
          : Promise.resolve([]),
    }
    const writer = new LogWriter({
      pool,
      logs: parts.logs,
      epoch: parts.lock.epoch,
      now: () => Date.now(),
      onUnindexed: () => undefined,
    })
    const eventAt = await preparedEvents(parts, 'lagging', 10)
    const write = (count: number) => {
      const events: Prepared[] = Array.from({ length: count }, (_, at) => eventAt(at))
      return writer.write(new Map([['lagging', events]]))
    }
    await write(1)
    await eventually('the first page is being filled in', () => held.length === 1)
    for (let batch = 0; batch < 26; batch++) await write(2_000)
    const waiting = write(1)
    held[0]?.()
    await eventually('the next page is', () => held.length === 2)
    const later = write(1)
    isHeld = false
    held[1]?.()
    const [first, second] = await Promise.all([waiting, later])
    const indexOf = (written: typeof first) => written.get('lagging')?.receipts[0]?.index
    expect([indexOf(first), indexOf(second)]).to.deep.equal([52_001, 52_002])
    await writer.indexer.stop()
  })
})

describe('writes that stand on one another', () => {
  let parts: Awaited<ReturnType<typeof openLedgerParts>>

  before(async () => {
    parts = await openLedgerParts()
  })
  after(() => parts.close())

  /** A writer whose appends go where `append` says, and what writes one event. */
  async function writing(tenant: string, append: (run: () => Promise<never[]>) => Promise<never[]>) {
    const appendPool: Pool = {
      ...parts.appendPool,
      query: (sql, params) => append(() => parts.appendPool.query(sql, params)),
    }
    const { pool, logs, lock } = parts
    const now = () => Date.now()
    const onUnindexed = () => undefined
    const writer = new LogWriter({ pool, appendPool, logs, epoch: lock.epoch, now, onUnindexed })
    const eventAt = await preparedEvents(parts, tenant, 1)
    const write = async () => {
      const written = await writer.write(new Map([[tenant, [eventAt(0)]]]))
      return written.get(tenant)?.receipts[0]?.index
    }
    return { writer, write }
  }

  it('are handed over before those they stand on are answered', async () => {
    const held: (() => void)[] = []
    const { writer, write } = await writing('ahead', async (run) => {
      const rows = await run()
      await new Promise<void>((resolve) => held.push(resolve))
      return rows
    })
    const writes = [write(), write(), write()]
    await eventually('all are handed over', () => held.length === writes.length)
    for (const answer of held) answer()
    expect(await Promise.all(writes)).to.deep.equal([0, 1, 2])
    await writer.indexer.stop()
  })

  it('keep their order when the first of them gets lost', async () => {
    let runs = 0
    const later: Promise<number | undefined>[] = []
    const { writer, write } = await writing('ordered', async (run) => {
      runs += 1
      if (runs !== 1) return run()
      // These come while those before them have to be sequenced again.
      setImmediate(() => later.push(write(), write()))
      throw new Error('the connection broke')
    })
    const first = [write(), write(), write()]
    const [lost, ...kept] = await Promise.allSettled(first)
    expect(lost?.status).to.equal('rejected')
    await eventually('the others have come', () => later.length === 2)
    const indexes = kept.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : undefined))
    expect([...indexes, ...(await Promise.all(later))]).to.deep.equal([0, 1, 2, 3])
    await writer.indexer.stop()
  })

  it('are in the log when only the answer to the first of them gets lost', async () => {
    let runs = 0
    const { writer, write } = await writing('answered', async (run) => {
      const rows = await run()
      runs += 1
      if (runs === 1) throw new Error('the answer was lost')
      return rows
    })
    const [lost, ...kept] = await Promise.allSettled([write(), write(), write()])
    expect(lost?.status).to.equal('rejected')
    expect(kept.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : undefined))).to.deep.equal(
      [1, 2],
    )
    expect(await write()).to.equal(3)
    await writer.indexer.settled('answered', 4)
    await writer.indexer.stop()
  })

  it('do not answer for an event that is in no log because the write that was to bring it got lost', async () => {
    let breakFirst: (() => void) | undefined
    const appendPool: Pool = {
      ...parts.appendPool,
      query: (sql, params) =>
        breakFirst === undefined
          ? new Promise((_, reject) => {
              breakFirst = () => reject(new Error('the connection broke'))
            })
          : parts.appendPool.query(sql, params),
    }
    const { pool, logs, lock } = parts
    const now = () => Date.now()
    const writer = new LogWriter({
      pool,
      appendPool,
      logs,
      epoch: lock.epoch,
      now,
      onUnindexed: () => undefined,
    })
    const event = (await preparedEvents(parts, 'lost', 1))(0)
    const beside = (await preparedEvents(parts, 'beside', 1))(0)
    const lost = writer.write(new Map([['lost', [event]]]))
    // The same event is sent again beside another one, which has nothing to do with what gets lost.
    const again = writer.write(
      new Map([
        ['lost', [event]],
        ['beside', [beside]],
      ]),
    )
    await eventually('the first is handed over', () => breakFirst !== undefined)
    // The second one is sequenced, and handed over if it ever is before the first is answered.
    await new Promise((resolve) => setImmediate(resolve))
    breakFirst?.()
    expect((await Promise.allSettled([lost]))[0]?.status).to.equal('rejected')
    const receipt = (await again).get('lost')?.receipts[0]
    expect(receipt).to.include({ outcome: 'appended', index: 0 })
    const repeated = await writer.write(new Map([['lost', [event]]]))
    expect(repeated.get('lost')?.receipts[0]).to.deep.equal({ ...receipt, outcome: 'duplicate' })
    expect((await again).get('beside')?.receipts[0]).to.include({ outcome: 'appended', index: 0 })
    await writer.indexer.stop()
  })
})
