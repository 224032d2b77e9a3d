/** Production databases stand in two zones. */
import type { Evidence, Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isCloudSql } from '../read/google-sql.ts'
import { unlessReplica } from '../read/replica.ts'
import { judgeSettingOf } from '../read/setting.ts'
import { environmentOf, ofType, tagOf } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'multi_az is true in production; on Google Cloud availability_type is REGIONAL',
  'set multi_az = true, or availability_type = "REGIONAL"',
)

const database = (zones: boolean) => ({
  file: 'main.tf',
  text: `resource "aws_db_instance" "main" {\n  engine   = "postgres"\n  multi_az = ${String(zones)}\n}\n`,
})

export const control: Control = {
  id: 'DBS-03',
  page: {
    why: 'When the zone of the only instance fails, restoring takes an hour; a standby in another zone takes over in a minute.',
    good: [database(true)],
    bad: [database(false)],
  },
  sources: ['terraform'],
  applies: (resource) => isCloudSql(resource) || ofType('aws_db_instance')(resource),
  check: (resource, evidence) => unlessReplica(judge, resource, () => judgeZones(resource, evidence)),
}

function judgeZones(resource: Resource, evidence: Evidence): Verdict {
  const environment = environmentOf(resource, evidence)
  if (environment !== 'production') return judge.notApplicable(`it belongs to ${environment}`)
  if (!isCloudSql(resource)) {
    return judgeSettingOf(judge, resource, { path: 'multi_az', accepts: isTrue, absent: 'fail', to: true })
  }
  // Tenants of the other tiers have not bought a second zone.
  const tier = tagOf(resource, evidence, ['tier', 'Tier'])
  if (tier !== undefined && tier.toLowerCase() !== 'enterprise')
    return judge.notApplicable(`its tier is ${tier}`)
  return judgeSettingOf(judge, resource, {
    path: 'settings.0.availability_type',
    accepts: (value) => value === 'REGIONAL',
    absent: 'fail',
    to: 'REGIONAL',
  })
}
