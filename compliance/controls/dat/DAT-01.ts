/** Buckets block public access, all four ways. */
import type { Evidence, Resource } from '../../evidence.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { isBucket } from '../read/bucket.ts'
import { blockFlags, judgeBlock } from '../read/public-access-block.ts'
import { mended } from '../read/mend.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'block_public_acls, block_public_policy, ignore_public_acls and restrict_public_buckets are true',
  'add aws_s3_bucket_public_access_block with all four set to true',
)

const bucket = 'resource "aws_s3_bucket" "records" {\n  bucket = "campus-records"\n}\n'
const block = (flag: boolean) =>
  `resource "aws_s3_bucket_public_access_block" "records" {
  bucket                  = aws_s3_bucket.records.id
  block_public_acls       = true
  block_public_policy     = ${String(flag)}
  ignore_public_acls      = true
  restrict_public_buckets = true
}
`

export const control: Control = {
  id: 'DAT-01',
  page: {
    why: 'One careless policy or object list makes records public. The block holds even when somebody writes one.',
    good: [{ file: 'main.tf', text: bucket + block(true) }],
    bad: [{ file: 'main.tf', text: bucket + block(false) }],
  },
  sources: ['terraform'],
  applies: isBucket,
  check: judgeBucket,
}

function judgeBucket(bucket: Resource, evidence: Evidence): Verdict {
  const verdict = judgeBlock(judge, bucket, evidence)
  // A block that is there has flags of its own to mend.
  return verdict.at === undefined ? mended(verdict, ...blockFor(bucket)) : verdict
}

/** A block beside the bucket; one of several instances would need a key nobody can write here. */
function blockFor({ address, name }: Resource): Mend[] {
  if (address !== `aws_s3_bucket.${name}`) return []
  const lines = [`bucket = ${address}.id`, ...blockFlags.map((flag) => `${flag} = true`)]
  return [{ after: `resource "aws_s3_bucket_public_access_block" "${name}" {\n  ${lines.join('\n  ')}\n}\n` }]
}
