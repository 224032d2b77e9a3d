import { expect } from 'chai'
import { verifyExport } from '../../audit/verify/verify-export.ts'
import { eventually } from '../support/poll.ts'
import { ask as query } from './drills/two-tenants.ts'
import {
  anEvent,
  append,
  ask,
  awaitCheckpoint,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from './ledger-process.ts'
import { metricsOf } from './metrics.ts'
import type { Drill } from './tamper-changes.ts'
import { derivedDrills } from './tamper-derived.ts'
import { leafDrills } from './tamper-drills.ts'
import { tamper } from './stored-log.ts'

interface Line {
  readonly message?: string
  readonly tenant?: string
  readonly reason?: string
  readonly index?: number
}

const variables = { CAMPANILE_SELF_CHECK_MILLIS: '200', CAMPANILE_CHECKPOINT_MILLIS: '1000' }
/** Nothing happens to it. */
const untouched = 'drill_quiet'

function linesOf(ledger: LedgerProcess): Line[] {
  return (
    ledger
      .output()
      .split('\n')
      // The last one is not whole yet.
      .slice(0, -1)
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line)
  )
}

const awaitGauge = (ledger: LedgerProcess, tenant: string, value: number) =>
  eventually(`ledger_verify_success of ${tenant} is ${value}`, async () =>
    new RegExp(`ledger_verify_success\\{[^}]*tenant="${tenant}"[^}]*\\} ${value}`).test(
      await metricsOf(ledger),
    ),
  )

// Two ledgers: one appliance shows fifty logs in its metrics.
for (const [what, drills] of [
  ['the log itself', leafDrills],
  ['what is derived from it', derivedDrills],
] as const) {
  describe(`a stored log of which ${what} was tampered with`, () => describeDrills(drills))
}

function describeDrills(drills: readonly Drill[]): void {
  const tenantOf = (drill: Drill) => `drill_${drills.indexOf(drill)}`
  let home: LedgerHome
  let ledger: LedgerProcess

  before(async () => {
    home = await makeHome()
    ledger = await startLedger(home, { variables: { CAMPANILE_CHECKPOINT_MILLIS: '60000' } })
    const tenants = [...drills.map(tenantOf), untouched]
    // A batch of every log at once, so that all are there before the next round of signing.
    for (let batch = 0; batch < 4; batch++) {
      await append(
        ledger,
        tenants.flatMap((tenant) => Array.from({ length: 5 }, () => anEvent({ tenant }))),
      )
    }
    // It signs once more when it stops: every log has one checkpoint, of all its entries.
    await ledger.stop()
    ledger = await startLedger(home, { variables })
    await eventually('every log is signed', () =>
      Promise.all(tenants.map((tenant) => awaitCheckpoint(ledger, tenant, 20))),
    )
    for (const tenant of tenants) await awaitGauge(ledger, tenant, 1)
    // What is not in the search yet cannot be changed there.
    await eventually('search has followed', async () => {
      const text = 'select from ledger.search_cursor where size = 20'
      return (await query(home.database, 'superuser', text)).length === tenants.length
    })
    // All at once: every round of the check walks every log, and one round is to find them all.
    for (const drill of drills) await drill.change(home, tenantOf(drill))
  })
  after(async () => {
    await ledger.stop()
    await home.remove()
  })

  async function exported(tenant: string) {
    const vkey = (await (await ask(ledger, `/v1/logs/${tenant}/key`)).text()).trim()
    const text = await (await ask(ledger, `/v1/logs/${tenant}/export`)).text()
    return verifyExport(text.split('\n'), vkey)
  }

  for (const drill of drills) {
    const { title, fault, index } = drill
    const tenant = tenantOf(drill)
    it(`is found by the ledger itself when ${title}, at entry ${index}, after it had been verified`, async () => {
      await awaitGauge(ledger, tenant, 0)
      expect(await metricsOf(ledger)).to.match(
        new RegExp(`ledger_verify_timestamp_seconds\\{[^}]*tenant="${tenant}"[^}]*\\} \\d{10}`),
      )
      // A change is made in several statements, and a round may meet it half done: a later round names what stays.
      await eventually(`the finding about ${tenant} is logged: ${fault} at ${index}`, () =>
        linesOf(ledger).some(
          (line) =>
            line.tenant === tenant &&
            ((line.reason === fault && line.index === index) ||
              // Whoever contradicts the checkpoint is met by the publisher too, which may be the first.
              (drill.contradicts !== undefined && line.reason === drill.contradicts)),
        ),
      )
    })
    if (drill.exported === undefined) continue
    const [exportFault, firstBad] = drill.exported
    it(`is found by whoever verifies an export when ${title}`, async () => {
      expect(await exported(tenant)).to.include({ valid: false, fault: exportFault, firstBad })
    })
  }

  it('raises no alarm about a log that nobody touched', async () => {
    // That the database did not answer in time says nothing about a log.
    const alarms = linesOf(ledger).filter(
      ({ tenant, reason = 'sdk_database_' }) => tenant === untouched && !reason.startsWith('sdk_database_'),
    )
    expect(alarms).to.deep.equal([])
    await awaitGauge(ledger, untouched, 1)
    expect(await exported(untouched)).to.include({ valid: true, size: 20 })
  })
}

describe('a ledger whose stored facts were changed', () => {
  it('finds it at the next start too, and believes the log again once it is as it was', async () => {
    const home = await makeHome()
    let ledger = await startLedger(home, { variables })
    for (let batch = 0; batch < 2; batch++) await append(ledger, [anEvent(), anEvent()])
    await awaitCheckpoint(ledger, 'drill', 4)
    await ledger.stop()
    const change = (from: string, to: string) =>
      tamper(
        home,
        'drill',
        `update ledger.side set facts[2] = replace(facts[2], '${from}', '${to}') where tenant = $1 and first = 0`,
      )
    await change('success', 'denied')
    ledger = await startLedger(home, { variables })
    await awaitGauge(ledger, 'drill', 0)
    await change('denied', 'success')
    await awaitGauge(ledger, 'drill', 1)
    await ledger.stop()
    await home.remove()
  })
})
