/** Who read or changed an object of a bucket is recorded. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isBucket, judgeSetting } from '../read/bucket.ts'
import { isReferredTo, ofType } from '../read/terraform.ts'
import { trailsObjectsOf } from '../read/trail.ts'
import { judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'access logging to another bucket, or a trail that records the events of its objects',
  'add aws_s3_bucket_logging, or a data event selector for the bucket to the trail',
)

const bucket = 'resource "aws_s3_bucket" "records" {\n  bucket = "campus-records"\n}\n'

export const control: Control = {
  id: 'DAT-05',
  page: {
    why: 'Without it nobody can tell after a leak which records were read, and by whom: everybody has to be told.',
    good: [
      {
        file: 'main.tf',
        text: `${bucket}resource "aws_s3_bucket_logging" "records" {\n  bucket        = aws_s3_bucket.records.id\n  target_bucket = "campus-access-logs"\n  target_prefix = "records/"\n}\n`,
      },
    ],
    bad: [{ file: 'main.tf', text: bucket }],
  },
  sources: ['terraform'],
  applies: (resource) => isBucket(resource) || ofType('google_storage_bucket')(resource),
  check: judgeBucket,
}

function judgeBucket(bucket: Resource, evidence: Evidence): Verdict {
  if (!isBucket(bucket)) {
    return judgeValue(judge, bucket, {
      path: 'logging.0.log_bucket',
      accepts: (value) => value !== '',
      absent: takesLogs(bucket, evidence) ? 'not-applicable' : 'fail',
    })
  }
  // The way of provider versions before 4.
  const inline = attributeOf(bucket, 'logging')
  if (inline !== undefined) {
    return inline.known || childrenOf(bucket, 'logging').length > 0
      ? judge.pass('access is logged', inline)
      : judge.unknown(`logging ${inline.why}`, inline)
  }
  const own = judgeSetting(judge, bucket, evidence, {
    type: 'aws_s3_bucket_logging',
    check: (setting) => judge.pass('access is logged', setting.position),
    without: () => judge.fail('access is not logged'),
  })
  if (own.status === 'pass') return own
  const trailed = trailsObjectsOf(bucket, evidence)
  if (trailed === 'yes') return judge.pass('a trail records the events of its objects')
  if (takesLogs(bucket, evidence)) return judge.notApplicable('it takes the access logs of others')
  return trailed === 'maybe' && own.status === 'fail' ? judge.unknown('a trail may record its objects') : own
}

/** A bucket of access logs that logged itself would never be done. */
function takesLogs(bucket: Resource, evidence: Evidence): boolean {
  if (knownValueOf(bucket, 'acl') === 'log-delivery-write') return true
  const value = knownValueOf(bucket, bucket.type === 'aws_s3_bucket' ? 'bucket' : 'name')
  const isTarget = (type: string, path: string): boolean =>
    isReferredTo(bucket, evidence, { type, path, value })
  return bucket.type === 'aws_s3_bucket'
    ? isTarget('aws_s3_bucket_logging', 'target_bucket') ||
        isTarget('aws_s3_bucket', 'logging.0.target_bucket')
    : isTarget('google_storage_bucket', 'logging.0.log_bucket')
}
