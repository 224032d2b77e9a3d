/** Nobody is given everything. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { documentPath, policyOf, textsAt, type Statement } from '../read/policy.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'no policy allows every action on every resource',
  'name the actions and the resources this role needs',
)

const isDocument = ofType(
  'aws_iam_policy',
  'aws_iam_role_policy',
  'aws_iam_user_policy',
  'aws_iam_group_policy',
  'aws_ssoadmin_permission_set_inline_policy',
  'data.aws_iam_policy_document',
)
const isAttachment = ofType(
  'aws_iam_policy_attachment',
  'aws_iam_role_policy_attachment',
  'aws_iam_user_policy_attachment',
  'aws_iam_group_policy_attachment',
)
const isGoogle = ofType('google_project_iam_member', 'google_project_iam_binding')

export const control: Control = {
  id: 'IAM-04',
  sources: ['terraform'],
  applies: (resource) => isDocument(resource) || isAttachment(resource) || isGoogle(resource),
  check: (resource, evidence) => {
    if (isAttachment(resource)) return judgeAttachment(resource)
    return isGoogle(resource) ? judgeGoogle(resource) : judgeDocument(resource, evidence)
  },
}

function judgeAttachment(resource: Resource): Verdict {
  const arn = attributeOf(resource, 'policy_arn')
  if (arn === undefined) return judge.unknown('policy_arn is not set')
  if (!arn.known) {
    return /aws_iam_policy\./.test(arn.expression ?? '')
      ? judge.pass('the policy is judged where it is written', arn)
      : judge.unknown(`policy_arn ${arn.why}`, arn)
  }
  return textOf(arn.value).endsWith(':policy/AdministratorAccess')
    ? judge.fail('policy_arn is AdministratorAccess', arn)
    : judge.pass('policy_arn is not AdministratorAccess', arn)
}

function judgeGoogle(resource: Resource): Verdict {
  const role = attributeOf(resource, 'role')
  if (role?.known !== true) return judge.unknown(`role ${role?.why ?? 'is not set'}`, role)
  return ['roles/owner', 'roles/editor'].includes(textOf(role.value))
    ? judge.fail(`role is ${textOf(role.value)}`, role)
    : judge.pass(`role is ${textOf(role.value)}`, role)
}

function judgeDocument(resource: Resource, evidence: Evidence): Verdict {
  const { statements, hidden, elsewhere } = policyOf(resource, documentPath(resource), evidence)
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
