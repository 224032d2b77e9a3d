/** Policies of row-level security compare the tenant with the one of the session, for reading and for writing. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { ofKind } from '../read/of-kind.ts'
import { oncePerScan } from '../read/once.ts'
import { isTable } from '../read/postgres.ts'
import { divisionOf } from '../read/tenant-leaks.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'every policy that lets somebody in compares the tenant with current_setting, in USING and in WITH CHECK',
  "CREATE POLICY … USING (tenant_id = current_setting('app.current_tenant_id', true)) WITH CHECK (the same)",
)

const own = "(tenant_id = current_setting('app.current_tenant_id'::text, true))"
const example = (using: string) =>
  ({
    kind: 'postgres',
    type: 'table',
    attributes: {
      schema: 'campus',
      name: 'grade',
      tenant_columns: ['tenant_id'],
      row_security: true,
      policy: [
        {
          name: 'rows',
          permissive: 'PERMISSIVE',
          command: 'ALL',
          roles: ['public'],
          using,
          with_check: using,
        },
      ],
    },
  }) as const

export const control: Control = {
  id: 'TEN-02',
  sources: ['postgres'],
  page: {
    why: 'Row-level security is as good as its policies: one that is true for every row, or that checks reading and not writing, lets one school into the records of another.',
    good: [example(own)],
    bad: [example('true')],
  },
  applies: isTable,
  check: judgeTable,
}

const commands = [
  ['SELECT', 'using'],
  ['UPDATE', 'using'],
  ['DELETE', 'using'],
  ['INSERT', 'with_check'],
  ['UPDATE', 'with_check'],
] as const

function judgeTable(table: Resource, evidence: Evidence): Verdict | readonly Verdict[] {
  const columns = attributeOf(table, 'tenant_columns')
  if (columns?.known !== true) return judge.unknown(`its columns ${columns?.why ?? 'were not told'}`)
  if (Array.isArray(columns.value) && columns.value.length === 0)
    return judge.notApplicable('it has no tenant')
  const all = attributeOf(table, 'policy')
  if (all !== undefined && !all.known) return judge.unknown(`its policies ${all.why}`)
  const policies = childrenOf(table, 'policy').filter((path) => letsSomebodyIn(table, path, evidence))
  if (policies.length === 0) return judge.notApplicable('no policy lets a role in that anybody logs in as')
  const verdicts = commands.flatMap(([command, side]): Verdict[] => {
    const division = divisionOf(table, { policies, command, side })
    const what = `${command} ${side === 'using' ? 'USING' : 'WITH CHECK'}`
    if (division === 'yes') return []
    return division === 'no'
      ? [{ ...judge.fail(`${what} does not compare the tenant with current_setting`), part: what }]
      : [{ ...judge.unknown(`${what} asks a function or a query nobody looked into`), part: what }]
  })
  return verdicts.length > 0 ? verdicts : judge.pass('every policy compares the tenant')
}

/** A policy for roles that nobody logs in as, and that no such role belongs to, is for functions of their own. */
function letsSomebodyIn(table: Resource, path: string, evidence: Evidence): boolean {
  const names = knownValueOf(table, `${path}.roles`)
  if (!Array.isArray(names) || names.includes('public')) return true
  const unreached = unreachedRoles(evidence).get(table.position.file)
  return names.map(textOf).some((name) => unreached?.has(name) !== true)
}

/** Names of roles nobody can be, by server: they log nobody in, and no role that does belongs to them. */
const unreachedRoles = oncePerScan((evidence) => {
  const servers = Map.groupBy(ofKind(evidence, 'postgres', 'role'), ({ position }) => position.file)
  return new Map([...servers].map(([file, roles]) => [file, unreachedOf(roles)]))
})

function unreachedOf(roles: readonly Resource[]): ReadonlySet<string> {
  const people = roles.filter(
    (each) => knownValueOf(each, 'login') !== false && knownValueOf(each, 'superuser') !== true,
  )
  const groups = people.map((each) => knownValueOf(each, 'member_of'))
  // A role whose groups are not known may belong to all of them.
  if (groups.some((each) => !Array.isArray(each))) return new Set()
  const reached = new Set(groups.flat())
  const closed = roles.filter((each) => knownValueOf(each, 'login') === false && !reached.has(each.name))
  return new Set(closed.map(({ name }) => name))
}
