/** Workload roles name actions, and resources wherever the action can be restricted to some. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { documentPath, policyOf, textsAt, type Statement } from '../read/policy.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy, worstOf } from '../verdict.ts'

const judge = judgeBy(
  'actions are named, and so are resources where the action can be restricted to some',
  'replace service:* by the actions used, and * by the ARNs they are used on',
)

/** Actions that take no resource (Service Authorization Reference): there `*` is the only thing to write. */
const unrestrictable =
  /^(ecr:GetAuthorizationToken|ec2:Describe\w*|logs:Describe\w*|cloudwatch:(PutMetricData|GetMetricData|ListMetrics)|xray:Put\w+|xray:GetSampling\w+|sts:GetCallerIdentity|ssmmessages:\w+|kms:(ListKeys|ListAliases|GenerateRandom)|s3:(ListAllMyBuckets|GetAccountPublicAccessBlock)|rds:DescribeDBEngineVersions|tag:GetResources)$/

export const control: Control = {
  id: 'IAM-05',
  sources: ['terraform'],
  applies: ofType(
    'aws_iam_policy',
    'aws_iam_role_policy',
    'aws_iam_user_policy',
    'aws_iam_group_policy',
    'aws_ssoadmin_permission_set_inline_policy',
    'data.aws_iam_policy_document',
  ),
  check: judgeDocument,
}

function judgeDocument(resource: Resource, evidence: Evidence): Verdict {
  const { statements, hidden, elsewhere } = policyOf(resource, documentPath(resource), evidence)
  if (elsewhere !== undefined) return judge.notApplicable(`written and judged in ${elsewhere}`)
  const verdicts = statements.map(judgeStatement)
  if (hidden !== undefined) verdicts.push(judge.unknown(hidden))
  return worstOf(verdicts, judge.notApplicable('it has no statement'))
}

function judgeStatement(statement: Statement): Verdict {
  const { resource, allows } = statement
  if (allows === 'no') return judge.pass('it denies')
  const isTrust = attributeOf(resource, statement.principals) !== undefined || hasChildren(statement)
  if (isTrust) return judge.notApplicable('it says who may take a role on, not what it may do')
  const actions = textsAt(statement, statement.actions)
  const resources = textsAt(statement, statement.resources)
  const at = attributeOf(resource, statement.actions) ?? attributeOf(resource, statement.path)
  const wide = actions.values.find((action) => action === '*' || action.endsWith(':*'))
  const loose = actions.values.find((action) => !unrestrictable.test(action))
  const found =
    wide !== undefined
      ? `action ${wide}`
      : resources.values.includes('*') && loose !== undefined
        ? `${loose} on every resource`
        : undefined
  if (found !== undefined) {
    return allows === 'unknown' ? judge.unknown('its effect is not known', at) : judge.fail(found, at)
  }
  if (actions.isOpen) return judge.unknown('its actions are not all known', at)
  // A reference to one resource of this module is a resource that is named.
  return judge.pass('its actions and resources are named', at)
}

function hasChildren({ resource, principals }: Statement): boolean {
  return [...resource.attributes.keys()].some((path) => path.startsWith(`${principals}.`))
}
