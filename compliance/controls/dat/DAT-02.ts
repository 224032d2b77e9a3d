/** No bucket is given to everybody, neither by a policy nor by an access list. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { inFolder } from '../read/neighbours.ts'
import { policyOf, textsAt, type Statement } from '../read/policy.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy, judgeValue, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'no policy or access list names everybody',
  'name the principals, or serve public files through a CDN with its own identity',
)

const isPolicy = ofType('aws_s3_bucket_policy')
const isGoogle = ofType('google_storage_bucket_iam_member', 'google_storage_bucket_iam_binding')

export const control: Control = {
  id: 'DAT-02',
  sources: ['terraform'],
  applies: (resource) =>
    isPolicy(resource) ||
    isGoogle(resource) ||
    ofType('aws_s3_bucket_acl')(resource) ||
    (ofType('aws_s3_bucket')(resource) && attributeOf(resource, 'acl') !== undefined),
  check: (resource, evidence) => {
    if (isPolicy(resource)) return judgePolicy(resource, evidence)
    return isGoogle(resource) ? judgeGoogle(resource) : judgeAcl(resource)
  },
}

function judgeAcl(resource: Resource): Verdict {
  return judgeValue(judge, resource, {
    path: 'acl',
    accepts: (value) =>
      !['public-read', 'public-read-write', 'authenticated-read', 'website'].includes(textOf(value)),
    absent: 'not-applicable',
  })
}

function judgeGoogle(resource: Resource): Verdict {
  const path = attributeOf(resource, 'members') === undefined ? 'member' : 'members'
  return judgeValue(judge, resource, {
    path,
    accepts: (value) => !/allUsers|allAuthenticatedUsers/.test(JSON.stringify(value)),
    absent: 'not-applicable',
  })
}

function judgePolicy(resource: Resource, evidence: Evidence): Verdict {
  const direct = policyOf(resource, 'policy', evidence)
  const document = inFolder(evidence, resource).find(({ address }) => address === direct.elsewhere)
  const { statements, hidden } = document === undefined ? direct : policyOf(document, '', evidence)
  const at = attributeOf(resource, 'policy')
  const verdicts = statements.map((statement) => ({
    ...judgeStatement(statement),
    ...(at === undefined ? {} : { at }),
  }))
  if (hidden !== undefined) verdicts.push(judge.unknown(hidden, at))
  return worstOf(verdicts, judge.unknown('policy has no statement', at))
}

function judgeStatement(statement: Statement): Verdict {
  const { resource, principals, allows, condition } = statement
  if (allows === 'no') return judge.pass('it denies')
  const whole = knownValueOf(resource, principals)
  const lists = childrenOf(resource, principals).flatMap((child) => [
    textsAt(statement, child),
    textsAt(statement, `${child}.identifiers`),
  ])
  const isEverybody = whole === '*' || lists.some(({ values }) => values.includes('*'))
  if (!isEverybody) {
    return lists.some(({ isOpen }) => isOpen) && whole === undefined
      ? judge.unknown('who is allowed is not all known')
      : judge.pass('those who are allowed are named')
  }
  if (allows === 'unknown') return judge.unknown('its effect is not known')
  // A condition such as aws:SourceVpce narrows everybody to somebody; which one it is takes more than a look.
  return attributeOf(resource, condition) === undefined
    ? judge.fail('everybody is allowed')
    : judge.unknown('everybody is allowed under a condition')
}
