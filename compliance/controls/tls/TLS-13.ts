/** Buckets refuse requests that come without TLS. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  lastSegmentOf,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { isBucket, judgeSetting } from '../read/bucket.ts'
import { mended } from '../read/mend.ts'
import { inFolder, inRoot } from '../read/neighbours.ts'
import { policyOf, textsAt, type Statement } from '../read/policy.ts'
import { inModule, ofType, referenceRoot } from '../read/terraform.ts'
import { isFalse, judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'the policy denies everybody everything where aws:SecureTransport is false, on the bucket and its objects',
  'add a statement with Effect Deny, Principal *, Action s3:* and that condition',
)

const policyFor = (address: string, name: string) => `resource "aws_s3_bucket_policy" "${name}" {
  bucket = ${address}.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "DenyWithoutTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [${address}.arn, "\${${address}.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
`
const bucket = 'resource "aws_s3_bucket" "records" {\n  bucket = "records"\n}\n'

export const control: Control = {
  id: 'TLS-13',
  sources: ['terraform'],
  page: {
    why: 'S3 answers plain HTTP too unless the policy of the bucket says otherwise.',
    good: [
      {
        file: 'main.tf',
        text: `${bucket}\n${policyFor('aws_s3_bucket.records', 'records')}`,
      },
    ],
    bad: [{ file: 'main.tf', text: bucket }],
  },
  applies: (resource) => isBucket(resource) || isPolicy(resource),
  check: (resource, evidence) =>
    isBucket(resource) ? judgeBucket(resource, evidence) : judgeAlone(resource, evidence),
}

const isPolicy = ofType('aws_s3_bucket_policy')

/** A policy for a bucket that is made elsewhere is all that can be seen of it here. */
function judgeAlone(policy: Resource, evidence: Evidence): Verdict {
  const hidden = attributeOf(policy, '')
  if (hidden?.known === false) return judge.unknown(hidden.why)
  const reference = referenceRoot(attributeOf(policy, 'bucket')?.expression)
  const isElsewhere = reference?.startsWith('data.') ?? false
  return isElsewhere || inRoot(evidence, policy, 'aws_s3_bucket').length === 0
    ? judgePolicy(policy, evidence)
    : judge.notApplicable('it is judged with the buckets that are made here')
}

function judgeBucket(resource: Resource, evidence: Evidence): Verdict {
  const hidden = attributeOf(resource, '')
  if (hidden?.known === false) return judge.unknown(hidden.why)
  const own = attributeOf(resource, 'policy')
  if (own !== undefined) return judgePolicy(resource, evidence)
  return judgeSetting(judge, resource, evidence, {
    type: 'aws_s3_bucket_policy',
    check: (policy) => judgePolicy(policy, evidence),
    without: () => mended(judge.fail('no policy denies requests without TLS'), ...denial(resource, evidence)),
  })
}

/** A policy of its own for a bucket that has none. */
function denial(resource: Resource, evidence: Evidence): readonly Mend[] {
  const { address, name } = resource
  const isTaken = inModule(evidence, resource, 'aws_s3_bucket_policy').some((each) => each.name === name)
  if (isTaken || !/^aws_s3_bucket\.[\w-]+$/.test(address)) return []
  return [{ after: `\n${policyFor(address, name)}` }]
}

function judgePolicy(policy: Resource, evidence: Evidence): Verdict {
  const direct = policyOf(policy, 'policy', evidence)
  const document = inFolder(evidence, policy).find(({ address }) => address === direct.elsewhere)
  const { statements, hidden } = document === undefined ? direct : policyOf(document, '', evidence)
  const at = attributeOf(policy, 'policy') ?? policy.position
  const answers = statements.map(deniesPlain)
  if (answers.includes('yes')) return judge.pass('it denies requests without TLS', at)
  if (hidden !== undefined) return judge.unknown(hidden, at)
  return answers.includes('unknown')
    ? judge.unknown('a statement is not known', at)
    : judge.fail('no statement denies requests without TLS', at)
}

function deniesPlain(statement: Statement): 'yes' | 'no' | 'unknown' {
  const { allows, actions, principals, resources } = statement
  if (allows === 'yes') return 'no'
  const plain = conditionOf(statement)
  if (plain === 'no') return 'no'
  const every = textsAt(statement, actions)
  const isEverything = every.values.some((value) => value === '*' || value.toLowerCase() === 's3:*')
  const whole = knownValueOf(statement.resource, principals)
  const children = childrenOf(statement.resource, principals)
  const lists = children.flatMap((child) => [
    textsAt(statement, child),
    textsAt(statement, `${child}.identifiers`),
  ])
  const isEverybody = whole === '*' || lists.some(({ values }) => values.includes('*'))
  if (!isEverything) return every.isOpen ? 'unknown' : 'no'
  if (!isEverybody) return lists.some(({ isOpen }) => isOpen) ? 'unknown' : 'no'
  const { values, isOpen } = textsAt(statement, resources)
  const objects = values.some((value) => value.endsWith('/*') || value === '*')
  const itself = values.some((value) => !value.endsWith('/*') || value === '*')
  // The address of the bucket is not known before it is made; two of them are the bucket and its objects.
  const count = childrenOf(statement.resource, resources).length
  const isBoth = (objects && itself) || (isOpen && count >= 2)
  if (!isBoth) return isOpen && count < 1 ? 'unknown' : 'no'
  return allows === 'unknown' ? 'unknown' : plain
}

/** `Bool: { aws:SecureTransport: false }`, in either way of writing. */
function conditionOf({ resource, condition }: Statement): 'yes' | 'no' | 'unknown' {
  const whole = attributeOf(resource, condition)
  if (whole === undefined) return 'no'
  for (const path of childrenOf(resource, condition)) {
    const variable = knownValueOf(resource, `${path}.variable`)
    if (textOf(variable).toLowerCase() === 'aws:securetransport') {
      const isBool = /^bool/i.test(textOf(knownValueOf(resource, `${path}.test`)))
      const value = knownValueOf(resource, `${path}.values.0`)
      return isBool && isFalse(value ?? null) ? 'yes' : 'no'
    }
    if (!/^bool/i.test(lastSegmentOf(path))) continue
    for (const key of childrenOf(resource, path)) {
      if (lastSegmentOf(key).toLowerCase() !== 'aws:securetransport') continue
      const value = attributeOf(resource, key)
      if (value?.known === false) return 'unknown'
      const first = Array.isArray(value?.value) ? (value.value[0] as unknown) : value?.value
      return first === false || first === 'false' ? 'yes' : 'no'
    }
  }
  return whole.known ? 'no' : 'unknown'
}
