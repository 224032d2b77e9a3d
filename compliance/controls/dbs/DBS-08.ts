/** Nobody reaches the database without proof, and nobody from everywhere. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { commandLine } from '../read/command-line.ts'
import { ofKind } from '../read/of-kind.ts'
import { isWrittenRule, isRule } from '../read/postgres.ts'
import { isPostgresService } from '../read/postgres-service.ts'
import { mended } from '../read/mend.ts'
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
  check: (resource, evidence) =>
    isPostgresService(resource) ? judgeService(resource, evidence) : judgeRule(resource),
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

/** Without the variable the image writes scram-sha-256; what initdb is told counts on the machine itself only. */
function judgeService(resource: Resource, evidence: Evidence): Verdict {
  const [, file] =
    /\b(?:hba_file|config_file)\s*=\s*["']?([^\s"']+)/.exec(commandLine(resource, 'command').text) ?? []
  if (file !== undefined) return judgeFile(resource, evidence, file)
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
    ? mended(judge.fail(found, method), { set: path, to: 'scram-sha-256' })
    : judge.pass(found, method)
}

/** Rules of a file that is part of the scan are judged one by one where they stand. */
function judgeFile(resource: Resource, evidence: Evidence, file: string): Verdict {
  const at = attributeOf(resource, 'command')
  const name = file.slice(file.lastIndexOf('/'))
  const isRead = ofKind(evidence, 'repository', 'hba_rule').some(({ position }) =>
    `/${position.file}`.endsWith(name.startsWith('/') ? name : `/${name}`),
  )
  return isRead
    ? judge.notApplicable(`the rules of ${file} are judged where they stand`, at)
    : judge.unknown(`${file} says who gets in, and was not read`, at)
}
