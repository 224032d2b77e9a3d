/** What stands beside a resource: in the same file, in the same folder. Found once per scan. */
import type { Evidence, Resource } from '../../evidence.ts'

interface Places {
  readonly byFile: ReadonlyMap<string, readonly Resource[]>
  readonly byFolder: ReadonlyMap<string, readonly Resource[]>
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

/** Lists the resources of the same folder, this one included; a Terraform module is a folder. */
export function inFolder(evidence: Evidence, { position }: Resource): readonly Resource[] {
  return placesOf(evidence).byFolder.get(folderOf(position.file)) ?? []
}

function placesOf(evidence: Evidence): Places {
  const before = known.get(evidence)
  if (before !== undefined) return before
  const places = {
    byFile: Map.groupBy(evidence.resources, ({ position }) => position.file),
    byFolder: Map.groupBy(evidence.resources, ({ position }) => folderOf(position.file)),
  }
  known.set(evidence, places)
  return places
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1)
}
