/** Every table with a tenant is divided by tenants, for its owner too. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isTable } from '../read/postgres.ts'
import { isTrue, judgeBy, worstOf } from '../verdict.ts'

const judge = judgeBy(
  'row-level security is enabled and forced on every table that has a tenant',
  'ALTER TABLE … ENABLE ROW LEVEL SECURITY; ALTER TABLE … FORCE ROW LEVEL SECURITY',
)

export const control: Control = {
  id: 'TEN-01',
  sources: ['postgres'],
  applies: isTable,
  check: judgeTable,
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
  return worstOf(verdicts, judge.unknown('nothing is known of it'))
}
