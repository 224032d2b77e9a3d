/** What stands beside a resource: in the same file, in the same folder. Found once per scan. */
import { knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { oncePerScan } from './once.ts'

/** A folder, or a Terraform module: one folder may be several modules in several environments. */
interface Folder {
  readonly all: Resource[]
  readonly byType: Map<string, Resource[]>
  byAddress?: ReadonlyMap<string, Resource>
}

/** All modules of one root in one environment. */
interface Root {
  /** By the path of the module; of what is no Terraform one of no name. */
  readonly folders: Map<string, Folder>
  /** What is made in all of them. */
  readonly madeByType: Map<string, Resource[]>
}

/** Lists the resources of the same file, this one included. */
export function inFile(evidence: Evidence, { position }: Resource): readonly Resource[] {
  return filesOf(evidence).get(position.file) ?? []
}

/** Lists the resources of the same folder, or Terraform module, this one included. */
export function inFolder(evidence: Evidence, resource: Resource): readonly Resource[] {
  return folderAround(evidence, resource)?.all ?? []
}

/** Lists the resources of the types in the same folder, or Terraform module, type by type. */
export function inFolderOfType(
  evidence: Evidence,
  resource: Resource,
  types: readonly string[],
): readonly Resource[] {
  const byType = folderAround(evidence, resource)?.byType
  return types.flatMap((type) => byType?.get(type) ?? [])
}

/** Finds a resource of the same folder, or Terraform module, by its address; nothing is at no address. */
export function besideAt(
  evidence: Evidence,
  resource: Resource,
  address: string | undefined,
): Resource | undefined {
  const folder = address === undefined ? undefined : folderAround(evidence, resource)
  if (address === undefined || folder === undefined) return undefined
  folder.byAddress ??= byAddress(folder.all)
  return folder.byAddress.get(address)
}

/** Lists the resources of a type that are made in all modules of the same Terraform root and environment. */
export function inRoot(evidence: Evidence, resource: Resource, type: string): readonly Resource[] {
  return rootsOf(evidence).get(rootOf(resource))?.madeByType.get(type) ?? []
}

/** Makes a search that runs once for each Terraform root, or each folder, of the evidence. */
export function oncePerRoot<Found>(
  find: (of: Resource, evidence: Evidence) => Found,
): (of: Resource, evidence: Evidence) => Found {
  const roots = oncePerScan(() => new Map<string, { readonly found: Found }>())
  return (of, evidence) => {
    const known = roots(evidence)
    const root = rootOf(of)
    const each = known.get(root) ?? { found: find(of, evidence) }
    known.set(root, each)
    return each.found
  }
}

/** Makes a search that runs once for each file of the evidence. */
export function oncePerFile<Found>(
  find: (of: Resource, evidence: Evidence) => Found,
): (of: Resource, evidence: Evidence) => Found {
  const files = oncePerScan(() => new Map<string, { readonly found: Found }>())
  return (of, evidence) => {
    const known = files(evidence)
    const each = known.get(of.position.file) ?? { found: find(of, evidence) }
    known.set(of.position.file, each)
    return each.found
  }
}

const addressesInFile = oncePerFile((of, evidence) => byAddress(inFile(evidence, of)))

/** Finds a resource of the same file by its address. */
export function inFileAt(evidence: Evidence, resource: Resource, address: string): Resource | undefined {
  return addressesInFile(resource, evidence).get(address)
}

const byRootAndAddress = oncePerScan(({ resources }) => {
  const scoped = resources.filter(({ scope }) => scope !== undefined)
  return new Map([...Map.groupBy(scoped, rootOf)].map(([root, each]) => [root, byAddress(each)]))
})

/** Finds a resource of the same Terraform root by its address, in whichever module it is made. */
export function inRootAt(
  evidence: Evidence,
  resource: Resource,
  address: string | undefined,
): Resource | undefined {
  return address === undefined ? undefined : byRootAndAddress(evidence).get(rootOf(resource))?.get(address)
}

function folderAround(evidence: Evidence, resource: Resource): Folder | undefined {
  return rootsOf(evidence)
    .get(rootOf(resource))
    ?.folders.get(resource.scope?.module ?? '')
}

const filesOf = oncePerScan(({ resources }) => Map.groupBy(resources, ({ position }) => position.file))

/**
 * Evidence never changes, so what was found holds as long as it does. Without this every control would look through
 * all resources for every resource: two minutes for 17,000 of them.
 */
const rootsOf = oncePerScan(({ resources }) => {
  const roots = new Map<string, Root>()
  for (const resource of resources) {
    const root = made<Root>(roots, rootOf(resource), () => ({ folders: new Map(), madeByType: new Map() }))
    const module = resource.scope?.module ?? ''
    const folder = made<Folder>(root.folders, module, () => ({ all: [], byType: new Map() }))
    folder.all.push(resource)
    made(folder.byType, resource.type, () => []).push(resource)
    if (!isAbsent(resource)) made(root.madeByType, resource.type, () => []).push(resource)
  }
  return roots
})

/** Finds an entry, or makes it. */
function made<Entry>(map: Map<string, Entry>, name: string, make: () => Entry): Entry {
  const before = map.get(name)
  if (before !== undefined) return before
  const entry = make()
  map.set(name, entry)
  return entry
}

/** Of several at one address the first counts. */
function byAddress(resources: readonly Resource[]): ReadonlyMap<string, Resource> {
  return new Map(resources.toReversed().map((resource) => [resource.address, resource]))
}

/** A Terraform resource that is never made protects nothing. */
function isAbsent(resource: Resource): boolean {
  return resource.scope !== undefined && Number(knownValueOf(resource, 'count') ?? 1) === 0
}

/** Names the root a resource belongs to: of what is no Terraform its folder. */
export function rootOf({ position: { file }, scope }: Resource): string {
  return scope?.root ?? file.slice(0, file.lastIndexOf('/') + 1)
}
