/**
 * Resources by what one of their attributes refers to, made once per scan: looking through all settings for every
 * bucket would take the square of the buckets.
 */
import { attributeOf, type Attribute, type Evidence, type Resource } from '../../evidence.ts'
import { oncePerScan } from './once.ts'

/** What an attribute refers to. */
export interface Reference {
  /** The address in its identity. */
  readonly address: string | undefined
  /** Where it has none and is not known: the address it is written as; undefined for what nobody can read. */
  readonly root: string | undefined
}

/** A resource with its place among those of its type. */
export interface Indexed {
  readonly resource: Resource
  readonly order: number
}

/** Most resources kept whose reference nobody can read: each may belong to every target, and one is enough to doubt. */
const unreadLimit = 100

/** By root, then by type, then by path: one name of all three would be written for every look-up. */
type Level<T> = Map<string, T>
const indexesOf = oncePerScan((): Level<Level<Level<AttachmentIndex>>> => new Map())

export interface IndexName {
  readonly root: string
  readonly type: string
  readonly path: string
}

/** Finds the index of a name, or makes it. */
export function keptIndex(
  evidence: Evidence,
  { root, type, path }: IndexName,
  make: () => AttachmentIndex,
): AttachmentIndex {
  const roots = indexesOf(evidence)
  const found = roots.get(root)?.get(type)?.get(path)
  if (found !== undefined) return found
  const index = make()
  const types = roots.get(root) ?? new Map<string, Level<AttachmentIndex>>()
  const paths = types.get(type) ?? new Map<string, AttachmentIndex>()
  roots.set(root, types.set(type, paths.set(path, index)))
  return index
}

export class AttachmentIndex {
  private readonly byAddress = new Map<string, Indexed[]>()
  private readonly byRoot = new Map<string, Indexed[]>()
  private readonly byValue = new Map<unknown, Indexed[]>()
  /** What is not known and names an address; and by every address that one is an instance of. */
  private readonly openByAddress = new Map<string, Indexed[]>()
  private readonly openByOwner = new Map<string, Indexed[]>()
  private readonly unread: Indexed[] = []
  /** No resource of the type refers to anything. */
  isEmpty = true

  constructor(resources: readonly Resource[], path: string, read: (attribute: Attribute) => Reference) {
    for (const [order, resource] of resources.entries()) {
      const attribute = attributeOf(resource, path)
      if (attribute !== undefined) this.add({ resource, order }, attribute, read(attribute))
    }
  }

  /** What refers to an address, or has the value that stands for it. */
  certain(address: string, value: unknown): Indexed[] {
    return [
      ...(this.byAddress.get(address) ?? []),
      ...(this.byRoot.get(address) ?? []),
      ...(value === undefined ? [] : (this.byValue.get(value) ?? [])),
    ]
  }

  /** What may refer to an address: an address without a key may be that of any instance. */
  possible(address: string): Indexed[] {
    return [
      ...this.unread,
      ...(this.openByOwner.get(address) ?? []),
      ...ownersOf(address).flatMap((owner) => this.openByAddress.get(owner) ?? []),
    ]
  }

  private add(each: Indexed, attribute: Attribute, { address, root }: Reference): void {
    this.isEmpty = false
    if (address !== undefined) push(this.byAddress, address, each)
    if (attribute.known) push(this.byValue, attribute.value, each)
    else if (address !== undefined) {
      push(this.openByAddress, address, each)
      for (const owner of ownersOf(address)) push(this.openByOwner, owner, each)
    } else if (root !== undefined) push(this.byRoot, root, each)
    else if (this.unread.length < unreadLimit) this.unread.push(each)
  }
}

/** `aws_x.y["k"].z` is of `aws_x.y`. */
function ownersOf(address: string): string[] {
  const owners: string[] = []
  for (let at = address.indexOf('['); at !== -1; at = address.indexOf('[', at + 1)) {
    owners.push(address.slice(0, at))
  }
  return owners
}

function push<K>(map: Map<K, Indexed[]>, key: K, each: Indexed): void {
  const before = map.get(key)
  if (before === undefined) map.set(key, [each])
  else before.push(each)
}
