/** Whom a policy of a resource lets in. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import { worstOf, type Judge } from '../verdict.ts'
import { reachOf } from './conditions.ts'
import { wholePolicyOf, type Statement } from './policy.ts'
import { principalsOf } from './principals.ts'

/** Judges the policy in attribute `policy`: nobody may be let in who is not named. */
export function judgePolicyFor(judge: Judge, resource: Resource, evidence: Evidence): Verdict {
  const at = attributeOf(resource, 'policy')
  const verdicts = judgeStatements(judge, resource, evidence)
  const worst = worstOf(verdicts, judge.unknown('policy has no statement', at))
  return { ...worst, ...(at === undefined ? {} : { at }), part: 'policy' }
}

/** Judges every statement of the policy in attribute `policy`, each a part of its own. */
export function judgeStatements(judge: Judge, resource: Resource, evidence: Evidence): readonly Verdict[] {
  const { statements, hidden } = wholePolicyOf(resource, 'policy', evidence)
  const verdicts = statements.map((each) => ({ ...judgeStatement(judge, each), part: each.path }))
  if (hidden !== undefined)
    verdicts.push({ ...judge.unknown(hidden, attributeOf(resource, 'policy')), part: 'policy' })
  return verdicts
}

function judgeStatement(judge: Judge, statement: Statement): Verdict {
  const { resource, principals, path, allows } = statement
  if (allows === 'no') return judge.pass('it denies')
  const at = attributeOf(resource, principals) ?? attributeOf(resource, path)
  const { values, isOpen } = principalsOf(statement)
  if (!values.includes('*') && !isForOthers(statement)) {
    return isOpen
      ? judge.unknown('who is allowed is not all known', at)
      : judge.pass('those who are allowed are named', at)
  }
  const reach = reachOf(statement)
  if (reach === 'some') return judge.pass('a condition names those who are allowed', at)
  if (allows === 'unknown') return judge.unknown('its effect is not known', at)
  return reach === 'everybody'
    ? judge.fail('everybody is allowed', at)
    : judge.unknown('everybody is allowed under a condition', at)
}

/** To allow all but those who are named is to allow everybody else in the world. */
function isForOthers({ resource, notPrincipals }: Statement): boolean {
  const others = resource.attributes.get(notPrincipals)
  return others !== undefined && !(others.known && others.value === null)
}
