import { expect } from 'chai'
import { eventually } from '../support/poll.ts'
import { metricsOf } from './metrics.ts'
import {
  anEvent,
  append,
  asSuperuser,
  awaitCheckpoint,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from './ledger-process.ts'

interface Drill {
  readonly tenant: string
  readonly title: string
  readonly statements: (tenant: string) => readonly string[]
  readonly reason: string
  readonly index: number
}

const entry = (tenant: string, index: number) => `WHERE tenant = '${tenant}' AND index = ${index}`
const swap = (table: string, tenant: string) => [
  `UPDATE ledger.${table} SET index = 1000 ${entry(tenant, 7)}`,
  `UPDATE ledger.${table} SET index = 7 ${entry(tenant, 8)}`,
  `UPDATE ledger.${table} SET index = 8 ${entry(tenant, 1000)}`,
]
const changedLeaf = (leaf: string) => `replace(${leaf}, '"version":1', '"version":2')`

const drills: readonly Drill[] = [
  {
    tenant: 'drill_leaf',
    title: 'a leaf was changed',
    statements: (tenant) => [`UPDATE ledger.entry SET leaf = ${changedLeaf('leaf')} ${entry(tenant, 7)}`],
    reason: 'leaf_hash_mismatch',
    index: 7,
  },
  {
    tenant: 'drill_hash',
    title: 'a leaf hash was changed',
    statements: (tenant) => [
      `UPDATE ledger.entry SET leaf_hash = sha256('x') WHERE tenant = '${tenant}' AND index = 0`,
    ],
    reason: 'leaf_hash_mismatch',
    index: 0,
  },
  {
    tenant: 'drill_both',
    title: 'a leaf and its hash were changed together',
    statements: (tenant) => [
      `UPDATE ledger.entry SET leaf = ${changedLeaf('leaf')},
         leaf_hash = sha256('\\x00'::bytea || convert_to(${changedLeaf('leaf')}, 'utf8')) ${entry(tenant, 7)}`,
    ],
    reason: 'root_mismatch',
    index: 5,
  },
  {
    tenant: 'drill_swap',
    title: 'two entries were swapped',
    statements: (tenant) => swap('entry', tenant),
    reason: 'facts_mismatch',
    index: 7,
  },
  {
    tenant: 'drill_swap_all',
    title: 'two entries were swapped with everything that belongs to them',
    statements: (tenant) => ['entry', 'facts', 'personal'].flatMap((table) => swap(table, tenant)),
    reason: 'root_mismatch',
    index: 5,
  },
  {
    tenant: 'drill_last',
    title: 'the last entry was deleted',
    statements: (tenant) => [`DELETE FROM ledger.entry ${entry(tenant, 19)}`],
    reason: 'entry_missing',
    index: 19,
  },
  {
    tenant: 'drill_middle',
    title: 'an entry in the middle was deleted',
    statements: (tenant) => [`DELETE FROM ledger.entry ${entry(tenant, 11)}`],
    reason: 'entry_missing',
    index: 11,
  },
  {
    tenant: 'drill_facts',
    title: 'facts were changed',
    statements: (tenant) => [
      `UPDATE ledger.facts SET facts = replace(facts, 'success', 'denied') ${entry(tenant, 3)}`,
    ],
    reason: 'facts_mismatch',
    index: 3,
  },
  {
    tenant: 'drill_sealed',
    title: 'sealed personal data were exchanged',
    statements: (tenant) => [
      `UPDATE ledger.personal SET sealed = (SELECT sealed FROM ledger.personal ${entry(tenant, 5)})
       ${entry(tenant, 4)}`,
    ],
    reason: 'personal_mismatch',
    index: 4,
  },
]

interface Line {
  readonly event?: string
  readonly message?: string
  readonly tenant?: string
  readonly reason?: string
  readonly index?: number
}

function linesOf(ledger: LedgerProcess): Line[] {
  return ledger
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line)
}

describe('the ledger’s check of its own logs', function () {
  this.timeout(90_000)
  let home: LedgerHome
  let ledger: LedgerProcess

  before(async () => {
    home = await makeHome()
    ledger = await startLedger(home, { variables: { CAMPANILE_SELF_CHECK_MILLIS: '200' } })
    const tenants = drills.map(({ tenant }) => tenant)
    for (let batch = 0; batch < 4; batch++) {
      const events = tenants.flatMap((tenant) => Array.from({ length: 5 }, () => anEvent({ tenant })))
      await append(ledger, events)
    }
    for (const tenant of tenants) await awaitCheckpoint(ledger, tenant, 20)
  })
  after(async () => {
    await ledger.stop()
    await home.remove()
  })

  const awaitGauge = (tenant: string, value: number) =>
    eventually(`ledger_verify_success of ${tenant} is ${value}`, async () =>
      new RegExp(`ledger_verify_success\\{[^}]*tenant="${tenant}"[^}]*\\} ${value}`).test(
        await metricsOf(ledger),
      ),
    )

  for (const { tenant, title, statements, reason, index } of drills) {
    it(`finds that ${title} after it had verified it, and names entry ${index}`, async () => {
      await awaitGauge(tenant, 1)
      await asSuperuser(home.database, ...statements(tenant))
      await awaitGauge(tenant, 0)
      expect(await metricsOf(ledger)).to.match(
        new RegExp(`ledger_verify_timestamp_seconds\\{[^}]*tenant="${tenant}"[^}]*\\} \\d{10}`),
      )
      const found = linesOf(ledger).find((line) => line.tenant === tenant && line.reason === reason)
      expect(found, JSON.stringify(linesOf(ledger).slice(-3))).to.include({ index })
    })
  }

  it('finds it at the next start too, and believes the log again once the row is as it was', async () => {
    await ledger.stop()
    const variables = { CAMPANILE_SELF_CHECK_MILLIS: '200' }
    // Where the missing last entry is noticed before anything is signed.
    ledger = await startLedger(home, { variables, isHealthy: false })
    await awaitGauge('drill_leaf', 0)
    const restored = `replace(leaf, '"version":2', '"version":1')`
    await asSuperuser(home.database, `UPDATE ledger.entry SET leaf = ${restored} ${entry('drill_leaf', 7)}`)
    await awaitGauge('drill_leaf', 1)
  })
})
