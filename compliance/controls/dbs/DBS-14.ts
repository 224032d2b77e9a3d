/** No statement, no forgotten transaction and no lock holds up everybody else for ever. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { inFile } from '../read/neighbours.ts'
import { isRole, isServer, settingOf, whyNoApplication } from '../read/postgres.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'statement_timeout, idle_in_transaction_session_timeout and lock_timeout are above 0 for roles of applications',
  "ALTER ROLE … SET statement_timeout = '10s' (and the two others), or set them for the server",
)

const timeouts = ['statement_timeout', 'idle_in_transaction_session_timeout', 'lock_timeout']
const role = (effective: Readonly<Record<string, string>>) => ({
  kind: 'postgres' as const,
  type: 'role',
  attributes: { login: true, effective },
})

export const control: Control = {
  id: 'DBS-14',
  page: {
    why: 'One request that hangs in a transaction holds its locks; minutes later all connections wait for it and the portal is down.',
    good: [
      role({ statement_timeout: '10s', idle_in_transaction_session_timeout: '60s', lock_timeout: '5s' }),
    ],
    bad: [role({ statement_timeout: '10s', idle_in_transaction_session_timeout: '60s', lock_timeout: '0' })],
  },
  sources: ['postgres'],
  applies: isRole,
  check: judgeRole,
}

function judgeRole(role: Resource, evidence: Evidence): Verdict | readonly Verdict[] {
  const why = whyNoApplication(role)
  if (why !== undefined) return judge.notApplicable(why)
  const server = inFile(evidence, role).find(isServer)
  return timeouts.map((name) => ({ ...judgeTimeout(role, server, name), part: name }))
}

/** What is set for the role or its database comes before what is set for the server. */
function judgeTimeout(role: Resource, server: Resource | undefined, name: string): Verdict {
  const own = attributeOf(role, `effective.${name}`)
  const setting = own ?? (server === undefined ? undefined : settingOf(server, name))
  if (setting?.known !== true || setting.value === null) {
    return judge.unknown(`${name} ${setting?.known === false ? setting.why : 'was not told'}`)
  }
  const text = textOf(setting.value)
  const found = `${name} is ${text}`
  return /^0+\s*[a-z]*$|^-/.test(text) ? judge.fail(found) : judge.pass(found)
}
