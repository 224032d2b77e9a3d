/** Roles can be taken on by those they are meant for only. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { besideAt } from '../read/neighbours.ts'
import { policyOf, type Statement } from '../read/policy.ts'
import { principalsOf } from '../read/principals.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { webLoginOf } from './web-login.ts'

const judge = judgeBy(
  'trust policies name services, roles or accounts; a whole account only under a condition',
  'name the principal, or add a condition such as sts:ExternalId or aws:PrincipalArn',
)

export const control: Control = {
  id: 'IAM-07',
  sources: ['terraform'],
  page: {
    why: 'Whoever may take a role on has all of its rights. A trust policy that names everybody gives them to the world.',
    good: [
      {
        file: 'main.tf',
        text: `resource "aws_iam_role" "task" {
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}
`,
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: `resource "aws_iam_role" "task" {
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "*" } }]
  })
}
`,
      },
    ],
  },
  applies: ofType('aws_iam_role'),
  check: judgeTrust,
}

function judgeTrust(resource: Resource, evidence: Evidence): Verdict {
  const direct = policyOf(resource, 'assume_role_policy', evidence)
  const document = besideAt(evidence, resource, direct.elsewhere)
  const { statements, hidden } = document === undefined ? direct : policyOf(document, '', evidence)
  const verdicts = statements.map(judgeStatement)
  if (hidden !== undefined) verdicts.push(judge.unknown(hidden))
  return worstOf(verdicts, judge.unknown('assume_role_policy has no statement'))
}

function judgeStatement(statement: Statement): Verdict {
  const { resource, allows } = statement
  if (allows === 'no') return judge.pass('it denies')
  const at = attributeOf(resource, statement.principals) ?? attributeOf(resource, statement.path)
  const principals = principalsOf(statement)
  const hasCondition = attributeOf(resource, statement.condition) !== undefined
  if (principals.values.includes('*')) {
    return hasCondition
      ? judge.unknown('anybody, under a condition', at)
      : judge.fail('anybody may take it on', at)
  }
  const account = principals.values.find((value) =>
    /^(?:\d{12}|arn:(?:aws[\w-]*|\$\{[^}]{1,200}\}):iam::(?:\d{12}|\$\{[^}]{1,200}\}):root)$/.test(value),
  )
  if (account !== undefined && !hasCondition) return judge.fail(`everybody in the account ${account}`, at)
  const login = webLoginOf(statement)
  if (login.reach === 'everybody' && allows === 'yes') return judge.fail(login.why, at)
  if (login.reach === 'unknown') return judge.unknown(login.why, at)
  if (principals.isOpen || allows === 'unknown') return judge.unknown('who may take it on is not known', at)
  return judge.pass('those who may take it on are named', at)
}
