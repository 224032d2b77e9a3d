/** Buckets refuse requests that come without TLS. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  type Attribute,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { isBucket, judgeSetting } from '../read/bucket.ts'
import { testsOf } from '../read/conditions.ts'
import { mended } from '../read/mend.ts'
import { besideAt, inRoot, rootOf } from '../read/neighbours.ts'
import { oncePerScan } from '../read/once.ts'
import { policyOf, textsAt, type Statement } from '../read/policy.ts'
import { ofType, referenceRoot } from '../read/terraform.ts'
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
    ? judgePolicy(policy, evidence, nameOf(policy))
    : judge.notApplicable('it is judged with the buckets that are made here')
}

function judgeBucket(resource: Resource, evidence: Evidence): Verdict {
  const hidden = attributeOf(resource, '')
  if (hidden?.known === false) return judge.unknown(hidden.why)
  const own = attributeOf(resource, 'policy')
  const name = nameOf(resource)
  if (own !== undefined) return judgePolicy(resource, evidence, name)
  return judgeSetting(judge, resource, evidence, {
    type: 'aws_s3_bucket_policy',
    check: (policy) => judgePolicy(policy, evidence, name),
    without: () => mended(judge.fail('no policy denies requests without TLS'), ...denial(resource, evidence)),
  })
}

/** Names that policies of buckets have taken, by module. */
const policyNames = oncePerScan(
  ({ resources }) =>
    new Set(resources.filter((each) => isPolicy(each)).map((each) => placeOf(each, each.name))),
)

function placeOf(resource: Resource, name: string): string {
  return `${rootOf(resource)}\n${resource.scope?.module ?? ''}\n${name}`
}

/** A policy of its own for a bucket that has none. */
function denial(resource: Resource, evidence: Evidence): readonly Mend[] {
  const { address, name } = resource
  const isTaken = policyNames(evidence).has(placeOf(resource, name))
  if (isTaken || !/^aws_s3_bucket\.[\w-]+$/.test(address)) return []
  return [{ after: `\n${policyFor(address, name)}` }]
}

/** The name of the bucket, where it is known. */
function nameOf(resource: Resource): string | undefined {
  const name = knownValueOf(resource, 'bucket')
  return typeof name === 'string' ? name : undefined
}

function judgePolicy(policy: Resource, evidence: Evidence, name: string | undefined): Verdict {
  const direct = policyOf(policy, 'policy', evidence)
  const document = besideAt(evidence, policy, direct.elsewhere)
  const { statements, hidden } = document === undefined ? direct : policyOf(document, '', evidence)
  const at = attributeOf(policy, 'policy') ?? policy.position
  const answers = statements.map((each) => deniesPlain(each, name))
  if (answers.includes('yes')) return judge.pass('it denies requests without TLS', at)
  if (hidden !== undefined) return judge.unknown(hidden, at)
  return answers.includes('unknown')
    ? judge.unknown('a statement is not known', at)
    : judge.fail('no statement denies requests without TLS', at)
}

function deniesPlain(statement: Statement, name: string | undefined): 'yes' | 'no' | 'unknown' {
  const { allows, actions, principals } = statement
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
  const covered = coversBucket(statement, name)
  if (covered !== 'yes') return covered
  return allows === 'unknown' ? 'unknown' : plain
}

/** Tells whether a statement is about the bucket and all of its objects. */
function coversBucket(
  { resource, resources }: Statement,
  name: string | undefined,
): 'yes' | 'no' | 'unknown' {
  const leaves = childrenOf(resource, resources)
  const parts = (leaves.length === 0 ? [resources] : leaves).map((path) =>
    partAt(attributeOf(resource, path), name),
  )
  const has = (part: Part) => parts.includes(part) || parts.includes('both')
  if (has('bucket') && has('objects')) return 'yes'
  return parts.includes('unknown') ? 'unknown' : 'no'
}

type Part = 'bucket' | 'objects' | 'both' | 'neither' | 'unknown'

/** The address of a bucket is not known before it is made: what stands behind the reference tells. */
function partAt(attribute: Attribute | undefined, name: string | undefined): Part {
  if (attribute === undefined) return 'neither'
  const text = attribute.known ? textOf(attribute.value) : shapeOf(attribute.expression)
  if (text === '') return 'unknown'
  if (/^(\*|arn:[^:]*:s3:::\*)$/.test(text)) return 'both'
  const [, of = '', rest = ''] = /^(?:arn:[^:]*:s3:::)?([^/:]+)(\/.*)?$/.exec(text) ?? []
  if (of === '' || (!of.includes('…') && name !== undefined && of !== name)) return 'neither'
  if (rest === '') return 'bucket'
  return rest === '/*' ? 'objects' : 'neither'
}

/** What is written around a reference: `…/*`; nothing where that cannot be told. */
function shapeOf(expression = ''): string {
  const text = expression.trim()
  if (/^"[^"]*(?:\$\{[^{}]*\}[^"]*)*"$/.test(text) || text.startsWith('${'))
    return text.replace(/^"|"$/g, '').replace(/\$\{[^{}]{0,500}\}/g, '…')
  if (/^[\w.[\]"*-]+$/.test(text) && !text.startsWith('var.')) return '…'
  const [, format] = /^(?:format|join)\("([^"]*)"/.exec(text) ?? []
  return format?.replace('%s', '…') ?? ''
}

/** `Bool: { aws:SecureTransport: false }`, alone: a test beside it would let others through. */
function conditionOf(statement: Statement): 'yes' | 'no' | 'unknown' {
  const { resource, condition } = statement
  const whole = attributeOf(resource, condition)
  if (whole === undefined) return 'no'
  const tests = testsOf(statement)
  if (tests.some(({ key }) => ['test', 'variable', 'values'].includes(key))) return 'unknown'
  const [test, ...others] = tests
  if (test === undefined) return whole.known ? 'no' : 'unknown'
  if (others.length > 0 || test.key !== 'aws:securetransport' || !test.operator.startsWith('bool'))
    return 'no'
  const [path = test.path] = childrenOf(resource, test.path)
  const value = attributeOf(resource, path)
  if (value?.known === false) return 'unknown'
  return isFalse(knownValueOf(resource, path) ?? null) ? 'yes' : 'no'
}
