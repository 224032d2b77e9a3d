/** What stands beside a resource: in the same file, in the same folder. Found once per scan. */
import { knownValueOf, type Evidence, type Resource } from '../../evidence.ts'

interface Places {
  readonly byFile: ReadonlyMap<string, readonly Resource[]>
  /** By folder; Terraform by module, as one folder may be several modules in several environments. */
  readonly byFolder: ReadonlyMap<string, readonly Resource[]>
  readonly byFolderAndType: ReadonlyMap<string, ReadonlyMap<string, readonly Resource[]>>
  readonly byFolderAndAddress: ReadonlyMap<string, ReadonlyMap<string, Resource>>
  /** By root and type: all modules of one root in one environment. */
  readonly byRoot: ReadonlyMap<string, ReadonlyMap<string, readonly Resource[]>>
}

/**
 * Evidence never changes, so what was found holds as long as it does. Without this every control would look through
 * all resources for every resource: two minutes for 17,000 of them.
 */
const known = new WeakMap<Evidence, Places>()

/** Lists the resources of the same file, this one included. */
export function inFile(evidence: Evidence, { position }: Resource): readonly Resource[] {
  return placesOf(evidence).byFile.get(position.file) ?? []
}

/** Lists the resources of the same folder, or Terraform module, this one included. */
export function inFolder(evidence: Evidence, resource: Resource): readonly Resource[] {
  return placesOf(evidence).byFolder.get(folderOf(resource)) ?? []
}

/** Lists the resources of the types in the same folder, or Terraform module, type by type. */
export function inFolderOfType(
  evidence: Evidence,
  resource: Resource,
  types: readonly string[],
): readonly Resource[] {
  const byType = placesOf(evidence).byFolderAndType.get(folderOf(resource))
  return types.flatMap((type) => byType?.get(type) ?? [])
}

/** Finds a resource of the same folder, or Terraform module, by its address; nothing is at no address. */
export function besideAt(
  evidence: Evidence,
  resource: Resource,
  address: string | undefined,
): Resource | undefined {
  if (address === undefined) return undefined
  return placesOf(evidence).byFolderAndAddress.get(folderOf(resource))?.get(address)
}

/** Lists the resources of a type that are made in all modules of the same Terraform root and environment. */
export function inRoot(evidence: Evidence, resource: Resource, type: string): readonly Resource[] {
  return placesOf(evidence).byRoot.get(rootOf(resource))?.get(type) ?? []
}

function placesOf(evidence: Evidence): Places {
  const before = known.get(evidence)
  if (before !== undefined) return before
  const made = evidence.resources.filter((resource) => !isAbsent(resource))
  const byFolder = Map.groupBy(evidence.resources, folderOf)
  const places = {
    byFile: Map.groupBy(evidence.resources, ({ position }) => position.file),
    byFolder,
    byFolderAndType: byType(byFolder),
    byFolderAndAddress: byAddress(byFolder),
    byRoot: byType(Map.groupBy(made, rootOf)),
  }
  known.set(evidence, places)
  return places
}

function byType(groups: ReadonlyMap<string, readonly Resource[]>) {
  return new Map([...groups].map(([name, each]) => [name, Map.groupBy(each, ({ type }) => type)]))
}

/** Of several at one address the first counts. */
function byAddress(groups: ReadonlyMap<string, readonly Resource[]>) {
  return new Map(
    [...groups].map(([name, each]) => [
      name,
      new Map(each.toReversed().map((resource) => [resource.address, resource])),
    ]),
  )
}

/** A Terraform resource that is never made protects nothing. */
function isAbsent(resource: Resource): boolean {
  return resource.scope !== undefined && Number(knownValueOf(resource, 'count') ?? 1) === 0
}

function folderOf({ position: { file }, scope }: Resource): string {
  if (scope !== undefined) return `${scope.root}\n${scope.module}`
  return file.slice(0, file.lastIndexOf('/') + 1)
}

/** Names the root a resource belongs to. */
export function rootOf(resource: Resource): string {
  return resource.scope?.root ?? folderOf(resource)
}
