/** A database can be brought back to any moment of the last week. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { archives, archiving, isPostgresService } from '../read/postgres-service.ts'
import { isServer, settingOf } from '../read/postgres.ts'
import { unlessReplica } from '../read/replica.ts'
import { judgeSettingOf } from '../read/setting.ts'
import { environmentOf, ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'the log of changes is archived all the time and kept for at least 7 days',
  'keep backups of a managed database for 7 days or more; else set archive_mode = on with an archive_command that works',
)

const isGoogle = ofType('google_sql_database_instance')
const google = (enabled: boolean) => ({
  file: 'main.tf',
  text: `resource "google_sql_database_instance" "main" {
  database_version = "POSTGRES_16"
  settings {
    tier = "db-custom-2-8192"
    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = ${String(enabled)}
    }
  }
}
`,
})

export const control: Control = {
  id: 'BDR-02',
  page: {
    why: 'A backup of last night loses the grades of today. With the log of changes, the last good minute comes back.',
    good: [google(true)],
    bad: [google(false)],
  },
  sources: ['terraform', 'postgres', 'compose'],
  applies: (resource) =>
    isServer(resource) ||
    isPostgresService(resource) ||
    isGoogle(resource) ||
    ofType('aws_db_instance', 'aws_rds_cluster')(resource),
  check: (resource, evidence) => {
    if (isServer(resource)) return judgeServer(resource)
    if (isPostgresService(resource)) return archiving(judge, resource, evidence)
    return unlessReplica(judge, resource, () => judgeManaged(resource, evidence))
  },
}

function judgeManaged(resource: Resource, evidence: Evidence): Verdict | readonly Verdict[] {
  const least = parameterOf('BDR-02.days', environmentOf(resource, evidence), evidence.parameters)
  const isEnough = (value: unknown): boolean => Number(value) >= least
  if (!isGoogle(resource)) {
    const path = 'backup_retention_period'
    return judgeSettingOf(judge, resource, { path, accepts: isEnough, absent: 'fail', to: least })
  }
  const path = 'settings.0.backup_configuration.0'
  const isMysql = textOf(knownValueOf(resource, 'database_version')).startsWith('MYSQL')
  const log = isMysql ? 'binary_log_enabled' : 'point_in_time_recovery_enabled'
  const backups = { path: `${path}.enabled`, accepts: isTrue, absent: 'fail', to: true } as const
  return [
    // The log is laid over a backup; of MySQL, Cloud SQL refuses a log without backups.
    ...(isMysql ? [] : [judgeSettingOf(judge, resource, backups)]),
    judgeSettingOf(judge, resource, { path: `${path}.${log}`, accepts: isTrue, absent: 'fail', to: true }),
    judgeSettingOf(judge, resource, {
      path: `${path}.transaction_log_retention_days`,
      accepts: isEnough,
      // Seven days; Enterprise Plus keeps fourteen.
      absent: least <= 7 ? 'pass' : 'fail',
      to: least,
    }),
  ]
}

function judgeServer(server: Resource): Verdict {
  const isStandby = attributeOf(server, 'about.is_standby')
  if (isStandby?.known === true && isTrue(isStandby.value)) return judge.notApplicable('its primary archives')
  const mode = settingOf(server, 'archive_mode')
  if (mode?.known !== true) return judge.unknown(`archive_mode ${mode?.why ?? 'was not told'}`)
  if (mode.value === 'off') return judge.fail('archive_mode is off')
  const ways = ['archive_command', 'archive_library'].map((name) => settingOf(server, name))
  const hasWay = ways.some((way) => way?.known === true && archives(textOf(way.value)))
  const hidden = ways.find((way) => way?.known === false)
  if (!hasWay && hidden === undefined)
    return judge.fail('neither archive_command nor archive_library keeps anything')
  const failing = attributeOf(server, 'archiver.is_failing')
  const works =
    failing?.known !== true
      ? judge.unknown(`the archiver ${failing?.why ?? 'was not asked'}`)
      : judgeArchiver(server, failing.value === true)
  return worstOf([hasWay ? works : judge.unknown('the way of archiving is not told'), works], works)
}

function judgeArchiver(server: Resource, isFailing: boolean): Verdict {
  const archived = Number(knownValueOf(server, 'archiver.archived') ?? 0)
  const failed = Number(knownValueOf(server, 'archiver.failed') ?? 0)
  if (isFailing || (archived === 0 && failed > 0)) return judge.fail('the last attempt to archive failed')
  if (archived === 0) return judge.unknown('nothing was archived yet')
  return judge.pass(`${archived} segments were archived, and the last attempt worked`)
}
