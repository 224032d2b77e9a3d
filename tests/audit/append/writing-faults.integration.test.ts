import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type { Pool } from '#sdk'
import { LogWriter } from '../../../audit/append/log-writer.ts'
import { offerOf } from '../../../audit/append/offer.ts'
import { prepare, type Prepared } from '../../../audit/append/prepare.ts'
import { RecentKeys } from '../../../audit/append/recent-keys.ts'
import { statements } from '../../../audit/store/statements.ts'
import type { Receipt } from '../../../contracts/audit-event.ts'
import { uuid7 } from '../../../lib/uuid7.ts'
import { randomFrom } from '../../sdk/spool/campaign.ts'
import { measuredEvent, openLedgerParts } from '../fixtures/ledger-parts.ts'

const tenants = ['faulty_a', 'faulty_b', 'faulty_c'] as const
const producers = ['users', 'booking'] as const
type Tenant = (typeof tenants)[number]

/** Statements that may fail, before they were run or after, when nobody knows any more whether they were. */
const fragile = new Set([statements['append-batches'], statements['index-entries']])

describe('writing into logs of a database whose answers get lost', () => {
  let parts: Awaited<ReturnType<typeof openLedgerParts>>

  before(async () => {
    parts = await openLedgerParts()
  })
  after(() => parts.close())

  const fragilePool = (random: () => number, ratio: number): Pool => ({
    ...parts.pool,
    inTenant: (tenant, work) =>
      random() < ratio / 4
        ? Promise.reject(new Error('the connection broke'))
        : parts.pool.inTenant(tenant, work),
    query: async (sql, params) => {
      const fate = fragile.has(sql) ? random() : 1
      if (fate < ratio / 2) throw new Error('the connection broke')
      const rows = await parts.pool.query(sql, params)
      if (fate < ratio) throw new Error('the answer was lost')
      return rows as never
    },
  })
  const writerOn = (pool: Pool) =>
    new LogWriter({
      pool,
      logs: parts.logs,
      epoch: parts.lock.epoch,
      now: () => Date.now(),
      onUnindexed: () => undefined,
      // So few that most of what comes again is in the index alone.
      recent: new RecentKeys(16),
    })

  /** Events of a tenant: of two producers that share ids, in the order of time and in none. */
  const makeEvents = async (tenant: Tenant, random: () => number): Promise<readonly Prepared[]> => {
    const { keys } = await parts.logs.open(tenant)
    const events = Array.from({ length: 1 + Math.floor(random() * 6) }, () => {
      const id = random() < 0.5 ? uuid7() : randomUUID()
      const event = { ...measuredEvent(tenant), id, producer: producers[0] }
      return random() < 0.2 ? [event, { ...event, producer: producers[1] }] : [event]
    })
    return prepare(events.flat().map(offerOf), keys)
  }

  for (const seed of [1, 2]) {
    it(`takes every event once, where its receipts say, as often as it is sent (seed ${seed})`, async () => {
      const random = randomFrom(seed)
      const places = new Map<string, number>()
      const hold = (prepared: readonly Prepared[], receipts: readonly Receipt[]) => {
        prepared.forEach(({ event: { tenant, producer, id } }, at) => {
          const { outcome, index = -1 } = receipts[at] ?? { outcome: 'missing' }
          const name = `${tenant} ${producer} ${id}`
          expect(outcome).to.be.oneOf(['appended', 'duplicate'])
          expect(places.get(name) ?? index, `${name} was at another place`).to.equal(index)
          places.set(name, index)
        })
      }
      const sent: (readonly (readonly Prepared[])[])[] = []
      let writer = writerOn(fragilePool(random, 0.2))
      const offer = async (events: readonly (readonly Prepared[])[]) => {
        const offered = new Map(events.map((of) => [of[0]?.event.tenant ?? '', of]))
        for (let attempt = 0; attempt < 100; attempt++) {
          const written = await writer.write(offered).catch(() => undefined)
          if (written === undefined) continue
          for (const [tenant, { receipts }] of written) hold(offered.get(tenant) ?? [], receipts)
          return
        }
        expect.fail('100 attempts failed')
      }
      for (let round = 0; round < 6; round++) {
        const callers = Array.from({ length: 8 }, async () => {
          for (let call = 0; call < 4; call++) {
            const known = sent[Math.floor(random() * sent.length)]
            const isAgain = known !== undefined && random() < 0.4
            const of = tenants.filter(() => random() < 0.6)
            const events = isAgain ? known : await Promise.all(of.map((tenant) => makeEvents(tenant, random)))
            if (events.length === 0) continue
            // Now and then the same is sent by two at once.
            await Promise.all(random() < 0.2 ? [offer(events), offer(events)] : [offer(events)])
            sent.push(events)
          }
        })
        await Promise.all(callers)
        if (random() < 0.4) writer = writerOn(fragilePool(random, 0.2))
      }
      await holdLogs(places)
    })
  }

  /** What was acknowledged is in its log, and what is in a log is in its index, once. */
  async function holdLogs(places: ReadonlyMap<string, number>): Promise<void> {
    const writer = writerOn(parts.pool)
    for (const tenant of tenants) {
      const [log] = await parts.pool.inTenant(tenant, (tx) =>
        tx.query<{ size: number }>('select max(size)::float8 as size from ledger.batch where tenant = $1', [
          tenant,
        ]),
      )
      const size = log?.size ?? 0
      await writer.indexer.settled(tenant, size)
      const keys = await parts.pool.inTenant(tenant, (tx) =>
        tx.query<{ name: string; index: number }>(
          `select producer || ' ' || id as name, index::float8 as index from ledger.event_key
           where tenant = $1 order by index`,
          [tenant],
        ),
      )
      expect(keys.map(({ index }) => index)).to.deep.equal(Array.from({ length: size }, (_, index) => index))
      const found = new Map(keys.map(({ name, index }) => [`${tenant} ${name}`, index]))
      for (const [name, index] of places)
        if (name.startsWith(`${tenant} `)) expect(found.get(name), name).to.equal(index)
    }
  }
})
