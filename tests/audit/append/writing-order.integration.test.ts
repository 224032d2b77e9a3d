import { expect } from 'chai'
import type { Pool } from '#sdk'
import { LogWriter } from '../../../audit/append/log-writer.ts'
import type { Prepared } from '../../../audit/append/prepare.ts'
import { statements } from '../../../audit/store/statements.ts'
import { eventually } from '../../support/poll.ts'
import { openLedgerParts, preparedEvents } from '../fixtures/ledger-parts.ts'

describe('writing into a log whose index does not keep up', function () {
  this.timeout(120_000)
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
