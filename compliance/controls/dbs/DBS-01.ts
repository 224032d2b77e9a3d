/** Databases have no public address. */
import { attributeOf } from '../../evidence.ts'
import type { Control } from '../control.ts'
import { ofType } from '../read/terraform.ts'
import { isFalse, judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'no public address is assigned',
  'set publicly_accessible (on Google Cloud ipv4_enabled) to false and reach it from inside the network',
)

const isGoogle = ofType('google_sql_database_instance')

export const control: Control = {
  id: 'DBS-01',
  sources: ['terraform'],
  applies: (resource) =>
    isGoogle(resource) || ofType('aws_db_instance', 'aws_rds_cluster_instance')(resource),
  check: (resource) => {
    if (!isGoogle(resource)) {
      return judgeValue(judge, resource, { path: 'publicly_accessible', accepts: isFalse, absent: 'pass' })
    }
    const settings = attributeOf(resource, 'settings')
    if (settings === undefined)
      return judge.notApplicable('a copy takes the settings of what it is made from')
    // Google Cloud assigns a public address unless it is told not to.
    return judgeValue(judge, resource, {
      path: 'settings.0.ip_configuration.0.ipv4_enabled',
      accepts: isFalse,
      absent: 'fail',
    })
  },
}
