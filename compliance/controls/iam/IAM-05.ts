/** Workload roles name actions, and resources wherever the action can be restricted to some. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import {
  holdsDocument,
  namedBy,
  namedPolicies,
  namesPolicies,
  policiesOf,
  type NamedPolicy,
} from '../read/grants.ts'
import { textsAt, type Policy, type Statement } from '../read/policy.ts'
import { actionExtent, resourceExtent } from '../read/statement-reach.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { takesNoResource } from './unrestrictable.ts'

const judge = judgeBy(
  'actions are named, and so are resources where the action can be restricted to some',
  'replace service:* by the actions used, and * by the ARNs they are used on',
)

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
      ...namedPolicies(resource).map((each) => judgeNamed(resource, each, evidence)),
    ]
    return worstOf(verdicts, judge.notApplicable('it is given nothing here'))
  },
}

function judgeNamed(resource: Resource, named: NamedPolicy, evidence: Evidence): Verdict {
  const { path, arn } = named
  const found = namedBy(resource, named, evidence)
  if ('why' in found) return judge.unknown(found.why, arn)
  if ('here' in found) return judge.notApplicable('the policy is judged where it is written', arn)
  const wide = wideManaged.exec(found.arn)?.[1]
  if (wide !== undefined) return judge.fail(`${path} is ${wide}`, arn)
  return serviceManaged.test(found.arn)
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
  const at = attributeOf(resource, statement.actions) ?? attributeOf(resource, statement.path)
  const found = wideIn(statement)
  if (found.wide !== undefined)
    return allows === 'unknown' ? judge.unknown('its effect is not known', at) : judge.fail(found.wide, at)
  return found.open === undefined
    ? judge.pass('its actions and resources are named', at)
    : judge.unknown(found.open, at)
}

/** What is not named in a statement, and what nobody can tell of it. */
function wideIn(statement: Statement): { readonly wide?: string; readonly open?: string } {
  const { values, isOpen } = textsAt(statement, statement.actions)
  const wide = values.find((action) => action === '*' || action.endsWith(':*'))
  if (wide !== undefined) return { wide: `action ${wide}` }
  if (actionExtent(statement) === 'all') return { wide: 'every action but a few' }
  const resources = resourceExtent(statement)
  const loose = resources === 'some' ? [] : values.filter((action) => takesNoResource(action) !== 'yes')
  const certain = loose.find((action) => takesNoResource(action) === 'no')
  if (resources === 'all' && certain !== undefined) return { wide: `${certain} on every resource` }
  if (isOpen || actionExtent(statement) === 'unknown') return { open: 'its actions are not all known' }
  if (loose.length === 0) return {}
  return resources === 'unknown'
    ? { open: 'its resources are not all known' }
    : { open: `whether ${loose[0] ?? ''} takes a resource is not known` }
}

function hasChildren({ resource, principals }: Statement): boolean {
  return [...resource.attributes.keys()].some((path) => path.startsWith(`${principals}.`))
}
