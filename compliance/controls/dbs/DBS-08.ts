/** Nobody reaches the database without proof, and nobody from everywhere. */
import { attributeOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isWrittenRule, isRule } from '../read/postgres.ts'
import { isPostgresService } from '../read/postgres-service.ts'
import { mendedBy } from '../read/setting.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'no rule of pg_hba.conf says trust or password, and none is for every address',
  'use scram-sha-256, peer or cert, and name the networks',
)

export const control: Control = {
  id: 'DBS-08',
  page: {
    why: 'With trust, whoever reaches the port is whoever he says he is, the superuser too.',
    good: [{ file: 'pg_hba.conf', text: 'hostssl campus api 10.0.0.0/16 scram-sha-256\n' }],
    bad: [{ file: 'pg_hba.conf', text: 'host all all 0.0.0.0/0 trust\n' }],
  },
  sources: ['postgres', 'repository', 'compose'],
  applies: (resource) => isRule(resource) || isWrittenRule(resource) || isPostgresService(resource),
  check: (resource) => (isPostgresService(resource) ? judgeService(resource) : judgeRule(resource)),
}

function judgeRule(resource: Resource): Verdict {
  const method = attributeOf(resource, 'auth_method')
  if (method?.known !== true) return judge.unknown(`auth_method ${method?.why ?? 'was not told'}`)
  if (method.value === 'reject') return judge.notApplicable('it lets nobody in')
  if (method.value === 'trust' || method.value === 'password')
    return judge.fail(`auth_method is ${method.value}`)
  const address = attributeOf(resource, 'address')
  if (address?.known === false) return judge.unknown(`address ${address.why}`)
  const netmask = knownValueOf(resource, 'netmask')
  const isEverywhere =
    address?.value === 'all' || netmask === '0.0.0.0' || netmask === '::' || netmask === '::0'
  return isEverywhere
    ? judge.fail('it is for every address')
    : judge.pass(`auth_method is ${textOf(method.value)}`)
}

/** Without the variable the image writes scram-sha-256. */
function judgeService(resource: Resource): Verdict {
  const path = 'environment.POSTGRES_HOST_AUTH_METHOD'
  const method = attributeOf(resource, path)
  if (method === undefined) {
    return attributeOf(resource, 'env_file') === undefined
      ? judge.pass('POSTGRES_HOST_AUTH_METHOD is not set; the default is scram-sha-256')
      : judge.unknown('env_file names a file that is not read')
  }
  if (!method.known) return judge.unknown(`POSTGRES_HOST_AUTH_METHOD ${method.why}`, method)
  const found = `POSTGRES_HOST_AUTH_METHOD is ${textOf(method.value)}`
  return ['trust', 'password', 'md5'].includes(textOf(method.value))
    ? mendedBy(judge.fail(found, method), { set: path, to: 'scram-sha-256' })
    : judge.pass(found, method)
}
