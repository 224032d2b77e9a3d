/** Buckets keep what was overwritten or deleted. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { isBucket, judgeSetting } from '../read/bucket.ts'
import { mended } from '../read/mend.ts'
import { judgeSettingOf } from '../read/setting.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'

const judge = judgeBy('versioning is enabled', 'add aws_s3_bucket_versioning with status = "Enabled"')

const bucket = 'resource "aws_s3_bucket" "records" {\n  bucket = "campus-records"\n}\n'
const versioning = (name: string, bucketId: string) =>
  `resource "aws_s3_bucket_versioning" "${name}" {\n  bucket = ${bucketId}\n\n  versioning_configuration {\n    status = "Enabled"\n  }\n}\n`

export const control: Control = {
  id: 'DAT-04',
  page: {
    why: 'What is overwritten by a mistake, or encrypted by somebody who wants money, can be taken back.',
    good: [{ file: 'main.tf', text: bucket + versioning('records', 'aws_s3_bucket.records.id') }],
    bad: [{ file: 'main.tf', text: bucket }],
  },
  sources: ['terraform'],
  applies: (resource) => isBucket(resource) || ofType('google_storage_bucket')(resource),
  check: judgeBucket,
}

function judgeBucket(bucket: Resource, evidence: Evidence): Verdict {
  const inline = { path: 'versioning.0.enabled', accepts: isTrue, absent: 'fail', to: true } as const
  // The way of Google Cloud, and of versions before 4 of the provider of AWS.
  if (!isBucket(bucket) || attributeOf(bucket, inline.path) !== undefined) {
    return judgeSettingOf(judge, bucket, inline)
  }
  return judgeSetting(judge, bucket, evidence, {
    type: 'aws_s3_bucket_versioning',
    check: (setting) =>
      judgeSettingOf(judge, setting, {
        path: 'versioning_configuration.0.status',
        accepts: (value) => value === 'Enabled',
        absent: 'fail',
      }),
    without: () => mended(judge.fail('versioning is not set'), ...versioningFor(bucket)),
  })
}

/** One of several instances would need a key nobody can write here. */
function versioningFor({ address, name }: Resource): Mend[] {
  return address === `aws_s3_bucket.${name}` ? [{ after: versioning(name, `${address}.id`) }] : []
}
