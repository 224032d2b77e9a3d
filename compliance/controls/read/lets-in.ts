/** Whom a policy of a resource lets in. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import { worstOf, type Judge } from '../verdict.ts'
import { reachOf } from './conditions.ts'
import { besideAt } from './neighbours.ts'
import { policyOf, textsAt, type Statement } from './policy.ts'

/** Judges the policy in attribute `policy`: nobody may be let in who is not named. */
export function judgePolicyFor(judge: Judge, resource: Resource, evidence: Evidence): Verdict {
  const direct = policyOf(resource, 'policy', evidence)
  const document = besideAt(evidence, resource, direct.elsewhere)
  const { statements, hidden } = document === undefined ? direct : policyOf(document, '', evidence)
  const at = attributeOf(resource, 'policy')
  const verdicts = statements.map((statement) => ({
    ...judgeStatement(judge, statement),
    ...(at === undefined ? {} : { at }),
  }))
  if (hidden !== undefined) verdicts.push(judge.unknown(hidden, at))
  return worstOf(verdicts, judge.unknown('policy has no statement', at))
}

function judgeStatement(judge: Judge, statement: Statement): Verdict {
  const { resource, principals, allows } = statement
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
  const reach = reachOf(statement)
  if (reach === 'some') return judge.pass('a condition names those who are allowed')
  if (allows === 'unknown') return judge.unknown('its effect is not known')
  return reach === 'everybody'
    ? judge.fail('everybody is allowed')
    : judge.unknown('everybody is allowed under a condition')
}
