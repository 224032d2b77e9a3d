/** Nobody is given everything. */
import { attributeOf, childrenOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import {
  holdsDocument,
  namedBy,
  namedPolicies,
  namesPolicies,
  policiesOf,
  type NamedPolicy,
} from '../read/grants.ts'
import { edgesOf, resourcesAt } from '../read/network.ts'
import type { Policy, Statement } from '../read/policy.ts'
import { actionExtent, resourceExtent } from '../read/statement-reach.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'no policy allows every action on every resource',
  'name the actions and the resources this role needs',
)

const levels = ['project', 'folder', 'organization']
const isGoogle = ofType(
  ...['member', 'binding', 'policy'].flatMap((kind) => levels.map((level) => `google_${level}_iam_${kind}`)),
)
const isGooglePolicy = ofType(...levels.map((level) => `google_${level}_iam_policy`))

export const control: Control = {
  id: 'IAM-04',
  sources: ['terraform'],
  page: {
    why: 'Whoever gets hold of a role that may do everything has everything, and nothing limits a mistake.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_iam_policy" "app" {\n  policy = jsonencode({\n    Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = "arn:aws:s3:::campus-records/*" }]\n  })\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_iam_policy" "app" {\n  policy = jsonencode({\n    Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]\n  })\n}\n',
      },
    ],
  },
  applies: (resource) => holdsDocument(resource) || namesPolicies(resource) || isGoogle(resource),
  check: (resource, evidence) =>
    isGoogle(resource) ? judgeGoogle(resource, evidence) : judgeGrants(resource, evidence),
}

function judgeGrants(resource: Resource, evidence: Evidence): Verdict {
  const verdicts = [
    ...policiesOf(resource, evidence).map(judgePolicy),
    ...namedPolicies(resource).map((each) => judgeNamed(resource, each, evidence)),
  ]
  return worstOf(verdicts, judge.notApplicable('it is given nothing here'))
}

function judgeNamed(resource: Resource, named: NamedPolicy, evidence: Evidence): Verdict {
  const { path, arn } = named
  const found = namedBy(resource, named, evidence)
  if ('why' in found) return judge.unknown(found.why, arn)
  if ('here' in found) return judge.pass('the policy is judged where it is written', arn)
  if (found.arn.endsWith(':policy/AdministratorAccess'))
    return judge.fail(`${path} is AdministratorAccess`, arn)
  return found.arn.includes(':iam::aws:policy/')
    ? judge.pass(`${path} is not AdministratorAccess`, arn)
    : judge.unknown(`${path} names a policy that is written elsewhere`, arn)
}

function judgeGoogle(resource: Resource, evidence: Evidence): Verdict {
  const whole = attributeOf(resource, '')
  if (whole?.known === false) return judge.unknown(whole.why)
  if (!isGooglePolicy(resource)) return judgeRole(resource, 'role')
  const data = attributeOf(resource, 'policy_data')
  const [edge] = edgesOf(resource, 'policy_data')
  const documents = edge?.address === undefined ? [] : resourcesAt(evidence, resource, edge.address)
  const roles = documents.flatMap((document) =>
    childrenOf(document, 'binding').map((path) => judgeRole(document, `${path}.role`)),
  )
  if (roles.length > 0) return worstOf(roles, judge.unknown('it has no binding'))
  if (data?.known !== true) return judge.unknown(`policy_data ${data?.why ?? 'is not set'}`, data)
  const wide = /"roles\/(?:owner|editor)"/.exec(textOf(data.value))?.[0]
  return wide === undefined
    ? judge.pass('it gives neither owner nor editor', data)
    : judge.fail(`role is ${wide}`, data)
}

function judgeRole(resource: Resource, path: string): Verdict {
  const role = attributeOf(resource, path)
  if (role?.known !== true) return judge.unknown(`role ${role?.why ?? 'is not set'}`, role)
  return ['roles/owner', 'roles/editor'].includes(textOf(role.value))
    ? judge.fail(`role is ${textOf(role.value)}`, role)
    : judge.pass(`role is ${textOf(role.value)}`, role)
}

function judgePolicy({ statements, hidden, elsewhere }: Policy): Verdict {
  if (elsewhere !== undefined) return judge.notApplicable(`written and judged in ${elsewhere}`)
  const verdicts = statements.map(judgeStatement)
  if (hidden !== undefined) verdicts.push(judge.unknown(hidden))
  return worstOf(verdicts, judge.notApplicable('it has no statement'))
}

function judgeStatement(statement: Statement): Verdict {
  const { resource, allows } = statement
  if (allows === 'no') return judge.pass('it denies')
  const [actions, resources] = [actionExtent(statement), resourceExtent(statement)]
  const at = attributeOf(resource, statement.actions) ?? attributeOf(resource, statement.path)
  if (actions === 'some' || resources === 'some')
    return judge.pass('its actions or its resources are named', at)
  if (actions === 'unknown' || resources === 'unknown')
    return judge.unknown('its actions or resources are not all known', at)
  return allows === 'unknown'
    ? judge.unknown('its effect is not known', at)
    : judge.fail(foundIn(statement), at)
}

function foundIn({ resource, actions, resources }: Statement): string {
  const every = (path: string, what: string) =>
    attributeOf(resource, path) === undefined ? `every ${what} but a few` : `every ${what}`
  return `${every(actions, 'action')} on ${every(resources, 'resource')}`
}
