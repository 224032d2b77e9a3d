/** The engine gets its fixes: small ones by itself, and from a major version that still has some. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf, type ParameterName } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { isCloudSql } from '../read/google-sql.ts'
import { isServer } from '../read/postgres.ts'
import { judgeSettingOf } from '../read/setting.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'minor versions are installed automatically, and the major version still gets fixes',
  'leave auto_minor_version_upgrade on, and upgrade to a supported major version',
)

const database = (line: string) => ({
  file: 'main.tf',
  text: `resource "aws_db_instance" "main" {\n  engine = "postgres"\n${line}}\n`,
})

export const control: Control = {
  id: 'DBS-05',
  page: {
    why: 'Holes in old versions are known to everybody. A version without fixes keeps them for good.',
    good: [database('  engine_version = "17.5"\n')],
    bad: [database('  engine_version             = "17.5"\n  auto_minor_version_upgrade = false\n')],
  },
  sources: ['terraform', 'postgres'],
  applies: (resource) =>
    isServer(resource) ||
    isCloudSql(resource) ||
    ofType('aws_db_instance', 'aws_rds_cluster_instance', 'aws_rds_cluster')(resource),
  check: (resource, evidence) => {
    if (isServer(resource)) return judgeServer(resource, evidence)
    return isCloudSql(resource) ? judgeCloud(resource, evidence) : judgeManaged(resource, evidence)
  },
}

const floors: Readonly<Record<string, ParameterName>> = {
  postgres: 'DBS-05.postgresql',
  'aurora-postgresql': 'DBS-05.postgresql',
  mysql: 'DBS-05.mysql',
  'aurora-mysql': 'DBS-05.mysql',
  'sqlserver-ee': 'DBS-05.sqlserver',
  'sqlserver-se': 'DBS-05.sqlserver',
  'sqlserver-ex': 'DBS-05.sqlserver',
  'sqlserver-web': 'DBS-05.sqlserver',
}

/** Releases of SQL Server by the number their versions begin with. */
const releases: Readonly<Record<string, number>> = {
  12: 2014,
  13: 2016,
  14: 2017,
  15: 2019,
  16: 2022,
  17: 2025,
}

const cloudFloors: Readonly<Record<string, ParameterName>> = {
  POSTGRES: 'DBS-05.postgresql',
  MYSQL: 'DBS-05.mysql',
  SQLSERVER: 'DBS-05.sqlserver',
}

function judgeServer(server: Resource, evidence: Evidence): Verdict {
  const version = attributeOf(server, 'about.version_num')
  if (version?.known !== true) return judge.unknown(`its version ${version?.why ?? 'was not told'}`)
  const major = Math.floor(Number(version.value) / 10_000)
  return judgeMajor(major, parameterOf('DBS-05.postgresql', 'production', evidence.parameters))
}

function judgeMajor(major: number, least: number): Verdict {
  const found = `its major version is ${major}`
  return major >= least ? judge.pass(found) : judge.fail(`${found}, the oldest with fixes is ${least}`)
}

function judgeManaged(database: Resource, evidence: Evidence): readonly Verdict[] {
  const whole = attributeOf(database, '')
  if (whole?.known === false) return [judge.unknown(whole.why)]
  const path = 'auto_minor_version_upgrade'
  const minor = judgeSettingOf(judge, database, { path, accepts: isTrue, absent: 'pass', to: true })
  const engine = textOf(knownValueOf(database, 'engine'))
  const floor = Object.hasOwn(floors, engine) ? floors[engine] : undefined
  const version = attributeOf(database, 'engine_version')
  // A cluster leaves minor versions to its instances; without a version AWS takes a current one.
  const own = database.type === 'aws_rds_cluster' ? [] : [minor]
  if (floor === undefined || version === undefined) {
    return own.length > 0 ? own : [judge.pass('AWS takes a current version')]
  }
  if (!version.known)
    return [...own, { ...judge.unknown(`engine_version ${version.why}`, version), part: 'major' }]
  const major = majorOf(engine, textOf(version.value))
  if (major === undefined)
    return own.length > 0 ? own : [judge.unknown('which version it is cannot be told', version)]
  const least = parameterOf(floor, 'production', evidence.parameters)
  return [...own, { ...judgeMajor(major, least), part: 'major', at: version }]
}

/** Aurora MySQL writes its own version behind that of MySQL, or 3.x for 8.0 alone. */
function majorOf(engine: string, version: string): number | undefined {
  const [first] = version.split('.')
  const major = Number(first)
  if (first === undefined || !Number.isInteger(major)) return undefined
  if (engine.startsWith('sqlserver-')) return Object.hasOwn(releases, first) ? releases[first] : undefined
  return engine === 'aurora-mysql' && major === 3 ? 8 : major
}

/** Google installs minor versions in the maintenance window, always. */
function judgeCloud(instance: Resource, evidence: Evidence): Verdict {
  const version = attributeOf(instance, 'database_version')
  if (version === undefined) return judge.notApplicable('a copy has the version of what it is made from')
  if (!version.known) return judge.unknown(`database_version ${version.why}`, version)
  const [, engine = '', major] = /^([A-Z]+)_(\d+)/.exec(textOf(version.value)) ?? []
  const floor = Object.hasOwn(cloudFloors, engine) ? cloudFloors[engine] : undefined
  if (floor === undefined) return judge.unknown(`it runs ${textOf(version.value)}`, version)
  return { ...judgeMajor(Number(major), parameterOf(floor, 'production', evidence.parameters)), at: version }
}
