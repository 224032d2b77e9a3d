/** Buckets block public access, all four ways. */
import type { Evidence, Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isBucket, judgeSetting } from '../read/bucket.ts'
import { inModule } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue, worstOf } from '../verdict.ts'

const judge = judgeBy(
  'block_public_acls, block_public_policy, ignore_public_acls and restrict_public_buckets are true',
  'add aws_s3_bucket_public_access_block with all four set to true',
)

const flags = ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets']

export const control: Control = {
  id: 'DAT-01',
  sources: ['terraform'],
  applies: isBucket,
  check: judgeBucket,
}

function judgeBucket(bucket: Resource, evidence: Evidence): Verdict {
  const own = judgeSetting(judge, bucket, evidence, {
    type: 'aws_s3_bucket_public_access_block',
    check: judgeFlags,
    without: () => judge.fail('nothing blocks public access'),
  })
  if (own.status !== 'fail') return own
  const account = inModule(evidence, bucket, 'aws_s3_account_public_access_block').map(judgeFlags)
  return account.some(({ status }) => status === 'pass') ? judge.pass('blocked for the whole account') : own
}

/** All four are false unless they are written. */
function judgeFlags(block: Resource): Verdict {
  const verdicts = flags.map((path) => judgeValue(judge, block, { path, accepts: isTrue, absent: 'fail' }))
  return worstOf(verdicts, judge.fail('no flag is set'))
}
