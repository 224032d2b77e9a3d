/** How controls read attributes that only have to be set, and databases that copy another one. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import type { Judge } from '../verdict.ts'
import type { Answer } from './certainty.ts'
import { addressOf } from './terraform.ts'

/** Tells whether an attribute is set: null and '' are not, a reference to a resource is, a variable without a value may be. */
export function isSet(resource: Resource, path: string): Answer {
  const attribute = attributeOf(resource, path)
  if (attribute === undefined) return 'no'
  if (attribute.known) return attribute.value === null || attribute.value === '' ? 'no' : 'yes'
  return addressOf(attribute) === undefined ? 'maybe' : 'yes'
}

/** Tells whether any of the attributes is set. */
export function isAnySet(resource: Resource, paths: readonly string[]): Answer {
  const answers = paths.map((path) => isSet(resource, path))
  if (answers.includes('yes')) return 'yes'
  return answers.includes('maybe') ? 'maybe' : 'no'
}

/** Attributes that make a database of AWS or Google the replica of another one. */
const sources = ['replicate_source_db', 'master_instance_name']

/** Judges a database that is no replica; where nobody can tell, only a pass holds. */
export function unlessReplica(
  judge: Judge,
  database: Resource,
  check: () => Verdict | readonly Verdict[],
): Verdict | readonly Verdict[] {
  const answer = isAnySet(database, sources)
  if (answer === 'yes') return judge.notApplicable('it is a replica of another one')
  const verdicts = [check()].flat()
  const isSure = answer === 'no' || verdicts.every(({ status }) => status === 'pass')
  return isSure ? verdicts : judge.unknown('whether it is a replica of another one is not known')
}
