/** Which events of objects a trail of CloudTrail records. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  type Attribute,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import { isFalse } from '../verdict.ts'
import { textOf } from '../text.ts'
import { textsOf } from './alerting.ts'
import { bestOf, type Answer } from './certainty.ts'
import { inRoot, oncePerRoot } from './neighbours.ts'

/** Tells whether some trail of the root that logs records who read and wrote objects of a bucket. */
export function trailsObjectsOf(bucket: Resource, evidence: Evidence): Answer {
  const { every, byName, byAddress } = recordedIn(bucket, evidence)
  const name = knownValueOf(bucket, 'bucket')
  const module = bucket.scope?.module ?? ''
  const own = bucket.address.slice(module.length)
  // Of several with one name any may be meant.
  const key = own.indexOf('[')
  const named = key === -1 ? undefined : byAddress.get(own.slice(0, key))
  return bestOf([
    every,
    (typeof name === 'string' ? byName.get(name) : undefined) ?? 'no',
    byAddress.get(own) ?? 'no',
    byAddress.get(bucket.address) ?? 'no',
    named === undefined ? 'no' : 'maybe',
  ])
}

/** What the trails of a root record, by what they say of buckets: one look at each of them, however many buckets. */
interface Recorded {
  /** Of every bucket. */
  every: Answer
  readonly byName: Map<string, Answer>
  readonly byAddress: Map<string, Answer>
}

const recordedIn = oncePerRoot((of, evidence) => {
  const recorded: Recorded = { every: 'no', byName: new Map(), byAddress: new Map() }
  for (const trail of inRoot(evidence, of, 'aws_cloudtrail')) addTrail(recorded, trail)
  return recorded
})

function addTrail(recorded: Recorded, trail: Resource): void {
  const logging = attributeOf(trail, 'enable_logging')
  if (logging?.known === true && isFalse(logging.value)) return
  const most: Answer = logging?.known === false ? 'maybe' : 'yes'
  for (const path of childrenOf(trail, 'event_selector')) addSelector(recorded, { trail, path, most })
  for (const path of childrenOf(trail, 'advanced_event_selector')) {
    recorded.every = bestOf([recorded.every, lesserOf(advancedAnswer(trail, path), most)])
  }
  const isHidden = ['event_selector', 'advanced_event_selector'].some((path) => isOpen(trail, path))
  if (isHidden) recorded.every = bestOf([recorded.every, 'maybe'])
}

function lesserOf(answer: Answer, most: Answer): Answer {
  return answer === 'yes' ? most : answer
}

/** True for a list of blocks that nobody could count, or of which nothing is known. */
function isOpen(trail: Resource, path: string): boolean {
  const whole = attributeOf(trail, path)
  if (whole?.known !== false) return false
  return attributeOf(trail, `${path}.*`)?.known === false || childrenOf(trail, path).length === 0
}

interface Selector {
  readonly trail: Resource
  readonly path: string
  /** What it can prove at most. */
  readonly most: Answer
}

function addSelector(recorded: Recorded, { trail, path: selector, most }: Selector): void {
  const kind = attributeOf(trail, `${selector}.read_write_type`)
  if (kind?.known === true && kind.value !== 'All') return
  const limit = kind?.known === false ? 'maybe' : most
  for (const path of childrenOf(trail, `${selector}.data_resource`)) {
    const type = knownValueOf(trail, `${path}.type`)
    if (type !== undefined && type !== 'AWS::S3::Object') continue
    const whole = attributeOf(trail, `${path}.values`)
    const values = childrenOf(trail, `${path}.values`)
    if (whole?.known === false && values.length === 0) recorded.every = bestOf([recorded.every, 'maybe'])
    for (const each of values) addValue(recorded, attributeOf(trail, each), limit)
  }
}

/**
 * `arn:aws:s3` is every bucket, `arn:aws:s3:::name/` all objects of one, `"${aws_s3_bucket.records.arn}/"` all of that
 * one; any other reference may be to each of them.
 */
function addValue(recorded: Recorded, value: Attribute | undefined, limit: Answer): void {
  if (value?.known !== true) return addReference(recorded, value?.expression, limit)
  const text = textOf(value.value)
  if (/^arn:aws[\w-]*:s3(:::)?$/.test(text)) recorded.every = bestOf([recorded.every, limit])
  const name = /:::([^:]*)\/$/.exec(text)?.[1]
  if (name !== undefined) raise(recorded.byName, name, limit)
}

function addReference(recorded: Recorded, expression: string | undefined, limit: Answer): void {
  const [, named] = /^"?(?:\$\{)?([\w."[\]-]+?)\.arn(?:\})?\/?"?$/.exec(expression?.trim() ?? '') ?? []
  if (named !== undefined) raise(recorded.byAddress, named, limit)
  const isPlain = named !== undefined && /^aws_s3_bucket\.[\w-]+$/.test(named)
  if (!isPlain) recorded.every = bestOf([recorded.every, 'maybe'])
}

function raise(answers: Map<string, Answer>, key: string, answer: Answer): void {
  answers.set(key, bestOf([answers.get(key) ?? 'no', answer]))
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
