/** The storage of databases is encrypted. */
import { attributeControl } from '../attribute-control.ts'
import { isTrue } from '../verdict.ts'

export const control = attributeControl({
  id: 'DBS-02',
  types: ['aws_db_instance', 'aws_rds_cluster'],
  path: 'storage_encrypted',
  accepts: isTrue,
  absent: 'fail',
  expected: 'storage_encrypted is true',
  fix: 'set storage_encrypted = true; an existing database is copied by way of an encrypted snapshot',
})
