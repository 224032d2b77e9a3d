/** The trail is encrypted with a key of one's own. */
import type { Control } from '../control.ts'
import { judgeGiven } from '../read/given.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'kms_key_id names a key',
  'set kms_key_id to a key whose policy lets CloudTrail encrypt',
)

export const control: Control = {
  id: 'LOG-03',
  sources: ['terraform'],
  page: {
    why: 'Who may read the trail is decided by the key. Without one of its own, everybody who may read the bucket may read it.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_kms_key" "trail" {}\n\nresource "aws_cloudtrail" "main" {\n  name           = "main"\n  s3_bucket_name = "trail-of-campus"\n  kms_key_id     = aws_kms_key.trail.arn\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_cloudtrail" "main" {\n  name           = "main"\n  s3_bucket_name = "trail-of-campus"\n}\n',
      },
    ],
  },
  applies: ofType('aws_cloudtrail'),
  check: (trail) => judgeGiven(judge, trail, 'kms_key_id'),
}
