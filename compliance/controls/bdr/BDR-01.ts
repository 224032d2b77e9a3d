/** Databases are backed up every day, and backups kept as long as the environment needs. */
import type { Evidence, Resource } from '../../evidence.ts'
import { parameterOf, type ParameterName } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { unlessReplica } from '../read/replica.ts'
import { judgeSettingOf } from '../read/setting.ts'
import { environmentOf, isTagHidden, ofType, tagOf } from '../read/terraform.ts'
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
  check: (resource, evidence) => unlessReplica(judge, resource, () => judgeBackups(resource, evidence)),
}

/** What tenants of a tier have bought, where it is more than others get. */
const tiers: Readonly<Record<string, ParameterName>> = {
  premium: 'BDR-01.premium_days',
  enterprise: 'BDR-01.enterprise_days',
}

const tierTags = ['tier', 'Tier']

function judgeBackups(resource: Resource, evidence: Evidence): readonly Verdict[] {
  const environment = environmentOf(resource, evidence)
  const least = parameterOf('BDR-01.days', environment, evidence.parameters)
  if (isGoogle(resource)) {
    const bought = (tier: ParameterName) => parameterOf(tier, environment, evidence.parameters)
    const named = tagOf(resource, evidence, tierTags)
    if (named === undefined && isTagHidden(resource, evidence, tierTags)) {
      return judgeUntiered(resource, least, Math.max(least, ...Object.values(tiers).map(bought)))
    }
    const tier = tiers[(named ?? '').toLowerCase()]
    return judgeGoogle(resource, tier === undefined ? least : Math.max(least, bought(tier)))
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

/** Where nobody knows the tier, what is enough for none fails, and only what is enough for all passes. */
function judgeUntiered(resource: Resource, least: number, most: number): readonly Verdict[] {
  const verdicts = judgeGoogle(resource, least)
  const isEnough = judgeGoogle(resource, most).every(({ status }) => status === 'pass')
  return isEnough || verdicts.some(({ status }) => status !== 'pass')
    ? verdicts
    : [judge.unknown('which tier it is of is not known')]
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
