/** As an application role, and as nobody's tenant, no row of anybody is to be seen. */
import type { Evidence, Resource } from '../../evidence.ts'
import { attributeOf, knownValueOf } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isServer, isTable } from '../read/postgres.ts'
import { isTenantRelation, isTenantRole, leaksOfRelation, leaksOfRole } from '../read/tenant-leaks.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no application role sees, writes or streams rows of a tenant other than the one of its transaction',
  'force row-level security with policies that compare the tenant with current_setting, and take away what leads around them',
)

export const control: Control = {
  id: 'TEN-03',
  sources: ['postgres'],
  page: {
    why: 'A policy can be right and still be walked around: by an owner, a view, a partition, a function, or a setting that stays in a pooled connection. Only looking as the application shows it.',
    good: [
      {
        kind: 'postgres',
        type: 'tenant_relation',
        attributes: {
          role: 'grades_app',
          schema: 'campus',
          name: 'grade',
          kind: 'r',
          rights: ['SELECT'],
          row_security: true,
          bypass: null,
          open_sequences: [],
          policy: [
            {
              name: 'own_tenant',
              permissive: true,
              command: 'ALL',
              roles: ['public'],
              using: "(tenant_id = current_setting('app.current_tenant_id'::text, true))",
              with_check: null,
            },
          ],
          seen: { unset: false, empty: false, nobody: false },
        },
      },
    ],
    bad: [
      {
        kind: 'postgres',
        type: 'tenant_relation',
        attributes: {
          role: 'reports_app',
          schema: 'campus',
          name: 'grade_by_course',
          kind: 'm',
          rights: ['SELECT'],
          open_sequences: [],
          policy: [],
          seen: { unset: true, empty: true, nobody: true },
        },
      },
    ],
  },
  applies: (resource) => isTenantRelation(resource) || isTenantRole(resource),
  check: (resource) => (isTenantRole(resource) ? judgeRole(resource) : judgeRelation(resource)),
  missing: notProbed,
}

function judgeRelation(resource: Resource): readonly Verdict[] {
  const rights = attributeOf(resource, 'rights')
  if (rights?.known !== true) return [judge.unknown(rights?.why ?? 'nobody told what the role may do')]
  const { found, unclear } = leaksOfRelation(resource)
  if (found.length > 0) return found.map((leak) => ({ ...judge.fail(leak), part: leak.split(':')[0] ?? '' }))
  const [first] = unclear
  return [first === undefined ? judge.pass('no row of anybody else is to be seen') : judge.unknown(first)]
}

function judgeRole(resource: Resource): readonly Verdict[] {
  const relations = attributeOf(resource, 'relations')
  if (relations?.known !== true)
    return [judge.unknown(relations?.why ?? 'nobody told what the role may reach')]
  const { found } = leaksOfRole(resource)
  const reaches = Number(relations.value) > 0 || found.some((leak) => leak.startsWith('definer'))
  if (!reaches) return [judge.notApplicable('it reaches no relation with tenants')]
  return found.length === 0
    ? [judge.pass('nothing of the role leads past the tenants')]
    : found.map((leak) => ({ ...judge.fail(leak), part: leak.split(':')[0] ?? '' }))
}

/** A database with tenants that nobody probed may leak. */
function notProbed({ resources }: Evidence): { resource: Resource; verdict: Verdict } | undefined {
  const server = resources.find(isServer)
  const hasTenants = resources.some((resource) => {
    const columns = isTable(resource) ? knownValueOf(resource, 'tenant_columns') : []
    return columns === undefined || (Array.isArray(columns) && columns.length > 0)
  })
  if (server === undefined || !hasTenants) return undefined
  return { resource: server, verdict: judge.unknown('its tables have tenants, and nobody probed them') }
}
