/** The trail reaches somewhere that somebody can ask and alert on. */
import type { Control } from '../control.ts'
import { judgeGiven } from '../read/given.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'cloud_watch_logs_group_arn names a log group',
  'set cloud_watch_logs_group_arn and cloud_watch_logs_role_arn',
)

export const control: Control = {
  id: 'LOG-04',
  sources: ['terraform'],
  page: {
    why: 'Files in a bucket are read after the fact. Only what reaches a log group can alert while it happens.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_cloudwatch_log_group" "trail" {\n  name = "trail"\n}\n\nresource "aws_cloudtrail" "main" {\n  name                       = "main"\n  s3_bucket_name             = "trail-of-campus"\n  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.trail.arn}:*"\n}\n',
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
  check: (trail) => judgeGiven(judge, trail, 'cloud_watch_logs_group_arn'),
}
