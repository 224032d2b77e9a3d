/** PostgreSQL is spoken over TLS wherever it leaves the machine. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  lastSegmentOf,
  type Attribute,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isService } from '../read/compose.ts'
import { mended } from '../read/mend.ts'
import { inFile, rootOf } from '../read/neighbours.ts'
import { edgesOf, resourcesAt } from '../read/network.ts'
import { oncePerScan } from '../read/once.ts'
import { isRemoteRule, isRule, isServer, settingOf } from '../read/postgres.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'connections that leave the machine require TLS',
  'set rds.force_ssl to 1; in URLs sslmode=verify-full; in pg_hba.conf hostssl instead of host',
)

const isParameterGroup = ofType('aws_db_parameter_group', 'aws_rds_cluster_parameter_group')

const isDatabase = ofType('aws_db_instance', 'aws_rds_cluster')
const isGoogle = ofType('google_sql_database_instance')
const example = (value: string) =>
  `resource "aws_db_parameter_group" "main" {
  family = "postgres16"

  parameter {
    name  = "rds.force_ssl"
    value = "${value}"
  }
}
`

export const control: Control = {
  id: 'TLS-11',
  sources: ['terraform', 'compose', 'postgres'],
  page: {
    why: 'Passwords and records travel as plain text where the server does not insist on TLS: clients fall back without a word.',
    good: [{ file: 'main.tf', text: example('1') }],
    bad: [{ file: 'main.tf', text: example('0') }],
  },
  applies: (resource) =>
    isGoogle(resource) ||
    isParameterGroup(resource) ||
    isDatabase(resource) ||
    isServer(resource) ||
    (isService(resource) && urlPaths(resource).length > 0),
  check: (resource, evidence) => {
    if (isGoogle(resource)) return judgeGoogle(resource)
    if (isParameterGroup(resource)) return judgeParameters(resource)
    if (isDatabase(resource)) return judgeDatabase(resource, evidence)
    if (isServer(resource)) return judgeServer(resource, evidence)
    return worstOf(
      urlPaths(resource).map((path) => judgeUrl(resource, path)),
      judge.notApplicable('no connection'),
    )
  },
}

/** A database with a group of its own is judged there; one without has the defaults of its version. */
function judgeDatabase(resource: Resource, evidence: Evidence): Verdict {
  const engine = attributeOf(resource, 'engine')
  if (engine?.known === true && !/postgres/.test(textOf(engine.value))) {
    return judge.notApplicable(`engine is ${textOf(engine.value)}`, engine)
  }
  if (engine?.known !== true) return judge.unknown(`engine ${engine?.why ?? 'is not set'}`, engine)
  const isCluster = resource.type === 'aws_rds_cluster'
  const path = isCluster ? 'db_cluster_parameter_group_name' : 'parameter_group_name'
  const group = attributeOf(resource, path)
  if (group === undefined) return judgeDefault(resource, attributeOf(resource, 'engine_version'))
  const named = group.known ? textOf(group.value) : undefined
  if (named?.startsWith('default.') === true) return judgeDefault(resource, group)
  const [edge] = edgesOf(resource, path)
  const [found] =
    edge?.address === undefined
      ? (groupsByName(evidence).get(`${rootOf(resource)}\n${named ?? ''}`) ?? [])
      : resourcesAt(evidence, resource, edge.address)
  return found === undefined || !isParameterGroup(found)
    ? judge.unknown(`${path} names a group that is not here`, group)
    : judge.notApplicable(`judged in ${found.address}`, group)
}

/** Groups by root and known name. */
const groupsByName = oncePerScan(({ resources }) =>
  Map.groupBy(
    resources.filter((each) => isParameterGroup(each)),
    (each) => `${rootOf(each)}\n${textOf(knownValueOf(each, 'name'))}`,
  ),
)

/**
 * First version in which rds.force_ssl is 1 where nobody set it: 15 for RDS ("Using SSL with a PostgreSQL DB instance",
 * RDS User Guide), 17 for Aurora ("Security with Amazon Aurora PostgreSQL", Aurora User Guide).
 */
function forcedFrom(isAurora: boolean): number {
  return isAurora ? 17 : 15
}

function judgeDefault(resource: Resource, version: Attribute | undefined): Verdict {
  if (version?.known !== true) return judge.unknown(`engine_version ${version?.why ?? 'is not set'}`, version)
  const major = /(\d+)/.exec(textOf(version.value))?.[1]
  if (major === undefined) return judge.unknown('the version cannot be told', version)
  const isAurora = textOf(knownValueOf(resource, 'engine')).startsWith('aurora')
  return Number(major) >= forcedFrom(isAurora)
    ? judge.pass(`rds.force_ssl of ${resource.address} has its default, 1`, version)
    : judge.fail(`rds.force_ssl of ${resource.address} has its default, 0`, version)
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
    return textOf(value.value) === '1'
      ? judge.pass(found, value)
      : mended(judge.fail(found, value), { set: `${path}.value`, to: '1' })
  }
  if (parameters?.known === false) return judge.unknown(`parameter ${parameters.why}`, parameters)
  return Number(version) >= forcedFrom(textOf(family.value).startsWith('aurora-'))
    ? judge.pass('rds.force_ssl is not set; the default is 1')
    : judge.fail('rds.force_ssl is not set; the default is 0')
}

