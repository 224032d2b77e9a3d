/** How controls read S3 buckets: since version 4 of the provider their settings are resources of their own. */
import type { Evidence, Resource } from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import { worstOf, type Judge } from '../verdict.ts'
import { attachedTo, ofType } from './terraform.ts'

export const isBucket = ofType('aws_s3_bucket')

export interface BucketRule {
  /** Type of the resource that holds the setting. */
  readonly type: string
  /** Judges the setting where it was written. */
  readonly check: (setting: Resource) => Verdict
  /** Judges a bucket that has no such setting. */
  readonly without: () => Verdict
}

/** Judges a setting of a bucket; one that may belong to another bucket is no proof. */
export function judgeSetting(judge: Judge, bucket: Resource, evidence: Evidence, rule: BucketRule): Verdict {
  const { certain, possible } = attachedTo(bucket, evidence, {
    type: rule.type,
    path: 'bucket',
    name: 'bucket',
  })
  if (certain.length > 0) {
    return worstOf(
      certain.map((setting) => ({ at: setting.position, ...rule.check(setting) })),
      rule.without(),
    )
  }
  const [maybe] = possible
  return maybe === undefined
    ? rule.without()
    : judge.unknown(`${maybe.address} may be for it`, maybe.position)
}
