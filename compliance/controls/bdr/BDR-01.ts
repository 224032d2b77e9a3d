/** Databases are backed up every day, and backups kept as long as the environment needs. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { environmentOf, ofType } from '../read/terraform.ts'
import { judgeBy, judgeValue } from '../verdict.ts'

/** Days a backup is kept, by environment. */
const leastDays = { production: 30, staging: 14, development: 7 } as const

const judge = judgeBy(
  'backup_retention_period is at least 30 in production, 14 in staging, 7 in development',
  'set backup_retention_period = 30 and tag the environment',
)

export const control: Control = {
  id: 'BDR-01',
  sources: ['terraform'],
  applies: ofType('aws_db_instance', 'aws_rds_cluster'),
  check: judgeBackups,
}

function judgeBackups(resource: Resource, evidence: Evidence): Verdict {
  if (attributeOf(resource, 'replicate_source_db') !== undefined) {
    return judge.notApplicable('it is a replica of another one')
  }
  const least = leastDays[environmentOf(resource, evidence)]
  return judgeValue(judge, resource, {
    path: 'backup_retention_period',
    accepts: (value) => Number(value) >= least,
    // Without it an instance has no backups at all and a cluster keeps them for one day.
    absent: 'fail',
  })
}
