/** Buckets block public access, all four ways. */
import type { Evidence, Resource } from '../../evidence.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { isBucket, judgeSetting } from '../read/bucket.ts'
import { mendedBy } from '../read/setting.ts'
import { inModule } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue, worstOf } from '../verdict.ts'

const judge = judgeBy(
  'block_public_acls, block_public_policy, ignore_public_acls and restrict_public_buckets are true',
  'add aws_s3_bucket_public_access_block with all four set to true',
)

const flags = ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets']

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
  const own = judgeSetting(judge, bucket, evidence, {
    type: 'aws_s3_bucket_public_access_block',
    check: judgeFlags,
    without: () => mendedBy(judge.fail('nothing blocks public access'), ...blockFor(bucket)),
  })
  if (own.status !== 'fail') return own
  const account = inModule(evidence, bucket, 'aws_s3_account_public_access_block').map(judgeFlags)
  return account.some(({ status }) => status === 'pass') ? judge.pass('blocked for the whole account') : own
}

/** A block beside the bucket; one of several instances would need a key nobody can write here. */
function blockFor({ address, name }: Resource): Mend[] {
  if (address !== `aws_s3_bucket.${name}`) return []
  const lines = [`bucket = ${address}.id`, ...flags.map((flag) => `${flag} = true`)]
  return [{ after: `resource "aws_s3_bucket_public_access_block" "${name}" {\n  ${lines.join('\n  ')}\n}\n` }]
}

/** All four are false unless they are written. */
function judgeFlags(block: Resource): Verdict {
  const verdicts = flags.map((path) => judgeValue(judge, block, { path, accepts: isTrue, absent: 'fail' }))
  return worstOf(verdicts, judge.fail('no flag is set'))
}
