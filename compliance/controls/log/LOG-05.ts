/** Reads and writes of single objects are recorded where education records lie. */
import type { Evidence, Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { inRoot } from '../read/neighbours.ts'
import { classificationTags, ofType, tagOf } from '../read/terraform.ts'
import { trailsObjectsOf } from '../read/trail.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'a trail records the data events of the objects in it',
  'add an event_selector with a data_resource of type AWS::S3::Object for the bucket',
)

const bucket =
  'resource "aws_s3_bucket" "records" {\n  bucket = "records"\n  tags   = { DataClassification = "restricted" }\n}\n'
const trail = (lines: string) =>
  `\nresource "aws_cloudtrail" "main" {\n  name           = "main"\n  s3_bucket_name = "trail"\n${lines}}\n`

export const control: Control = {
  id: 'LOG-05',
  sources: ['terraform'],
  page: {
    why: 'Without data events nobody can tell who downloaded a transcript: the trail knows only that somebody changed the bucket.',
    good: [
      {
        file: 'main.tf',
        text:
          bucket +
          trail(
            '  event_selector {\n    data_resource {\n      type   = "AWS::S3::Object"\n      values = ["arn:aws:s3"]\n    }\n  }\n',
          ),
      },
    ],
    bad: [{ file: 'main.tf', text: bucket + trail('') }],
  },
  applies: ofType('aws_s3_bucket'),
  check: judgeBucket,
}

function judgeBucket(resource: Resource, evidence: Evidence): Verdict {
  const label = tagOf(resource, evidence, classificationTags) ?? ''
  if (!/restricted|education|student|ferpa/i.test(label)) {
    return judge.notApplicable('it is not labelled as holding education records')
  }
  const answer = trailsObjectsOf(resource, evidence)
  if (answer === 'yes') return judge.pass('a trail records its objects')
  if (answer === 'maybe') return judge.unknown('what a trail selects is not known')
  const trails = inRoot(evidence, resource, 'aws_cloudtrail')
  return judge.fail(trails.length === 0 ? 'no trail is made' : 'no trail records its objects')
}
