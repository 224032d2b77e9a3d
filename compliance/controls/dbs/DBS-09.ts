/** Roles that applications log in with have no more rights than the application needs. */
import { attributeOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isRole } from '../read/postgres.ts'
import { isFalse, isTrue, judgeBy, worstOf } from '../verdict.ts'

const judge = judgeBy(
  'login roles are no superusers, cannot bypass row security, make no roles and own no tables',
  'ALTER ROLE … NOSUPERUSER NOBYPASSRLS NOCREATEROLE, and give the tables to a role without login',
)

/** Roles a server is administered with, by their usual names and that of our own cluster; no application is given them. */
const administration =
  /^(postgres|campanile_admin|rdsadmin|rds_superuser|cloudsqladmin|cloudsqlsuperuser|azuresu|azure_superuser)$/

const rights = ['superuser', 'bypass_rls', 'create_role']

export const control: Control = {
  id: 'DBS-09',
  sources: ['postgres'],
  applies: isRole,
  check: judgeRole,
}

function judgeRole(resource: Resource): Verdict {
  if (administration.test(resource.name)) return judge.notApplicable('it administers the server')
  const bootstrap = attributeOf(resource, 'bootstrap')
  if (bootstrap?.known === true && isTrue(bootstrap.value)) {
    return judge.notApplicable('initdb made it, and a server always has one such role')
  }
  const login = attributeOf(resource, 'login')
  if (login?.known === true && isFalse(login.value)) return judge.notApplicable('nobody can log in with it')
  const verdicts = rights.map((right) => {
    const attribute = attributeOf(resource, right)
    if (attribute?.known !== true) return judge.unknown(`${right} ${attribute?.why ?? 'was not told'}`)
    if (attribute.value === null) return judge.unknown(`${right} was not told`)
    return isTrue(attribute.value) ? judge.fail(`${right} is true`) : judge.pass(`${right} is false`)
  })
  const owned = knownValueOf(resource, 'owned_tables')
  if (owned === undefined || owned === null) verdicts.push(judge.unknown('which tables it owns was not told'))
  else if (Number(owned) > 0) verdicts.push(judge.fail(`it owns ${Number(owned)} tables`))
  return worstOf(verdicts, judge.unknown('nothing is known of it'))
}
