/** Buckets with education records are encrypted under a key of the customer; the others at least under one of AWS. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isBucket, judgeSetting } from '../read/bucket.ts'
import { classificationTags, tagOf } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'aws:kms for buckets labelled restricted; the default SSE-S3 is enough for others',
  'add aws_s3_bucket_server_side_encryption_configuration with sse_algorithm "aws:kms" and a key of your own',
)

export const control: Control = {
  id: 'DAT-03',
  sources: ['terraform'],
  applies: isBucket,
  check: judgeBucket,
}

function judgeBucket(bucket: Resource, evidence: Evidence): Verdict {
  const label = tagOf(bucket, evidence, classificationTags)
  const tags = classificationTags.map((name) => attributeOf(bucket, `tags.${name}`))
  const hidden = label === undefined ? tags.find((tag) => tag?.known === false) : undefined
  const isRestricted = hidden !== undefined || /restricted|confidential/i.test(label ?? '')
  const verdict = judgeSetting(judge, bucket, evidence, {
    type: 'aws_s3_bucket_server_side_encryption_configuration',
    check: (setting) => judgeAlgorithm(setting, isRestricted),
    // New buckets are encrypted with SSE-S3 since January 2023.
    without: () =>
      isRestricted
        ? judge.fail('labelled restricted and encrypted by the default key only')
        : judge.pass('not labelled restricted; the default SSE-S3 encrypts it'),
  })
  return hidden?.known === false && verdict.status === 'fail'
    ? judge.unknown(`its label ${hidden.why}`, hidden)
    : verdict
}

function judgeAlgorithm(setting: Resource, isRestricted: boolean): Verdict {
  const path = 'rule.0.apply_server_side_encryption_by_default.0.sse_algorithm'
  const algorithm = attributeOf(setting, path)
  if (algorithm === undefined) return judge.unknown('sse_algorithm is not set')
  if (!algorithm.known) return judge.unknown(`sse_algorithm ${algorithm.why}`, algorithm)
  const found = `sse_algorithm is ${textOf(algorithm.value)}`
  const isKms = /^aws:kms(:dsse)?$/.test(textOf(algorithm.value))
  return isKms || !isRestricted ? judge.pass(found, algorithm) : judge.fail(found, algorithm)
}
