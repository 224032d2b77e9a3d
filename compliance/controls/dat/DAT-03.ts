/** Buckets with education records are encrypted under a key of the customer; the others at least under one of AWS. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isBucket, judgeSetting } from '../read/bucket.ts'
import { isRestricted, labelOf } from '../read/classification.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'aws:kms for buckets labelled restricted; the default SSE-S3 is enough for others',
  'add aws_s3_bucket_server_side_encryption_configuration with sse_algorithm "aws:kms" and a key of your own',
)

const bucket = (algorithm: string) => ({
  file: 'main.tf',
  text: `resource "aws_s3_bucket" "records" {
  bucket = "campus-records"
  tags   = { DataClassification = "restricted" }
}
resource "aws_s3_bucket_server_side_encryption_configuration" "records" {
  bucket = aws_s3_bucket.records.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "${algorithm}"
    }
  }
}
`,
})

export const control: Control = {
  id: 'DAT-03',
  page: {
    why: 'With a key of your own, reading education records needs a second right, and taking the key away ends every copy.',
    good: [bucket('aws:kms')],
    bad: [bucket('AES256')],
  },
  sources: ['terraform'],
  applies: isBucket,
  check: judgeBucket,
}

function judgeBucket(bucket: Resource, evidence: Evidence): Verdict {
  const { text, hidden } = labelOf(bucket, evidence)
  const needsKey = hidden !== undefined || (text !== undefined && isRestricted(text))
  const verdict = judgeSetting(judge, bucket, evidence, {
    type: 'aws_s3_bucket_server_side_encryption_configuration',
    check: (setting) => judgeAlgorithm(setting, needsKey),
    // New buckets are encrypted with SSE-S3 since January 2023.
    without: () =>
      needsKey
        ? judge.fail('labelled restricted and encrypted by the default key only')
        : judge.pass('not labelled restricted; the default SSE-S3 encrypts it'),
  })
  return hidden !== undefined && verdict.status === 'fail'
    ? judge.unknown(`its label ${hidden.why}`, hidden)
    : verdict
}

function judgeAlgorithm(setting: Resource, needsKey: boolean): Verdict {
  const path = 'rule.0.apply_server_side_encryption_by_default.0.sse_algorithm'
  const algorithm = attributeOf(setting, path)
  if (algorithm === undefined) return judge.unknown('sse_algorithm is not set')
  if (!algorithm.known) return judge.unknown(`sse_algorithm ${algorithm.why}`, algorithm)
  const found = `sse_algorithm is ${textOf(algorithm.value)}`
  const isKms = /^aws:kms(:dsse)?$/.test(textOf(algorithm.value))
  return isKms || !needsKey ? judge.pass(found, algorithm) : judge.fail(found, algorithm)
}
