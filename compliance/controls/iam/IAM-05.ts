/** Workload roles name actions, and resources wherever the action can be restricted to some. */
import { attributeOf } from '../../evidence.ts'
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
import { judgeBy, worstOf } from '../verdict.ts'

const judge = judgeBy(
  'actions are named, and so are resources where the action can be restricted to some',
  'replace service:* by the actions used, and * by the ARNs they are used on',
)

/** Actions that take no resource (Service Authorization Reference): there `*` is the only thing to write. */
const unrestrictable =
  /^(ecr:GetAuthorizationToken|ec2:Describe\w*|logs:Describe\w*|cloudwatch:(PutMetricData|GetMetricData|ListMetrics)|xray:Put\w+|xray:GetSampling\w+|sts:GetCallerIdentity|ssmmessages:\w+|kms:(ListKeys|ListAliases|GenerateRandom)|s3:(ListAllMyBuckets|GetAccountPublicAccessBlock)|rds:DescribeDBEngineVersions|tag:GetResources)$/

/** Managed policies of AWS whose documents are `service:*`. */
const wideManaged = /:iam::aws:policy\/(?:[\w-]+\/)*(AdministratorAccess|PowerUserAccess|\w*FullAccess)$/
/** Written by AWS for the role of one of its services, or of one of its agents: they name the actions that it uses. */
const serviceManaged =
  /:iam::aws:policy\/((service-role|aws-service-role)\/|(AmazonSSMManagedInstanceCore|CloudWatchAgentServerPolicy|AmazonEKSWorkerNodePolicy|AmazonEC2ContainerRegistryReadOnly)$)/

export const control: Control = {
  id: 'IAM-05',
  sources: ['terraform'],
  page: {
    why: 'A program that may do more than it does gives the difference to whoever breaks into it.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_iam_policy" "app" {\n  policy = jsonencode({\n    Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = "arn:aws:s3:::campus-records/*" }]\n  })\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_iam_policy" "app" {\n  policy = jsonencode({\n    Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "arn:aws:s3:::campus-records/*" }]\n  })\n}\n',
      },
    ],
  },
  applies: (resource) => holdsDocument(resource) || namesPolicies(resource),
  check: (resource, evidence) => {
    const verdicts = [
      ...policiesOf(resource, evidence).map(judgePolicy),
      ...namedPolicies(resource).map(judgeNamed),
    ]
    return worstOf(verdicts, judge.notApplicable('it is given nothing here'))
  },
}

function judgeNamed({ path, arn }: NamedPolicy): Verdict {
  if (arn === undefined) return judge.unknown(`${path} is not set`)
  const text = arnText(arn)
  if (text === undefined) {
    return /aws_iam_policy\./.test(arn.expression ?? '')
      ? judge.notApplicable('the policy is judged where it is written', arn)
      : judge.unknown(`${path} ${arn.known ? 'is not set' : arn.why}`, arn)
  }
  const wide = wideManaged.exec(text)?.[1]
  if (wide !== undefined) return judge.fail(`${path} is ${wide}`, arn)
  return serviceManaged.test(text)
    ? judge.pass(`${path} is made for a service`, arn)
    : judge.unknown(`${path} names a policy that is not looked into`, arn)
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
