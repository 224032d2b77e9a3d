/** Which events of objects a trail of CloudTrail records. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { isFalse } from '../verdict.ts'
import { textOf } from '../text.ts'
import { textsOf } from './alerting.ts'
import { bestOf, type Answer } from './certainty.ts'
import { inRoot } from './neighbours.ts'

/** Tells whether some trail of the root that logs records who read and wrote objects of a bucket. */
export function trailsObjectsOf(bucket: Resource, evidence: Evidence): Answer {
  return bestOf(inRoot(evidence, bucket, 'aws_cloudtrail').map((trail) => trailsObjects(trail, bucket)))
}

function trailsObjects(trail: Resource, bucket: Resource): Answer {
  const logging = attributeOf(trail, 'enable_logging')
  if (logging?.known === true && isFalse(logging.value)) return 'no'
  const answer = bestOf([
    ...childrenOf(trail, 'event_selector').flatMap((path) => selectorAnswers(trail, path, bucket)),
    ...childrenOf(trail, 'advanced_event_selector').map((path) => advancedAnswer(trail, path)),
    ...['event_selector', 'advanced_event_selector'].map((path) => (isOpen(trail, path) ? 'maybe' : 'no')),
  ])
  return answer === 'yes' && logging?.known === false ? 'maybe' : answer
}

/** True for a list of blocks that nobody could count, or of which nothing is known. */
function isOpen(trail: Resource, path: string): boolean {
  const whole = attributeOf(trail, path)
  if (whole?.known !== false) return false
  return attributeOf(trail, `${path}.*`)?.known === false || childrenOf(trail, path).length === 0
}

function selectorAnswers(trail: Resource, selector: string, bucket: Resource): readonly Answer[] {
  const kind = attributeOf(trail, `${selector}.read_write_type`)
  if (kind?.known === true && kind.value !== 'All') return ['no']
  const answers = childrenOf(trail, `${selector}.data_resource`).flatMap((path): Answer[] => {
    const type = knownValueOf(trail, `${path}.type`)
    if (type !== undefined && type !== 'AWS::S3::Object') return ['no']
    const whole = attributeOf(trail, `${path}.values`)
    const values = childrenOf(trail, `${path}.values`).map((each) => coversBucket(trail, each, bucket))
    return whole?.known === false && values.length === 0 ? ['maybe'] : values
  })
  return kind?.known === false ? answers.map((each) => (each === 'yes' ? 'maybe' : each)) : answers
}

/** `arn:aws:s3` is every bucket, `arn:aws:s3:::name/` all objects of one. */
function coversBucket(trail: Resource, path: string, bucket: Resource): Answer {
  const value = attributeOf(trail, path)
  if (value?.known !== true) return refersToAll(value?.expression, bucket)
  const text = textOf(value.value)
  if (/^arn:aws[\w-]*:s3(:::)?$/.test(text)) return 'yes'
  const name = knownValueOf(bucket, 'bucket')
  return typeof name === 'string' && text.endsWith(`:::${name}/`) ? 'yes' : 'no'
}

/** `"${aws_s3_bucket.records.arn}/"` is all of it; what names another bucket is none of it. */
function refersToAll(expression: string | undefined, bucket: Resource): Answer {
  const [, named] = /^"?(?:\$\{)?([\w."[\]-]+?)\.arn(?:\})?\/?"?$/.exec(expression?.trim() ?? '') ?? []
  if (named === undefined) return 'maybe'
  const own =
    bucket.scope?.module === '' ? bucket.address : bucket.address.slice(bucket.scope?.module.length ?? 0)
  if (named === own || named === bucket.address) return 'yes'
  return /^aws_s3_bucket\.[\w-]+$/.test(named) && !own.startsWith(`${named}[`) ? 'no' : 'maybe'
}

/** One that selects objects of S3 and leaves out none. */
function advancedAnswer(trail: Resource, selector: string): Answer {
  const fields = childrenOf(trail, `${selector}.field_selector`)
  const names = fields.map((path) => textOf(knownValueOf(trail, `${path}.field`)))
  const isObjects = fields.some(
    (path, at) =>
      names[at] === 'resources.type' &&
      textsOf(knownValueOf(trail, `${path}.equals`)).includes('AWS::S3::Object'),
  )
  if (!isObjects) return names.includes('') ? 'maybe' : 'no'
  const others = names.filter((name) => name !== 'resources.type' && name !== 'eventCategory')
  return others.length === 0 ? 'yes' : 'maybe'
}
