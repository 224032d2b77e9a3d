/** Whether what a group or a user of AWS is given asks for a second factor. */
import { knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { textOf } from '../text.ts'
import { testsOf, type Test } from '../read/conditions.ts'
import { namedBy, namedPolicies } from '../read/grants.ts'
import { besideAt } from '../read/neighbours.ts'
import { edgesOf, referrersOf, resourcesAt } from '../read/network.ts'
import { policyOf, textsAt, type Policy, type Statement } from '../read/policy.ts'
import { actionExtent, resourceExtent } from '../read/statement-reach.ts'
import { attachedTo } from '../read/terraform.ts'

export type Asked = 'yes' | 'no' | 'maybe'

interface Holder {
  readonly kind: 'group' | 'user'
  /** Attribute that names the holder. */
  readonly name: string
}

/** Tells whether the policies of a holder ask: one that denies nearly everything without is enough. */
export function asksOf(holder: Resource, evidence: Evidence, { kind, name }: Holder): Asked {
  const of = { path: kind, name }
  const inline = attachedTo(holder, evidence, { type: `aws_iam_${kind}_policy`, ...of })
  const attached = attachedTo(holder, evidence, { type: `aws_iam_${kind}_policy_attachment`, ...of })
  const shared = referrersOf(holder, evidence, { type: 'aws_iam_policy_attachment', path: `${kind}s` })
  const policies = [
    ...inline.certain.map((each) => documentOf(each, evidence)),
    ...[...attached.certain, ...shared.certain].map((each) => managedBy(each, evidence)),
  ]
  const statements = policies.flatMap((policy) => policy.statements)
  const denials = statements.map(deniesWithout)
  if (denials.includes('yes')) return 'yes'
  const possible = [inline, attached, shared].flatMap((each) => each.possible)
  if (possible.length > 0 || denials.includes('maybe') || policies.some(({ hidden }) => hidden !== undefined))
    return 'maybe'
  const allowing = statements.filter(({ allows }) => allows !== 'no')
  return allowing.length > 0 && !policies.includes(plain) && allowing.every(allowsWith) ? 'yes' : 'no'
}

/** A policy that AWS wrote asks for no second factor. */
const plain: Policy = { statements: [] }

function documentOf(policy: Resource, evidence: Evidence): Policy {
  const direct = policyOf(policy, 'policy', evidence)
  const document = besideAt(evidence, policy, direct.elsewhere)
  return document === undefined ? direct : policyOf(document, '', evidence)
}

function managedBy(attachment: Resource, evidence: Evidence): Policy {
  const unknown = { statements: [], hidden: 'the policy is not here' }
  const [named] = namedPolicies(attachment)
  if (named === undefined) return unknown
  const found = namedBy(attachment, named, evidence)
  if ('arn' in found) return found.arn.includes(':iam::aws:policy/') ? plain : unknown
  const [edge] = edgesOf(attachment, named.path)
  const [policy] = edge?.address === undefined ? [] : resourcesAt(evidence, attachment, edge.address)
  return policy?.type === 'aws_iam_policy' ? documentOf(policy, evidence) : unknown
}

/** `Deny`, of everything but a few actions, while `aws:MultiFactorAuthPresent` is false. */
function deniesWithout(statement: Statement): Asked {
  if (statement.allows === 'yes' || !testsFor(statement, 'false')) return 'no'
  const extents = [actionExtent(statement), resourceExtent(statement)]
  if (extents.includes('some')) return 'no'
  return extents.includes('unknown') || statement.allows === 'unknown' ? 'maybe' : 'yes'
}

function allowsWith(statement: Statement): boolean {
  return testsFor(statement, 'true')
}

/** A test of something else beside it would leave cases out. */
function testsFor(statement: Statement, value: 'true' | 'false'): boolean {
  const tests = testsOf(statement)
  return tests.some((test) => isFor(statement, test, value)) && (value === 'true' || tests.length === 1)
}

function isFor(statement: Statement, { operator, key, path }: Test, value: string): boolean {
  if (key !== 'aws:multifactorauthpresent' || !/^bool(ifexists)?$/.test(operator)) return false
  const texts = textsAt(statement, path).values
  const [first] = texts.length > 0 ? texts : [textOf(knownValueOf(statement.resource, path))]
  return first?.toLowerCase() === value
}
