/** Whether what is in a bucket can be changed or deleted before its time. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import { isTrue, judgeValue, type Judge } from '../verdict.ts'
import { textOf } from '../text.ts'
import { judgeSetting } from './bucket.ts'

/** Judges Object Lock of S3: switched on, and with a retention for everything that is written. */
export function judgeLock(judge: Judge, bucket: Resource, evidence: Evidence): Verdict {
  const inline = childrenOf(bucket, 'object_lock_configuration')
  if (inline.length > 0) return judgeRule(judge, bucket, inline[0] ?? 'object_lock_configuration')
  const retention = judgeSetting(judge, bucket, evidence, {
    type: 'aws_s3_bucket_object_lock_configuration',
    check: (setting) => judgeRule(judge, setting, ''),
    without: () => judge.fail('no retention is set: objects can be changed and deleted'),
  })
  if (retention.status !== 'pass') return retention
  // The configuration of a bucket that was made without the switch is refused, or turns it on; off it is nowhere.
  const enabled = attributeOf(bucket, 'object_lock_enabled')
  return enabled?.known === true && enabled.value !== null && !isTrue(enabled.value)
    ? judge.fail('object_lock_enabled is false', enabled)
    : retention
}

function judgeRule(judge: Judge, holder: Resource, path: string): Verdict {
  const prefix = path === '' ? '' : `${path}.`
  const retention = `${prefix}rule.0.default_retention.0`
  const verdicts = ['days', 'years'].map((unit) =>
    judgeValue(judge, holder, {
      path: `${retention}.${unit}`,
      accepts: (value) => Number(value) > 0,
      absent: 'fail',
    }),
  )
  const found =
    verdicts.find(({ status }) => status === 'pass') ?? verdicts.find(({ status }) => status === 'unknown')
  if (found === undefined) return judge.fail('no default retention is set', attributeOf(holder, path))
  return found.status === 'pass'
    ? judge.pass(`locked by default ${textOf(knownValueOf(holder, `${retention}.mode`))}`.trim(), found.at)
    : found
}

/** Judges the retention policy of a bucket of Google Cloud: a time, and locked. */
export function judgeRetention(judge: Judge, bucket: Resource): Verdict {
  const path = 'retention_policy.0'
  if (attributeOf(bucket, path) === undefined) return judge.fail('no retention policy is set')
  const locked = judgeValue(judge, bucket, { path: `${path}.is_locked`, accepts: isTrue, absent: 'fail' })
  if (locked.status !== 'pass') return locked
  return judgeValue(judge, bucket, {
    path: `${path}.retention_period`,
    accepts: (value) => Number(value) > 0,
    absent: 'fail',
  })
}
