/** What is seldom read lies where it costs little. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { attachedTo, ofType } from '../read/terraform.ts'
import { isFalse, isTrue, judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'a rule moves old objects to a cheaper class, or the storage does it by itself',
  'add a transition to a lifecycle rule, or aws_s3_bucket_intelligent_tiering_configuration',
)
const isGoogle = ofType('google_storage_bucket')

export const control: Control = {
  id: 'CST-06',
  sources: ['terraform'],
  page: {
    why: 'Records and logs are kept for years and read in the first weeks; at the price of the first weeks that is most of the bill.',
    good: [
      {
        file: 'main.tf',
        text: `resource "aws_s3_bucket" "records" {
  bucket = "campus-records"
}
resource "aws_s3_bucket_lifecycle_configuration" "records" {
  bucket = aws_s3_bucket.records.id
  rule {
    id     = "keep-cheaply"
    status = "Enabled"
    transition {
      days          = 90
      storage_class = "GLACIER_IR"
    }
  }
}
`,
      },
    ],
    bad: [
      { file: 'main.tf', text: 'resource "aws_s3_bucket" "records" {\n  bucket = "campus-records"\n}\n' },
    ],
  },
  applies: ofType('aws_s3_bucket', 'google_storage_bucket'),
  check: (resource, evidence) => {
    const whole = attributeOf(resource, '')
    if (whole?.known === false) return judge.unknown(whole.why)
    return isGoogle(resource) ? judgeGoogle(resource) : judgeAws(resource, evidence)
  },
}

/** A rule of Google with `SetStorageClass`, or `autoclass`. */
function judgeGoogle(bucket: Resource): Verdict {
  const auto = attributeOf(bucket, 'autoclass.0.enabled')
  if (auto?.known === true && isTrue(auto.value)) return judge.pass('autoclass is on', auto)
  const type = childrenOf(bucket, 'lifecycle_rule').map((path) =>
    attributeOf(bucket, `${path}.action.0.type`),
  )
  if (type.some((each) => each?.known === true && each.value === 'SetStorageClass'))
    return judge.pass('a rule moves them')
  const hidden = [auto, ...type, attributeOf(bucket, 'lifecycle_rule')].find((each) => each?.known === false)
  return hidden?.known === false ? judge.unknown(hidden.why, hidden) : judge.fail('nothing moves old objects')
}

function judgeAws(bucket: Resource, evidence: Evidence): Verdict {
  const reference = { path: 'bucket', name: 'bucket' }
  const tiering = attachedTo(bucket, evidence, {
    type: 'aws_s3_bucket_intelligent_tiering_configuration',
    ...reference,
  })
  const lifecycle = attachedTo(bucket, evidence, {
    type: 'aws_s3_bucket_lifecycle_configuration',
    ...reference,
  })
  if (tiering.certain.some((each) => knownValueOf(each, 'status') !== 'Disabled')) {
    return judge.pass('objects are tiered by how they are read')
  }
  const answers = [
    ...lifecycle.certain.map((each) => moves(each, 'rule')),
    // Before version 4 of the provider the rules stood in the bucket.
    moves(bucket, 'lifecycle_rule'),
  ]
  if (answers.includes('yes')) return judge.pass('a rule moves old objects')
  const isOpen = tiering.possible.length > 0 || lifecycle.possible.length > 0
  return isOpen || answers.includes('maybe')
    ? judge.unknown('whether a rule moves old objects is not known')
    : { ...judge.fail('nothing moves old objects'), ...mendOf(bucket, lifecycle.certain.length > 0) }
}

/** A rule for one bucket can be written beside it; one of many, or one that has rules, people have to look at. */
function mendOf(bucket: Resource, hasRules: boolean): Pick<Verdict, 'mend'> {
  const isMany = ['count', 'for_each', 'lifecycle_rule'].some(
    (name) => attributeOf(bucket, name) !== undefined,
  )
  if (hasRules || isMany || !/^[A-Za-z_][\w-]{0,60}$/.test(bucket.name)) return {}
  const after = `resource "aws_s3_bucket_lifecycle_configuration" "${bucket.name}" {
  bucket = aws_s3_bucket.${bucket.name}.id

  rule {
    id     = "keep-cheaply"
    status = "Enabled"

    filter {}

    transition {
      days          = 90
      storage_class = "GLACIER_IR"
    }
  }
}
`
  return { mend: [{ after }] }
}

function moves(holder: Resource, rules: string): 'yes' | 'no' | 'maybe' {
  let isOpen = attributeOf(holder, `${rules}.*`) !== undefined
  for (const path of childrenOf(holder, rules)) {
    const status = attributeOf(holder, `${path}.status`) ?? attributeOf(holder, `${path}.enabled`)
    const isOff = status?.known === true && (status.value === 'Disabled' || isFalse(status.value))
    const isMoved = ['transition', 'noncurrent_version_transition'].some(
      (name) => attributeOf(holder, `${path}.${name}`) !== undefined,
    )
    if (!isMoved || isOff) continue
    if (status === undefined || status.known) return 'yes'
    isOpen = true
  }
  const whole = attributeOf(holder, rules)
  return isOpen || (whole?.known === false && childrenOf(holder, rules).length === 0) ? 'maybe' : 'no'
}
