/** Buckets keep what was overwritten or deleted. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isBucket, judgeSetting } from '../read/bucket.ts'
import { judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy('versioning is enabled', 'add aws_s3_bucket_versioning with status = "Enabled"')

export const control: Control = {
  id: 'DAT-04',
  sources: ['terraform'],
  applies: isBucket,
  check: judgeBucket,
}

function judgeBucket(bucket: Resource, evidence: Evidence): Verdict {
  // The way of provider versions before 4.
  if (attributeOf(bucket, 'versioning.0.enabled') !== undefined) {
    return judgeValue(judge, bucket, {
      path: 'versioning.0.enabled',
      accepts: (value) => value === true || value === 'true',
      absent: 'fail',
    })
  }
  return judgeSetting(judge, bucket, evidence, {
    type: 'aws_s3_bucket_versioning',
    check: (setting) =>
      judgeValue(judge, setting, {
        path: 'versioning_configuration.0.status',
        accepts: (value) => value === 'Enabled',
        absent: 'fail',
      }),
    without: () => judge.fail('versioning is not set'),
  })
}
