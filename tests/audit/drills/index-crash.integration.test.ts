import { expect } from 'chai'
import pg from 'pg'
import type { AuditEvent, Receipt } from '../../../contracts/audit-event.ts'
import { checkLog } from '../../support/check-log.ts'
import { eventually } from '../../support/poll.ts'
import { startPostgres, type TestPostgres } from '../../support/postgres.ts'
import { expectNoFinding } from '../expect-no-finding.ts'
import { runAudit } from '../keys/keys-process.ts'
import {
  anEvent,
  append,
  ask,
  awaitAnswer,
  awaitCheckpoint,
  launchLedger,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from '../ledger-process.ts'

const tenants = ['drill', 'university_b', 'university_c'] as const
/** Of each tenant, before and after the indexes are stopped. */
const batchSize = 40

describe('a crash between the commit of a batch and that of its indexes', () => {
  let postgres: TestPostgres
  let home: LedgerHome
  let ledger: LedgerProcess

  before(async () => (postgres = await startPostgres({ durable: true })))
  after(() => postgres.stop())
  beforeEach(async () => {
    home = await makeHome(postgres)
    ledger = await startLedger(home, { variables: { CAMPANILE_SELF_CHECK_MILLIS: '200' } })
  })
  afterEach(async () => {
    await ledger.stop('SIGKILL')
    await home.remove()
  })

  /** Stops every index by the lock that a change of its table would take, and answers how to let it go on. */
  async function stopIndexes(): Promise<() => Promise<void>> {
    const client = new pg.Client({ connectionString: home.database.url('superuser') })
    client.on('error', () => undefined)
    await client.connect()
    await client.query('begin; lock table ledger.index_cursor in exclusive mode')
    return () => client.end()
  }
  const query = async <Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> => {
    const client = new pg.Client({ connectionString: home.database.url('superuser') })
    await client.connect()
    try {
      return (await client.query<Row>(text, [...values])).rows
    } finally {
      await client.end()
    }
  }
  const isIndexHeld = async () =>
    (
      await query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
         and query like '%index_entries%'`,
      )
    ).length > 0

  /** What was sent, and what was answered. */
  interface Sent {
    readonly events: readonly AuditEvent[]
    readonly receipts: readonly Receipt[]
  }
  async function send(tenant: string): Promise<Sent> {
    const events = Array.from({ length: batchSize }, (_, at) =>
      anEvent({ tenant, personal: { actor: 'faculty-1', subject: `student-${at % 7}`, party: 'Advisor' } }),
    )
    return { events, receipts: await append(ledger, events) }
  }
  /** Fills logs in part, and leaves more that is acknowledged and in no index. */
  async function leaveUnindexed(): Promise<{ readonly sent: Sent[]; readonly release: () => Promise<void> }> {
    const sent: Sent[] = []
    for (const tenant of tenants.slice(0, 2)) sent.push(await send(tenant))
    for (const tenant of tenants.slice(0, 2)) await awaitCheckpoint(ledger, tenant, batchSize)
    const release = await stopIndexes()
    for (const tenant of tenants) sent.push(await send(tenant))
    await eventually('an index waits', isIndexHeld)
    const [row] = await query<{ keys: number }>('select count(*)::float8 as keys from ledger.event_key')
    expect(row?.keys).to.equal(2 * batchSize)
    return { sent, release }
  }
  /** Every acknowledged event is in its log once, and where its receipt says; the indexes know all of it. */
  async function hold(sent: readonly Sent[]): Promise<void> {
    for (const { events, receipts } of sent) {
      const again = await append(ledger, events)
      expect(again).to.deep.equal(receipts.map((receipt) => ({ ...receipt, outcome: 'duplicate' })))
    }
    for (const tenant of tenants) {
      const size = tenant === 'university_c' ? batchSize : 2 * batchSize
      const { ids } = await checkLog(ledger, tenant, size)
      const keys = await query<{ id: string; index: number }>(
        `select id::text as id, index::float8 as index from ledger.event_key
         where tenant = $1 and index < $2 order by index`,
        [tenant, size],
      )
      // Looking at a log leaves entries behind those that were sent.
      expect(keys).to.deep.equal(ids.slice(0, size).map((id, index) => ({ id, index })))
      const listed = await query('select from ledger.subject_entry where tenant = $1 and index < $2', [
        tenant,
        size,
      ])
      expect(listed.length).to.equal(size)
    }
    const path = '/v1/subjects/drill/student-3/accesses?limit=100'
    const { accesses } = (await (await ask(ledger, path, { token: home.tokens.academics })).json()) as {
      accesses: { index: number }[]
    }
    expect(new Set(accesses.map(({ index }) => index)).size).to.equal(12)
    expectNoFinding(ledger.output())
  }

  it('of the ledger leaves what the next one fills in, although the last one still does the same', async () => {
    const { sent, release } = await leaveUnindexed()
    await ledger.stop('SIGKILL')
    ledger = await launchLedger(home, { variables: { CAMPANILE_SELF_CHECK_MILLIS: '200' } })
    // The statement of the ledger that is gone outlives it and comes first.
    await eventually('the next one waits behind it', async () => {
      const rows = await query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      return rows.length > 1
    })
    await release()
    await awaitAnswer(ledger)
    await hold(sent)
  })

  it('leaves nothing that a check of the stopped ledger finds fault with', async () => {
    const { sent, release } = await leaveUnindexed()
    await ledger.stop('SIGKILL')
    const { code, output } = await runAudit(home, ['fsck'], {
      CAMPANILE_READ_DATABASE_URL: home.database.url('ledger_read'),
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    })
    expect(code, output).to.equal(0)
    await release()
    ledger = await startLedger(home, { variables: { CAMPANILE_SELF_CHECK_MILLIS: '200' } })
    await hold(sent)
  })

  it('of the database leaves what the next ledger fills in', async () => {
    const { sent, release } = await leaveUnindexed()
    await postgres.crash()
    await release().catch(() => undefined)
    await ledger.ended()
    ledger = await startLedger(home, { variables: { CAMPANILE_SELF_CHECK_MILLIS: '200' } })
    await hold(sent)
  })

  it('of both, again and again, leaves every event once', async () => {
    const { sent, release } = await leaveUnindexed()
    await ledger.stop('SIGKILL')
    for (let start = 0; start < 2; start++) {
      ledger = await launchLedger(home)
      await eventually('it waits', isIndexHeld)
      await ledger.stop('SIGKILL')
    }
    await postgres.crash()
    await release().catch(() => undefined)
    ledger = await startLedger(home, { variables: { CAMPANILE_SELF_CHECK_MILLIS: '200' } })
    await hold(sent)
  })
})
