import { eventually } from '../../support/poll.ts'
import {
  anEvent,
  append,
  asSuperuser,
  awaitCheckpoint,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from '../ledger-process.ts'
import { metricsOf } from '../metrics.ts'

/** What keeps logs append-only and tenants apart: how somebody takes it away, and how it is put back. */
const changes = [
  [
    'row-level security was switched off',
    'alter table ledger.side disable row level security',
    'alter table ledger.side enable row level security',
  ],
  [
    'the owner was let past it',
    'alter table ledger.batch no force row level security',
    'alter table ledger.batch force row level security',
  ],
  [
    'a policy was opened',
    'alter policy tenant_rows on ledger.posting using (true)',
    `alter policy tenant_rows on ledger.posting using (tenant = current_setting('app.tenant', true))`,
  ],
  [
    'a policy was added',
    'create policy all_rows on ledger.checkpoint for select using (true)',
    'drop policy all_rows on ledger.checkpoint',
  ],
  [
    'a trigger was disabled',
    'alter table ledger.batch disable trigger append_only',
    'alter table ledger.batch enable trigger append_only',
  ],
  [
    'a role was let change what is written once',
    'grant update on ledger.batch to ledger_append',
    'revoke update on ledger.batch from ledger_append',
  ],
  [
    'a role was let move the cursor of the indexes',
    'grant update on ledger.index_cursor to ledger_append',
    'revoke update on ledger.index_cursor from ledger_append',
  ],
] as const

describe('what guards the tables of the ledger', () => {
  let home: LedgerHome
  let ledger: LedgerProcess

  before(async () => {
    home = await makeHome()
    ledger = await startLedger(home, { variables: { CAMPANILE_SELF_CHECK_MILLIS: '200' } })
    await append(ledger, [anEvent(), anEvent(), anEvent()])
    await awaitCheckpoint(ledger, 'drill', 3)
    await append(ledger, [anEvent(), anEvent()])
    await awaitCheckpoint(ledger, 'drill', 5)
    await awaitGauge(1)
  })
  after(async () => {
    await ledger.stop()
    await home.remove()
  })

  const awaitGauge = (value: number) =>
    eventually(`ledger_verify_success is ${value}`, async () =>
      new RegExp(`ledger_verify_success\\{[^}]*tenant="drill"[^}]*\\} ${value}`).test(
        await metricsOf(ledger),
      ),
    )
  const findings = () =>
    ledger
      .output()
      .split('\n')
      // The last one is not whole yet.
      .slice(0, -1)
      .filter((line) => line.includes('"log verification failed"'))
      .map((line) => JSON.parse(line) as { readonly reason?: string; readonly index?: number })

  for (const [what, change, revert] of changes) {
    it(`is missed by the ledger itself when ${what}, until it is as it was`, async () => {
      await awaitGauge(1)
      await asSuperuser(home.database, change)
      await awaitGauge(0)
      await eventually('the finding is logged', () => findings().at(-1)?.reason === 'guard_missing')
      await asSuperuser(home.database, revert)
      await awaitGauge(1)
    })
  }

  it('does not keep a checkpoint from being deleted, which is missed by its size', async () => {
    await awaitGauge(1)
    await asSuperuser(home.database, `delete from ledger.checkpoint where tenant = 'drill' and size = 3`)
    await awaitGauge(0)
    await eventually('the finding is logged', () => {
      const last = findings().at(-1)
      return last?.reason === 'checkpoint_missing' && last.index === 2
    })
  })
})
