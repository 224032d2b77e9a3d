/** Every table with a tenant is divided by tenants, for its owner too. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { isTable } from '../read/postgres.ts'
import { isTrue, judgeBy, worstOf } from '../verdict.ts'

const judge = judgeBy(
  'row-level security is enabled and forced on every table that has a tenant',
  'ALTER TABLE … ENABLE ROW LEVEL SECURITY; ALTER TABLE … FORCE ROW LEVEL SECURITY',
)

const table =
  'CREATE TABLE campus.grade (\n  id uuid PRIMARY KEY,\n  tenant_id text NOT NULL,\n  grade text\n);\n'

export const control: Control = {
  id: 'TEN-01',
  sources: ['postgres', 'repository'],
  page: {
    why: 'One table without row-level security shows the rows of every school to whoever may read it; without FORCE its owner, often the application itself, sees them all.',
    good: [
      {
        file: 'migrations/001-grades.sql',
        text: `${table}ALTER TABLE campus.grade ENABLE ROW LEVEL SECURITY;\nALTER TABLE campus.grade FORCE ROW LEVEL SECURITY;\n`,
      },
    ],
    bad: [
      {
        file: 'migrations/001-grades.sql',
        text: `${table}ALTER TABLE campus.grade ENABLE ROW LEVEL SECURITY;\n`,
      },
    ],
  },
  applies: (resource) => isTable(resource) || isMigrated(resource),
  check: judgeTable,
}

/** A table as the migrations of a folder leave it. */
function isMigrated({ kind, type }: Resource): boolean {
  return kind === 'repository' && type === 'migrated_table'
}

function judgeTable(resource: Resource): Verdict {
  const columns = attributeOf(resource, 'tenant_columns')
  if (columns?.known !== true) return judge.unknown(`its columns ${columns?.why ?? 'were not told'}`)
  if (Array.isArray(columns.value) && columns.value.length === 0)
    return judge.notApplicable('it has no tenant')
  const verdicts = ['row_security', 'force_row_security'].map((name) => {
    const attribute = attributeOf(resource, name)
    if (attribute?.known !== true) return judge.unknown(`${name} ${attribute?.why ?? 'was not told'}`)
    return isTrue(attribute.value) ? judge.pass(`${name} is on`) : judge.fail(`${name} is off`)
  })
  const worst = worstOf(verdicts, judge.unknown('nothing is known of it'))
  return isMigrated(resource) ? mended(worst, forced(resource)) : worst
}

function forced({ name }: Resource): Mend {
  const quoted = name
    .split('.')
    .map((part) => (/^[a-z_][a-z0-9_]*$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`))
    .join('.')
  return {
    after: `ALTER TABLE ${quoted} ENABLE ROW LEVEL SECURITY;\nALTER TABLE ${quoted} FORCE ROW LEVEL SECURITY;`,
  }
}
