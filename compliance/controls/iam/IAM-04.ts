/** Nobody is given everything. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import {
  arnText,
  holdsDocument,
  namedPolicies,
  namesPolicies,
  policiesOf,
  type NamedPolicy,
} from '../read/grants.ts'
import { textsAt, type Policy, type Statement } from '../read/policy.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'no policy allows every action on every resource',
  'name the actions and the resources this role needs',
)

const isGoogle = ofType('google_project_iam_member', 'google_project_iam_binding')

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
    isGoogle(resource) ? judgeGoogle(resource) : judgeGrants(resource, evidence),
}

function judgeGrants(resource: Resource, evidence: Evidence): Verdict {
  const verdicts = [
    ...policiesOf(resource, evidence).map(judgePolicy),
    ...namedPolicies(resource).map(judgeNamed),
  ]
  return worstOf(verdicts, judge.notApplicable('it is given nothing here'))
}

function judgeNamed({ path, arn }: NamedPolicy): Verdict {
  if (arn === undefined) return judge.unknown(`${path} is not set`)
  const text = arnText(arn)
  if (text === undefined) {
    return /aws_iam_policy\./.test(arn.expression ?? '')
      ? judge.pass('the policy is judged where it is written', arn)
      : judge.unknown(`${path} ${arn.known ? 'is not set' : arn.why}`, arn)
  }
  if (text.endsWith(':policy/AdministratorAccess')) return judge.fail(`${path} is AdministratorAccess`, arn)
  return text.includes(':iam::aws:policy/')
    ? judge.pass(`${path} is not AdministratorAccess`, arn)
    : judge.unknown(`${path} names a policy that is written elsewhere`, arn)
}

function judgeGoogle(resource: Resource): Verdict {
  const role = attributeOf(resource, 'role')
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
  const { resource, actions: actionPath, allows } = statement
  if (allows === 'no') return judge.pass('it denies')
  const actions = textsAt(statement, actionPath)
  const resources = textsAt(statement, statement.resources)
  const isWide = actions.values.some((action) => action === '*' || action === '*:*')
  const at = attributeOf(resource, actionPath) ?? attributeOf(resource, statement.path)
  if (isWide && resources.values.includes('*')) {
    return allows === 'unknown'
      ? judge.unknown('its effect is not known', at)
      : judge.fail('every action on every resource', at)
  }
  const mayBeWide = (isWide || actions.isOpen) && (resources.values.includes('*') || resources.isOpen)
  if (mayBeWide) return judge.unknown('its actions or resources are not all known', at)
  const isInverted =
    knownValueOf(resource, statement.notActions) !== undefined && resources.values.includes('*')
  return isInverted
    ? judge.fail('every action but a few on every resource', attributeOf(resource, statement.notActions))
    : judge.pass('its actions or its resources are named', at)
}
