/** The log of the database is kept where it outlives the database. */
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'enabled_cloudwatch_logs_exports has postgresql and upgrade (of Aurora postgresql; of other engines their error log)',
  'set enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]',
)

const path = 'enabled_cloudwatch_logs_exports'
const database = (line: string) => ({
  file: 'main.tf',
  text: `resource "aws_db_instance" "main" {\n  engine = "postgres"\n${line}}\n`,
})

export const control: Control = {
  id: 'DBS-17',
  page: {
    why: 'Logs on the instance are gone after three days, and with the instance. What proves an intrusion is then missing.',
    good: [database('  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]\n')],
    bad: [database('')],
  },
  sources: ['terraform'],
  applies: ofType('aws_db_instance', 'aws_rds_cluster'),
  check: judgeExports,
}

/** Logs every engine can and has to export. */
const wanted: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^postgres$/, ['postgresql', 'upgrade']],
  [/^aurora-postgresql$/, ['postgresql']],
  [/mysql|mariadb|^aurora$/, ['error']],
  [/^(custom-)?oracle/, ['audit']],
  [/^(custom-)?sqlserver/, ['error']],
]

function judgeExports(database: Resource): Verdict {
  const engine = attributeOf(database, 'engine')
  const list = attributeOf(database, path)
  const items = childrenOf(database, path)
  const exported = items.map((item) => textOf(knownValueOf(database, item)))
  const own =
    engine?.known === true ? wanted.find(([pattern]) => pattern.test(textOf(engine.value))) : undefined
  if (list === undefined || (list.known && items.length === 0)) {
    const verdict = judge.fail(`${path} is ${list === undefined ? 'not set' : 'empty'}`, list)
    return own === undefined ? verdict : mended(verdict, { set: path, to: own[1] })
  }
  const isOpen = exported.includes('') || (!list.known && items.length === 0)
  if (own === undefined) {
    // A copy has the engine of what it is a copy of.
    return isOpen || !exported.includes('upgrade')
      ? judge.unknown('which logs its engine has is not known', list)
      : judge.pass(`${path} is ${exported.join(', ')}`, list)
  }
  const missing = own[1].filter((name) => !exported.includes(name))
  if (missing.length === 0) return judge.pass(`${path} is ${exported.join(', ')}`, list)
  return isOpen
    ? judge.unknown(`${path} is not all known`, list)
    : mended(judge.fail(`${missing.join(', ')} is not exported`, list), {
        set: path,
        to: [...exported, ...missing],
      })
}
