/** Nobody, not even an administrator, changes or deletes what auditors will ask for. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isBucket } from '../read/bucket.ts'
import { inRoot } from '../read/neighbours.ts'
import { judgeLock, judgeRetention } from '../read/object-lock.ts'
import { ofType, refersTo } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'Object Lock with a default retention (on Google Cloud a locked retention policy)',
  'set object_lock_enabled = true and add aws_s3_bucket_object_lock_configuration with a default retention',
)

const bucket = (lines: string) => `resource "aws_s3_bucket" "audit" {\n  bucket = "campus-audit"\n${lines}}\n`
const lock = `resource "aws_s3_bucket_object_lock_configuration" "audit" {
  bucket = aws_s3_bucket.audit.id
  rule {
    default_retention {
      mode = "COMPLIANCE"
      days = 365
    }
  }
}
`

export const control: Control = {
  id: 'DAT-16',
  page: {
    why: 'Who breaks in deletes the traces first. A lock in time holds against every right he may have gained.',
    good: [{ file: 'main.tf', text: bucket('  object_lock_enabled = true\n') + lock }],
    bad: [{ file: 'main.tf', text: bucket('') }],
  },
  sources: ['terraform'],
  applies: (resource) => isBucket(resource) || ofType('google_storage_bucket')(resource),
  check: judgeBucket,
}

/** Words in names of buckets that hold evidence. */
const words =
  /(^|[-_.])(audit|audits|trail|cloudtrail|evidence|ledger|worm|compliance|forensics?)([-_.]|\d*$)/i

function judgeBucket(bucket: Resource, evidence: Evidence): Verdict {
  const path = isBucket(bucket) ? 'bucket' : 'name'
  const name = attributeOf(bucket, path)
  const said = textOf(knownValueOf(bucket, path))
  const isEvidence = words.test(said) || words.test(bucket.name) || isWrittenByTrail(bucket, said, evidence)
  if (!isEvidence) {
    return name?.known === false && name.expression === undefined && name.identity === undefined
      ? judge.unknown(`its name ${name.why}`, name)
      : judge.notApplicable('neither its name nor a trail says that it holds evidence')
  }
  return isBucket(bucket) ? judgeLock(judge, bucket, evidence) : judgeRetention(judge, bucket)
}

function isWrittenByTrail(bucket: Resource, name: string, evidence: Evidence): boolean {
  return inRoot(evidence, bucket, 'aws_cloudtrail').some(
    (trail) =>
      refersTo(attributeOf(trail, 's3_bucket_name'), bucket, name === '' ? undefined : name) === 'yes',
  )
}
