/** Reads and writes of single objects are recorded where education records lie. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { inRoot } from '../read/neighbours.ts'
import { classificationTags, ofType, refersTo, tagOf } from '../read/terraform.ts'
import { textsOf } from '../read/alerting.ts'
import { textOf } from '../text.ts'
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
  const trails = inRoot(evidence, resource, 'aws_cloudtrail')
  const answers = trails.map((each) => recordsObjects(each, resource))
  if (answers.includes('yes')) return judge.pass('a trail records its objects')
  if (answers.includes('maybe')) return judge.unknown('what a trail selects is not known')
  return judge.fail(trails.length === 0 ? 'no trail is made' : 'no trail records its objects')
}

function recordsObjects(trail: Resource, target: Resource): 'yes' | 'no' | 'maybe' {
  const plain = childrenOf(trail, 'event_selector').flatMap((selector) =>
    childrenOf(trail, `${selector}.data_resource`),
  )
  const answers = [
    ...plain.map((path) => coversObjects(trail, path, target)),
    ...childrenOf(trail, 'advanced_event_selector').map((path) => selectsObjects(trail, path)),
  ]
  if (answers.includes('yes')) return 'yes'
  const whole = ['event_selector', 'advanced_event_selector'].map((path) => attributeOf(trail, path))
  return answers.includes('maybe') ||
    whole.some((each) => each?.known === false && each.expression !== undefined)
    ? 'maybe'
    : 'no'
}

function coversObjects(trail: Resource, path: string, target: Resource): 'yes' | 'no' | 'maybe' {
  const type = knownValueOf(trail, `${path}.type`)
  if (type === undefined) return 'maybe'
  if (type !== 'AWS::S3::Object') return 'no'
  const name = textOf(knownValueOf(target, 'bucket'))
  const answers = childrenOf(trail, `${path}.values`).map((each) => {
    const value = attributeOf(trail, each)
    if (value?.known !== true) {
      const root = value?.expression?.replace(/\/?"?$/, '').replace(/^"/, '')
      return value === undefined ? 'no' : root?.includes(target.address) ? 'yes' : refersTo(value, target)
    }
    const arn = textOf(value.value)
    return /^arn:aws[\w-]*:s3(?::::)?$/.test(arn) || (name !== '' && arn.includes(`:::${name}/`))
      ? 'yes'
      : 'no'
  })
  if (answers.includes('yes')) return 'yes'
  return answers.includes('maybe') || answers.length === 0 ? 'maybe' : 'no'
}

function selectsObjects(trail: Resource, path: string): 'yes' | 'no' | 'maybe' {
  const fields = childrenOf(trail, `${path}.field_selector`)
  const names = fields.map((field) => textOf(knownValueOf(trail, `${field}.field`)))
  const types = fields.flatMap((field) =>
    knownValueOf(trail, `${field}.field`) === 'resources.type'
      ? textsOf(knownValueOf(trail, `${field}.equals`))
      : [],
  )
  if (!types.includes('AWS::S3::Object')) return 'no'
  return names.includes('resources.ARN') || names.includes('readOnly') ? 'maybe' : 'yes'
}
