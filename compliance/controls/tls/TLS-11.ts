/** PostgreSQL is spoken over TLS wherever it leaves the machine. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  lastSegmentOf,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isService } from '../read/compose.ts'
import { inFile } from '../read/neighbours.ts'
import { isRemoteRule, isServer, settingOf } from '../read/postgres.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'connections that leave the machine require TLS',
  'set rds.force_ssl to 1; in URLs sslmode=verify-full; in pg_hba.conf hostssl instead of host',
)

const isParameterGroup = ofType('aws_db_parameter_group', 'aws_rds_cluster_parameter_group')

export const control: Control = {
  id: 'TLS-11',
  sources: ['terraform', 'compose', 'postgres'],
  applies: (resource) =>
    isParameterGroup(resource) ||
    isServer(resource) ||
    (isService(resource) && urlPaths(resource).length > 0),
  check: (resource, evidence) => {
    if (isParameterGroup(resource)) return judgeParameters(resource)
    if (isServer(resource)) return judgeServer(resource, evidence)
    return worstOf(
      urlPaths(resource).map((path) => judgeUrl(resource, path)),
      judge.notApplicable('no connection'),
    )
  },
}

function judgeParameters(resource: Resource): Verdict {
  const family = attributeOf(resource, 'family')
  if (family?.known !== true) return judge.unknown(`family ${family?.why ?? 'is not set'}`, family)
  const version = /^(?:aurora-)?postgres(?:ql)?(\d+)/.exec(textOf(family.value))?.[1]
  if (version === undefined) return judge.notApplicable(`family is ${textOf(family.value)}`, family)
  const parameters = attributeOf(resource, 'parameter')
  for (const path of childrenOf(resource, 'parameter')) {
    if (knownValueOf(resource, `${path}.name`) !== 'rds.force_ssl') continue
    const value = attributeOf(resource, `${path}.value`)
    if (value?.known !== true) return judge.unknown(`rds.force_ssl ${value?.why ?? 'has no value'}`, value)
    const found = `rds.force_ssl is ${textOf(value.value)}`
    return textOf(value.value) === '1' ? judge.pass(found, value) : judge.fail(found, value)
  }
  if (parameters?.known === false) return judge.unknown(`parameter ${parameters.why}`, parameters)
  // On by default from PostgreSQL 15 on (RDS User Guide, "Using SSL with a PostgreSQL DB instance").
  return Number(version) >= 15
    ? judge.pass('rds.force_ssl is not set; the default is 1')
    : judge.fail('rds.force_ssl is not set; the default is 0')
}

/** Environment values that are, or by their names must be, addresses of a PostgreSQL database. */
function urlPaths(resource: Resource): string[] {
  return childrenOf(resource, 'environment').filter((path) => {
    const value = attributeOf(resource, path)
    if (value?.known === true) return /^postgres(ql)?:\/\//.test(textOf(value.value))
    return /(^|_)(DATABASE|POSTGRES|PG)_?(URL|URI|DSN)$/.test(lastSegmentOf(path))
  })
}

function judgeUrl(resource: Resource, path: string): Verdict {
  const attribute = attributeOf(resource, path)
  if (attribute?.known !== true) return judge.unknown(`${path} ${attribute?.why ?? 'is not set'}`, attribute)
  const url = textOf(attribute.value)
  const mode = /[?&]sslmode=([\w-]+)/.exec(url)?.[1]
  if (mode === 'require' || mode === 'verify-ca' || mode === 'verify-full') {
    return judge.pass(`sslmode is ${mode}`, attribute)
  }
  if (isLocal(url)) return judge.pass('the connection stays on the machine', attribute)
  return judge.fail(mode === undefined ? 'sslmode is not set' : `sslmode is ${mode}`, attribute)
}

/** A socket in the file system, or the loopback. */
function isLocal(url: string): boolean {
  const host = /^postgres(?:ql)?:\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/?]*)/.exec(url)?.[1] ?? ''
  return /^(localhost|127\.[\d.]+|\[::1\]|)$/.test(host) || /^%2f/i.test(host)
}

function judgeServer(resource: Resource, evidence: Evidence): Verdict {
  const addresses = settingOf(resource, 'listen_addresses')
  if (addresses?.known !== true) {
    return judge.unknown(`listen_addresses ${addresses?.why ?? 'was not told'}`)
  }
  const isRemote = textOf(addresses.value)
    .split(',')
    .map((address) => address.trim())
    .some((address) => !/^(localhost|127\.[\d.]+|::1|)$/.test(address))
  if (!isRemote) return judge.pass('it listens on this machine only')
  const ssl = settingOf(resource, 'ssl')
  if (ssl?.known !== true) return judge.unknown(`ssl ${ssl?.why ?? 'was not told'}`)
  if (ssl.value !== 'on') return judge.fail('it listens beyond this machine and ssl is off')
  const rules = inFile(evidence, resource).filter((each) => isRemoteRule(each, resource))
  const plain = rules.find((rule) => ['host', 'hostnossl'].includes(textOf(knownValueOf(rule, 'type'))))
  if (plain !== undefined) return judge.fail(`${plain.address} lets a connection in without TLS`)
  return rules.some((rule) => knownValueOf(rule, 'type') === undefined)
    ? judge.unknown('ssl is on; whether pg_hba.conf requires it could not be read')
    : judge.pass('ssl is on, and remote rules require it')
}
