/** The block of public access of S3: four flags, of a bucket or of the whole account; what either sets holds. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import { isTrue, judgeValue, worstOf, type Judge } from '../verdict.ts'
import { judgeSetting } from './bucket.ts'
import { inRoot } from './neighbours.ts'
import { attachedTo } from './terraform.ts'

export const blockFlags = [
  'block_public_acls',
  'block_public_policy',
  'ignore_public_acls',
  'restrict_public_buckets',
] as const

type Flag = (typeof blockFlags)[number]

const ofBucket = 'aws_s3_bucket_public_access_block'
const ofAccount = 'aws_s3_account_public_access_block'

/** Judges a bucket: its own block, or that of its account, has all four flags. */
export function judgeBlock(judge: Judge, bucket: Resource, evidence: Evidence): Verdict {
  const check = (block: Resource) => judgeFlags(judge, block)
  const own = judgeSetting(judge, bucket, evidence, {
    type: ofBucket,
    check,
    without: () => judge.fail('nothing blocks public access'),
  })
  if (own.status === 'pass') return own
  const account = inRoot(evidence, bucket, ofAccount).map(check)
  if (account.some(({ status }) => status === 'pass')) return judge.pass('blocked for the whole account')
  return own.status === 'fail' ? (account.find(({ status }) => status === 'unknown') ?? own) : own
}

/** All four are false unless they are written. */
function judgeFlags(judge: Judge, block: Resource): Verdict {
  const verdicts = blockFlags.map((path) =>
    judgeValue(judge, block, { path, accepts: isTrue, absent: 'fail' }),
  )
  return worstOf(verdicts, judge.fail('no flag is set'))
}

/** Tells whether a flag holds for a bucket: of a block that may be for it, or that nobody can read, it may. */
export function holdsFlag(flag: Flag, bucket: Resource, evidence: Evidence): 'yes' | 'no' | 'unknown' {
  const { certain, possible } = attachedTo(bucket, evidence, {
    type: ofBucket,
    path: 'bucket',
    name: 'bucket',
  })
  const answers = [...certain, ...inRoot(evidence, bucket, ofAccount)].map((block) => flagOf(block, flag))
  if (answers.includes('yes')) return 'yes'
  const mayHold = possible.some((block) => flagOf(block, flag) !== 'no')
  return mayHold || answers.includes('unknown') ? 'unknown' : 'no'
}

function flagOf(block: Resource, flag: Flag): 'yes' | 'no' | 'unknown' {
  const attribute = attributeOf(block, flag)
  if (attribute?.known === false) return 'unknown'
  return attribute !== undefined && isTrue(attribute.value) ? 'yes' : 'no'
}
