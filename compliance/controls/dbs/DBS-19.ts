/** The database cleans up after itself, and is far from the day it would stop to protect itself. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { isServer, settingOf } from '../read/postgres.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'autovacuum is on, no table is left out, and no age of transactions is past 80 % of where writing ends',
  'set autovacuum = on, take autovacuum_enabled = false from tables, and VACUUM (FREEZE) the oldest ones',
)

/** Transactions after which numbers come round again (PostgreSQL documentation, 24.1.5). */
const wraparound = 2_147_483_648
const ages = ['database_xids', 'database_multixacts', 'table_xids']

const server = (age: number) => ({
  kind: 'postgres' as const,
  type: 'server',
  attributes: {
    setting: { autovacuum: 'on' },
    ages: {
      database_xids: String(age),
      database_multixacts: '1',
      table_xids: String(age),
      tables_without_autovacuum: 0,
    },
  },
})

export const control: Control = {
  id: 'DBS-19',
  page: {
    why: 'A database whose transaction numbers run out refuses every write until it is cleaned, which takes days.',
    good: [server(120_000_000)],
    bad: [server(1_900_000_000)],
  },
  sources: ['postgres'],
  applies: isServer,
  check: (resource, evidence) => [
    { ...judgeSwitch(resource), part: 'autovacuum' },
    { ...judgeTables(resource), part: 'tables' },
    ...ages.map((name) => ({ ...judgeAge(resource, name, evidence), part: name })),
  ],
}

function judgeSwitch(server: Resource): Verdict {
  const setting = settingOf(server, 'autovacuum')
  if (setting?.known !== true) return judge.unknown(`autovacuum ${setting?.why ?? 'was not told'}`)
  const found = `autovacuum is ${textOf(setting.value)}`
  return setting.value === 'on' ? judge.pass(found) : judge.fail(found)
}

function judgeTables(server: Resource): Verdict {
  const count = attributeOf(server, 'ages.tables_without_autovacuum')
  if (count?.known !== true) return judge.unknown(`which tables are left out ${count?.why ?? 'was not told'}`)
  const found = `${Number(count.value)} tables are left out`
  return Number(count.value) === 0 ? judge.pass(found) : judge.fail(found)
}

function judgeAge(server: Resource, name: string, evidence: Evidence): Verdict {
  const age = attributeOf(server, `ages.${name}`)
  if (age?.known !== true || age.value === null) {
    return judge.unknown(`${name} ${age?.known === false ? age.why : 'was not told'}`)
  }
  const percent = Math.floor((Number(age.value) * 100) / wraparound)
  const most = parameterOf('DBS-19.percent', 'production', evidence.parameters)
  const found = `${name} is ${percent} % of where writing ends`
  return percent < most ? judge.pass(found) : judge.fail(found)
}
