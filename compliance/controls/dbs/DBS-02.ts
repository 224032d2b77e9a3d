/** The storage of databases is encrypted. */
import type { Control } from '../control.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'storage is encrypted',
  'set the attribute to true; an existing database is copied by way of an encrypted snapshot',
)

/** Attribute that turns encryption on, by type; a report never trusts a default that provider versions change. */
const switches: Readonly<Record<string, string>> = {
  aws_db_instance: 'storage_encrypted',
  aws_rds_cluster: 'storage_encrypted',
  aws_docdb_cluster: 'storage_encrypted',
  aws_neptune_cluster: 'storage_encrypted',
  aws_redshift_cluster: 'encrypted',
}

export const control: Control = {
  id: 'DBS-02',
  sources: ['terraform'],
  applies: ofType(...Object.keys(switches)),
  check: (resource) => {
    // Only types of the table reach it.
    const path = switches[resource.type] ?? 'storage_encrypted'
    return judgeValue(judge, resource, { path, accepts: isTrue, absent: 'fail' })
  },
}
