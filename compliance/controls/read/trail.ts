/** Which events of objects a trail of CloudTrail records. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { textOf } from '../text.ts'
import { inRoot } from './neighbours.ts'

/** Tells whether some trail of the root records who read and wrote objects of a bucket. */
export function trailsObjectsOf(bucket: Resource, evidence: Evidence): 'yes' | 'no' | 'maybe' {
  const answers = inRoot(evidence, bucket, 'aws_cloudtrail').flatMap((trail) => [
    ...childrenOf(trail, 'event_selector').flatMap((path) => selectorAnswers(trail, path, bucket)),
    ...childrenOf(trail, 'advanced_event_selector').map((path) => advancedAnswer(trail, path)),
  ])
  if (answers.includes('yes')) return 'yes'
  return answers.includes('maybe') ? 'maybe' : 'no'
}

type Answer = 'yes' | 'no' | 'maybe'

function selectorAnswers(trail: Resource, selector: string, bucket: Resource): readonly Answer[] {
  const kind = attributeOf(trail, `${selector}.read_write_type`)
  if (kind?.known === true && kind.value !== 'All') return ['no']
  return childrenOf(trail, `${selector}.data_resource`).flatMap((path): Answer[] => {
    const type = knownValueOf(trail, `${path}.type`)
    if (type !== undefined && type !== 'AWS::S3::Object') return ['no']
    const whole = attributeOf(trail, `${path}.values`)
    const values = childrenOf(trail, `${path}.values`).map((each) => coversBucket(trail, each, bucket))
    return whole?.known === false && values.length === 0 ? ['maybe'] : values
  })
}

/** `arn:aws:s3` is every bucket, `arn:aws:s3:::name/` all objects of one. */
function coversBucket(trail: Resource, path: string, bucket: Resource): Answer {
  const value = attributeOf(trail, path)
  if (value?.known !== true)
    return value?.expression?.includes(`${bucket.address}.arn`) === true ? 'yes' : 'maybe'
  const text = textOf(value.value)
  if (/^arn:aws[\w-]*:s3(:::)?$/.test(text)) return 'yes'
  const name = knownValueOf(bucket, 'bucket')
  return typeof name === 'string' && text.endsWith(`:::${name}/`) ? 'yes' : 'no'
}

/** One that selects objects of S3 and leaves out none. */
function advancedAnswer(trail: Resource, selector: string): Answer {
  const fields = childrenOf(trail, `${selector}.field_selector`)
  const names = fields.map((path) => textOf(knownValueOf(trail, `${path}.field`)))
  const isObjects = fields.some(
    (path, at) =>
      names[at] === 'resources.type' && textOf(knownValueOf(trail, `${path}.equals.0`)) === 'AWS::S3::Object',
  )
  if (!isObjects) return names.includes('') ? 'maybe' : 'no'
  const others = names.filter((name) => name !== 'resources.type' && name !== 'eventCategory')
  return others.length === 0 ? 'yes' : 'maybe'
}