const network = 'settings.0.ip_configuration.0'

/** `ssl_mode` wins over the older `require_ssl`; without both Cloud SQL takes connections as they come. */
function judgeGoogle(resource: Resource): Verdict {
  const version = attributeOf(resource, 'database_version')
  if (version?.known !== true)
    return judge.unknown(`database_version ${version?.why ?? 'is not set'}`, version)
  if (!textOf(version.value).startsWith('POSTGRES'))
    return judge.notApplicable(`database_version is ${textOf(version.value)}`, version)
  const mode = attributeOf(resource, `${network}.ssl_mode`)
  const required = attributeOf(resource, `${network}.require_ssl`)
  for (const each of [mode, required]) {
    if (each?.known === false) return judge.unknown(`ip_configuration ${each.why}`, each)
  }
  const isSecure =
    mode === undefined
      ? required !== undefined && isTrue(knownValueOf(resource, `${network}.require_ssl`) ?? null)
      : /^(ENCRYPTED_ONLY|TRUSTED_CLIENT_CERTIFICATE_REQUIRED)$/.test(
          textOf(knownValueOf(resource, `${network}.ssl_mode`)),
        )
  const at = mode ?? required
  return isSecure
    ? judge.pass('Cloud SQL refuses connections without TLS', at)
    : mended(judge.fail('Cloud SQL takes connections without TLS', at), {
        set: `${network}.ssl_mode`,
        to: 'ENCRYPTED_ONLY',
      })
}

/** As drivers write it too: `postgresql+asyncpg://…`, `jdbc:postgresql://…`. */
const address = /^(?:jdbc:)?postgres(?:ql)?(?:\+\w+)?:/
const addressName = /(^|_)(DATABASE|POSTGRES|PG)_?(URL|URI|DSN)$/

/** Environment values that are, or by their names may be, addresses of a PostgreSQL database. */
function urlPaths(resource: Resource): string[] {
  return childrenOf(resource, 'environment').filter((path) => {
    const value = attributeOf(resource, path)
    const isNamed = addressName.test(lastSegmentOf(path))
    if (value?.known !== true) return isNamed
    const text = textOf(value.value)
    // Another scheme is another database.
    return address.test(text) || (isNamed && text !== '' && !/^[\w+.-]+:/.test(text))
  })
}

function judgeUrl(resource: Resource, path: string): Verdict {
  const attribute = attributeOf(resource, path)
  if (attribute?.known !== true) return judge.unknown(`${path} ${attribute?.why ?? 'is not set'}`, attribute)
  const text = textOf(attribute.value)
  const mode = /[?&\s](?:sslmode|ssl)=([\w-]+)/.exec(text)?.[1]?.toLowerCase()
  if (mode !== undefined && /^(require|verify-ca|verify-full|true|1)$/.test(mode)) {
    return judge.pass(`sslmode is ${mode}`, attribute)
  }
  const host = hostOf(text)
  if (host === undefined) return judge.unknown(`${path} is not read`, attribute)
  if (/^(localhost|127\.[\d.]+|\[?::1\]?|\/.*|)$/.test(host) || /^%2f/i.test(host))
    return judge.pass('the connection stays on the machine', attribute)
  return judge.fail(mode === undefined ? 'sslmode is not set' : `sslmode is ${mode}`, attribute)
}

/** Reads the host of a URL, or of `host=db user=app`; undefined for what is neither. */
function hostOf(text: string): string | undefined {
  const url = /^(?:jdbc:)?postgres(?:ql)?(?:\+\w+)?:\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/?]*)/.exec(text)?.[1]
  return url ?? /(?:^|\s)host=(\S*)/.exec(text)?.[1]
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
  const sessions = attributeOf(resource, 'sessions.remote_without_tls')
  const plainSessions = sessions?.known === true ? Number(sessions.value) : 0
  if (plainSessions > 0) return judge.fail(`${plainSessions} sessions from elsewhere are without TLS`)
  const all = inFile(evidence, resource).filter((each) => isRule(each))
  const rules = all.filter((each) => isRemoteRule(each, resource))
  const plain = rules.find((rule) => ['host', 'hostnossl'].includes(textOf(knownValueOf(rule, 'type'))))
  if (plain !== undefined) return judge.fail(`${plain.address} lets a connection in without TLS`)
  if (all.length === 0 || rules.some((rule) => knownValueOf(rule, 'type') === undefined))
    return judge.unknown('ssl is on; whether pg_hba.conf requires it could not be read')
  return sessions?.known === false
    ? judge.unknown(`ssl is on; which sessions there are ${sessions.why}`)
    : judge.pass('ssl is on, and remote rules require it')
}
