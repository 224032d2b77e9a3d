/** Roles can be taken on by those they are meant for only. */
import { attributeOf, childrenOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { inFolder } from '../read/neighbours.ts'
import { policyOf, textsAt, type Statement } from '../read/policy.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy, worstOf } from '../verdict.ts'

const judge = judgeBy(
  'trust policies name services, roles or accounts; a whole account only under a condition',
  'name the principal, or add a condition such as sts:ExternalId or aws:PrincipalArn',
)

export const control: Control = {
  id: 'IAM-07',
  sources: ['terraform'],
  applies: ofType('aws_iam_role'),
  check: judgeTrust,
}

function judgeTrust(resource: Resource, evidence: Evidence): Verdict {
  const direct = policyOf(resource, 'assume_role_policy', evidence)
  const document = inFolder(evidence, resource).find(({ address }) => address === direct.elsewhere)
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
  const account = principals.values.find((value) => /^(\d{12}|arn:aws[\w-]*:iam::\d{12}:root)$/.test(value))
  if (account !== undefined && !hasCondition) return judge.fail(`everybody in the account ${account}`, at)
  if (principals.isOpen || allows === 'unknown') return judge.unknown('who may take it on is not known', at)
  return judge.pass('those who may take it on are named', at)
}

/** `Principal = "*"`, `Principal = { AWS = … }`, or blocks `principals { type, identifiers }`. */
function principalsOf(statement: Statement): {
  readonly values: readonly string[]
  readonly isOpen: boolean
} {
  const { resource, principals } = statement
  const whole = attributeOf(resource, principals)
  if (whole?.known === true && typeof whole.value === 'string')
    return { values: [whole.value], isOpen: false }
  const lists = childrenOf(resource, principals).map((child) => {
    const path = attributeOf(resource, `${child}.identifiers`) === undefined ? child : `${child}.identifiers`
    return textsAt(statement, path)
  })
  return {
    values: lists.flatMap(({ values }) => values),
    isOpen: lists.some(({ isOpen }) => isOpen) || (whole !== undefined && !whole.known && lists.length === 0),
  }
}
