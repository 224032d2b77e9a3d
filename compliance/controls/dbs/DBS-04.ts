/** A database cannot be deleted by one command. */
import { attributeControl } from '../attribute-control.ts'
import { isTrue } from '../verdict.ts'

export const control = attributeControl({
  id: 'DBS-04',
  types: ['aws_db_instance', 'aws_rds_cluster'],
  path: 'deletion_protection',
  accepts: isTrue,
  absent: 'fail',
  expected: 'deletion_protection is true',
  fix: 'set deletion_protection = true',
})
