/** The resource an attribute refers to, by address or by a known name; comparing it with all costs the product of both. */
import { attributeOf, knownValueOf, type Attribute, type Evidence, type Resource } from '../../evidence.ts'
import { inRoot, inRootAt, rootOf } from './neighbours.ts'
import { addressOf } from './terraform.ts'

export interface Sought {
  readonly types: readonly string[]
  /** Attribute whose known value stands for the resource: `bucket` of a bucket. */
  readonly name?: string
}

/** Finds the resource of a root that attribute `path` refers to. */
export function referredTo(
  resource: Resource,
  path: string,
  evidence: Evidence,
  sought: Sought,
): Resource | undefined {
  return referredBy(attributeOf(resource, path), resource, evidence, sought)
}

/** Finds the resource of the root of `from` that an attribute refers to. */
export function referredBy(
  attribute: Attribute | undefined,
  from: Resource,
  evidence: Evidence,
  { types, name }: Sought,
): Resource | undefined {
  if (attribute === undefined) return undefined
  const found = inRootAt(evidence, from, addressOf(attribute))
  if (found !== undefined && types.includes(found.type)) return found
  if (!attribute.known || name === undefined) return undefined
  return types
    .map((type) => byName(evidence, from, type, name).get(attribute.value))
    .find((each) => each !== undefined)
}

const indexes = new WeakMap<Evidence, Map<string, ReadonlyMap<unknown, Resource>>>()

/** Of several of one name the first counts. */
function byName(
  evidence: Evidence,
  from: Resource,
  type: string,
  name: string,
): ReadonlyMap<unknown, Resource> {
  const ofScan = indexes.get(evidence) ?? new Map<string, ReadonlyMap<unknown, Resource>>()
  indexes.set(evidence, ofScan)
  const key = `${rootOf(from)}\n${type}\n${name}`
  const before = ofScan.get(key)
  if (before !== undefined) return before
  const named = inRoot(evidence, from, type).map((each) => [knownValueOf(each, name), each] as const)
  const known = named.filter(([value]) => value !== undefined && value !== null)
  const index = new Map(known.toReversed())
  ofScan.set(key, index)
  return index
}
