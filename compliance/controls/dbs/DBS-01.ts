/** Databases have no public address. */
import { attributeControl } from '../attribute-control.ts'
import { isFalse } from '../verdict.ts'

export const control = attributeControl({
  id: 'DBS-01',
  types: ['aws_db_instance', 'aws_rds_cluster_instance'],
  path: 'publicly_accessible',
  accepts: isFalse,
  absent: 'pass',
  expected: 'publicly_accessible is false',
  fix: 'set publicly_accessible = false and reach it from inside the network',
})
