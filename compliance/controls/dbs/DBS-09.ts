/** Roles that applications log in with have no more rights than the application needs. */
import { attributeOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isRole, whyNoApplication } from '../read/postgres.ts'
import { isTrue, judgeBy, worstOf } from '../verdict.ts'

const judge = judgeBy(
  'login roles are no superusers, cannot bypass row security, make no roles and own no tables',
  'ALTER ROLE … NOSUPERUSER NOBYPASSRLS NOCREATEROLE, and give the tables to a role without login',
)

const rights = ['superuser', 'bypass_rls', 'create_role']

export const control: Control = {
  id: 'DBS-09',
  page: {
    why: 'An application that is taken over can do what its role can do. A superuser reads every tenant, and the passwords.',
    good: [
      {
        kind: 'postgres',
        type: 'role',
        attributes: { login: true, superuser: false, bypass_rls: false, create_role: false, owned_tables: 0 },
      },
    ],
    bad: [
      {
        kind: 'postgres',
        type: 'role',
        attributes: { login: true, superuser: true, bypass_rls: false, create_role: false, owned_tables: 0 },
      },
    ],
  },
  sources: ['postgres'],
  applies: isRole,
  check: judgeRole,
}

function judgeRole(role: Resource): Verdict {
  const why = whyNoApplication(role)
  if (why !== undefined) return judge.notApplicable(why)
  const verdicts = rights.map((right) => {
    const attribute = attributeOf(role, right)
    if (attribute?.known !== true) return judge.unknown(`${right} ${attribute?.why ?? 'was not told'}`)
    if (attribute.value === null) return judge.unknown(`${right} was not told`)
    return isTrue(attribute.value) ? judge.fail(`${right} is true`) : judge.pass(`${right} is false`)
  })
  const owned = knownValueOf(role, 'owned_tables')
  if (owned === undefined || owned === null) verdicts.push(judge.unknown('which tables it owns was not told'))
  else if (Number(owned) > 0) verdicts.push(judge.fail(`it owns ${Number(owned)} tables`))
  return worstOf(verdicts, judge.unknown('nothing is known of it'))
}
