/** How controls read where something of Terraform is made: its own region, or that of its provider. */
import { attributeOf, knownValueOf, type Attribute, type Evidence, type Resource } from '../../evidence.ts'
import { textOf } from '../text.ts'
import type { Answer } from './certainty.ts'
import { inRoot, inRootAt } from './neighbours.ts'
import { addressOf } from './terraform.ts'

/**
 * Finds the provider with the alias a resource names, or the one without alias. Which one a module is handed stands in
 * its call; where there are several, and none is of the module itself, nobody can tell here.
 */
export function providerOf(resource: Resource, evidence: Evidence): Resource | undefined {
  const family = familyOf(resource)
  const own = attributeOf(resource, 'provider')
  const named = own?.known === true ? textOf(own.value) : (own?.expression ?? '')
  const alias = named.replace(/[${}\s]/g, '').split('.')[1] ?? ''
  const all = inRoot(evidence, resource, 'provider').filter(({ name }) => name.split('.')[0] === family)
  const isNamed = (each: Resource) => textOf(knownValueOf(each, 'alias')) === alias
  const module = resource.scope?.module ?? ''
  const inside = all.filter(({ scope }) => (scope?.module ?? '') === module).find(isNamed)
  return inside ?? (all.length === 1 && module !== '' ? all[0] : undefined)
}

/** Names the provider a type is of. */
export function familyOf({ type }: Resource): string {
  return type.startsWith('google_') ? 'google' : 'aws'
}

/** Reads the region a resource is made in; undefined where nobody wrote it, or it is not known. */
export function regionOf(resource: Resource, evidence: Evidence): string | undefined {
  const own = attributeOf(resource, 'region')
  if (own !== undefined) return own.known && typeof own.value === 'string' ? own.value : undefined
  const provider = providerOf(resource, evidence)
  const region = provider === undefined ? undefined : knownValueOf(provider, 'region')
  return typeof region === 'string' ? region : undefined
}

/** Tells whether what an ARN names stands in another region than a resource. */
export function isElsewhere(arn: Attribute | undefined, from: Resource, evidence: Evidence): Answer {
  if (arn === undefined) return 'no'
  const target = inRootAt(evidence, from, addressOf(arn))
  const here = regionOf(from, evidence)
  const there = target === undefined ? regionIn(arn) : regionOf(target, evidence)
  if (here !== undefined && there !== undefined) return here === there ? 'no' : 'yes'
  return target !== undefined && sharesProvider(target, from, evidence) ? 'no' : 'maybe'
}

function regionIn(arn: Attribute): string | undefined {
  const region = arn.known ? textOf(arn.value).split(':')[3] : undefined
  return region === '' ? undefined : region
}

/** In one module the same provider is the same region, whichever it is. */
function sharesProvider(left: Resource, right: Resource, evidence: Evidence): boolean {
  if (left.scope?.module !== right.scope?.module) return false
  if ([left, right].some((each) => attributeOf(each, 'region') !== undefined)) return false
  const named = [left, right].map((each) => attributeOf(each, 'provider')?.expression ?? '')
  return named[0] === named[1] && providerOf(left, evidence) === providerOf(right, evidence)
}
