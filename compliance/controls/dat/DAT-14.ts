/** Every store says how secret its data is. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { labelOf } from '../read/classification.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'a tag or label DataClassification, of the store or of the provider for all it makes',
  'add the tag DataClassification (on Google Cloud the label data_classification) with its class',
)

const bucket = (line: string) => ({
  file: 'main.tf',
  text: `resource "aws_s3_bucket" "records" {\n  bucket = "campus-records"\n${line}}\n`,
})

export const control: Control = {
  id: 'DAT-14',
  page: {
    why: 'Who does not know which stores hold education records can neither protect them more than others, nor delete them in time.',
    good: [bucket('  tags   = { DataClassification = "restricted" }\n')],
    bad: [bucket('  tags   = { Owner = "platform" }\n')],
  },
  sources: ['terraform'],
  applies: ofType(
    'aws_s3_bucket',
    'aws_db_instance',
    'aws_rds_cluster',
    'aws_dynamodb_table',
    'aws_docdb_cluster',
    'aws_redshift_cluster',
    'aws_ebs_volume',
    'aws_efs_file_system',
    'google_storage_bucket',
    'google_sql_database_instance',
    'google_compute_disk',
    'google_filestore_instance',
    'google_bigquery_dataset',
  ),
  check: judgeStore,
}

function judgeStore(store: Resource, evidence: Evidence): Verdict {
  const { text, hidden } = labelOf(store, evidence)
  if (text !== undefined) return judge.pass(`it is labelled ${text}`)
  if (hidden !== undefined) return judge.unknown(`its label ${hidden.why}`, hidden)
  const whole = attributeOf(store, '')
  return whole?.known === false ? judge.unknown(whole.why) : judge.fail('nothing says how secret its data is')
}
