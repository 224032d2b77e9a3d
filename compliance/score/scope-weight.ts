/** How much a failure matters by where it is: what a user meets weighs more than where people try things. */
import { classificationTags, environmentOf, tagOf } from '../controls/read/terraform.ts'
import type { Evidence, Resource } from '../evidence.ts'
import type { Environment } from '../parameters.ts'

const ofEnvironment: Readonly<Record<Environment, number>> = {
  production: 1,
  staging: 0.5,
  development: 0.25,
}
/** For resources labelled as holding restricted data. */
const ofRestricted = 1.5

/** Weighs a resource; what says nothing of itself is production without restricted data. */
export function scopeWeightOf(resource: Resource, evidence: Evidence): number {
  const label = tagOf(resource, evidence, classificationTags) ?? ''
  const byEnvironment = ofEnvironment[environmentOf(resource, evidence)]
  return /restricted/i.test(label) ? byEnvironment * ofRestricted : byEnvironment
}
