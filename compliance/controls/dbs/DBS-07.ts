/** Passwords of the database are kept as SCRAM verifiers. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isRole, isServer, settingOf } from '../read/postgres.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'password_encryption is scram-sha-256 and no role has an md5 password',
  'set password_encryption = scram-sha-256 and set every password again',
)

export const control: Control = {
  id: 'DBS-07',
  page: {
    why: 'MD5 verifiers can be used to log in as they are, and are guessed by the billion per second. SCRAM ends both.',
    good: [
      { kind: 'postgres', type: 'server', attributes: { setting: { password_encryption: 'scram-sha-256' } } },
    ],
    bad: [{ kind: 'postgres', type: 'server', attributes: { setting: { password_encryption: 'md5' } } }],
  },
  sources: ['postgres'],
  applies: (resource) => isServer(resource) || isRole(resource),
  check: (resource) => (isServer(resource) ? judgeServer(resource) : judgeRole(resource)),
}

function judgeServer(resource: Resource): Verdict {
  const encryption = settingOf(resource, 'password_encryption')
  if (encryption?.known !== true)
    return judge.unknown(`password_encryption ${encryption?.why ?? 'was not told'}`)
  const found = `password_encryption is ${textOf(encryption.value)}`
  return encryption.value === 'scram-sha-256' ? judge.pass(found) : judge.fail(found)
}

function judgeRole(resource: Resource): Verdict {
  const method = attributeOf(resource, 'password_method')
  if (method?.known !== true) return judge.unknown(`its password ${method?.why ?? 'was not told'}`)
  if (method.value === 'none') return judge.notApplicable('it has no password')
  const found = `its password is kept as ${textOf(method.value)}`
  return method.value === 'scram-sha-256' ? judge.pass(found) : judge.fail(found)
}
