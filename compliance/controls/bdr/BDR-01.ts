/** Databases are backed up every day, and backups kept as long as the environment needs. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf, type ParameterName } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { judgeSettingOf } from '../read/setting.ts'
import { environmentOf, ofType, tagOf } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'backups are kept for at least 30 days in production, 14 in staging, 7 in development; 90 and 365 for the tiers that bought them',
  'set backup_retention_period = 30 (on Google Cloud retained_backups) and tag the environment',
)

const isGoogle = ofType('google_sql_database_instance')
const database = (days: number) => ({
  file: 'main.tf',
  text: `resource "aws_db_instance" "main" {\n  engine                  = "postgres"\n  backup_retention_period = ${days}\n}\n`,
})

export const control: Control = {
  id: 'BDR-01',
  page: {
    why: 'Damage is often noticed weeks later. A backup of last week then holds the damage, and the good one is gone.',
    good: [database(30)],
    bad: [database(7)],
  },
  sources: ['terraform'],
  applies: (resource) => isGoogle(resource) || ofType('aws_db_instance', 'aws_rds_cluster')(resource),
  check: judgeBackups,
}

/** What tenants of a tier have bought, where it is more than others get. */
const tiers: Readonly<Record<string, ParameterName>> = {
  premium: 'BDR-01.premium_days',
  enterprise: 'BDR-01.enterprise_days',
}

function judgeBackups(resource: Resource, evidence: Evidence): readonly Verdict[] {
  if (
    ['replicate_source_db', 'master_instance_name'].some((path) => attributeOf(resource, path) !== undefined)
  ) {
    return [judge.notApplicable('it is a replica of another one')]
  }
  const environment = environmentOf(resource, evidence)
  const least = parameterOf('BDR-01.days', environment, evidence.parameters)
  if (isGoogle(resource)) {
    const tier = tiers[(tagOf(resource, evidence, ['tier', 'Tier']) ?? '').toLowerCase()]
    const bought = tier === undefined ? 0 : parameterOf(tier, environment, evidence.parameters)
    return judgeGoogle(resource, Math.max(least, bought))
  }
  return [
    judgeSettingOf(judge, resource, {
      path: 'backup_retention_period',
      accepts: (value) => Number(value) >= least,
      // Without it an instance has no backups at all and a cluster keeps them for one day.
      absent: 'fail',
      to: least,
    }),
  ]
}

/** Without the block nothing is backed up; with it seven backups are kept, one a day. */
function judgeGoogle(resource: Resource, least: number): readonly Verdict[] {
  const path = 'settings.0.backup_configuration.0'
  return [
    judgeSettingOf(judge, resource, { path: `${path}.enabled`, accepts: isTrue, absent: 'fail', to: true }),
    judgeSettingOf(judge, resource, {
      path: `${path}.backup_retention_settings.0.retained_backups`,
      accepts: (value) => Number(value) >= least,
      absent: least <= 7 ? 'pass' : 'fail',
      to: least,
    }),
  ]
}
