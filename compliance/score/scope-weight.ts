/** How much a failure matters by where it is: what a user meets weighs more than where people try things. */
import type { Environment } from '../parameters.ts'

const ofEnvironment: Readonly<Record<Environment, number>> = {
  production: 1,
  staging: 0.5,
  development: 0.25,
}
/** For resources labelled as holding restricted data. */
const ofRestricted = 1.5

/** Weighs a resource by its label and where it is; one without a label holds no restricted data. */
export function scopeWeightOf(label = '', environment: Environment): number {
  const byEnvironment = ofEnvironment[environment]
  return /restricted/i.test(label) ? byEnvironment * ofRestricted : byEnvironment
}
