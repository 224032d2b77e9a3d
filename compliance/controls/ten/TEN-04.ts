/** Where every tenant has a schema, a role of a tenant uses that one and finds no other by its search path. */
import { attributeOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'a role of a tenant may use the schema of that tenant only, and its search_path is set',
  'REVOKE USAGE ON SCHEMA tenant_b FROM tenant_a_app; ALTER ROLE tenant_a_app SET search_path = tenant_a, pg_catalog',
)

const example = (schemas: readonly string[], searchPath: string | null) =>
  ({ kind: 'postgres', type: 'tenant_schemas', attributes: { schemas, search_path: searchPath } }) as const

export const control: Control = {
  id: 'TEN-04',
  sources: ['postgres'],
  page: {
    why: 'A role that may use the schemas of two tenants reads both with one forgotten prefix, and a search path that is not set finds whichever table comes first.',
    good: [example(['tenant_north'], 'tenant_north, pg_catalog')],
    bad: [example(['tenant_north', 'tenant_south'], 'tenant_north')],
  },
  applies: ({ kind, type }) => kind === 'postgres' && type === 'tenant_schemas',
  check: judgeRole,
}

function judgeRole(role: Resource): Verdict | readonly Verdict[] {
  const schemas = attributeOf(role, 'schemas')
  if (schemas?.known !== true) return judge.unknown(`its schemas ${schemas?.why ?? 'were not told'}`)
  const names = Array.isArray(schemas.value) ? schemas.value.map(textOf) : []
  if (names.length === 0) return judge.notApplicable('it uses no schema of a tenant')
  const path = attributeOf(role, 'search_path')
  if (path?.known !== true) return judge.unknown(`its search_path ${path?.why ?? 'was not told'}`)
  const written = textOf(knownValueOf(role, 'search_path'))
  const searched = written.split(',').map((each) => each.trim().replace(/^"|"$/g, ''))
  const foreign = searched.filter((each) => /^(tenant|t)[_-]/.test(each) && !names.includes(each))
  return [
    names.length === 1
      ? { ...judge.pass(`it uses ${names[0]} only`), part: 'schemas' }
      : { ...judge.fail(`it uses ${names.slice(0, 5).join(', ')}`), part: 'schemas' },
    path.value === null || written === '' || searched.includes('public') || foreign.length > 0
      ? { ...judge.fail(`its search_path is ${written === '' ? 'not set' : written}`), part: 'search_path' }
      : { ...judge.pass(`its search_path is ${written}`), part: 'search_path' },
  ]
}
