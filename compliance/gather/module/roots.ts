/** Which folders are roots, which are modules of others, and which roots belong together. */
import { join } from 'node:path'
import { literalIn, type ModuleSource } from './source.ts'

/** True for a module that stands in a folder beside. */
export function isLocal(source: string): boolean {
  return source.startsWith('./') || source.startsWith('../')
}

/** The folder a local module is in. */
export function localFolder(source: string, from: ModuleSource): string {
  const folder = join(from.folder === '' ? '.' : from.folder, source.split('//').join('/')).replace(/\/$/, '')
  return folder === '.' ? '' : folder
}

/** Lists the roots: folders that no other folder calls. Of folders that only call each other the first is one. */
export function rootsOf(folders: ReadonlyMap<string, ModuleSource>): ModuleSource[] {
  const calls = new Map([...folders.values()].map((source) => [source, calledBy(source, folders)] as const))
  const called = new Set([...calls].flatMap(([source, targets]) => targets.filter((each) => each !== source)))
  const roots = [...folders.values()].filter((source) => !called.has(source))
  const reached = new Set<ModuleSource>()
  const reach = (source: ModuleSource): void => {
    const waiting = [source]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (reached.has(next)) continue
      reached.add(next)
      waiting.push(...(calls.get(next) ?? []))
    }
  }
  roots.forEach(reach)
  for (const source of folders.values()) {
    if (reached.has(source)) continue
    roots.push(source)
    reach(source)
  }
  return roots
}

function calledBy(source: ModuleSource, folders: ReadonlyMap<string, ModuleSource>): ModuleSource[] {
  return [...source.modules.values()].flatMap((declared) => {
    const written = literalIn(declared, 'source')
    const found =
      typeof written === 'string' && isLocal(written) ? folders.get(localFolder(written, source)) : undefined
    return found === undefined ? [] : [found]
  })
}

const reference = /(?<![\w.])((?:data\.)?[a-z][a-z0-9]*_\w+\.[A-Za-z_][\w-]*)/g

/**
 * Finds for each root the resources it refers to that another root declares: a stack that is split over several
 * folders. A name that several roots declare belongs to none of them.
 *
 * @returns for each root the owner of each address
 */
export function neighboursOf(roots: readonly ModuleSource[]): ReadonlyMap<ModuleSource, Owners> {
  const owners = new Map<string, ModuleSource | undefined>()
  for (const root of roots) {
    for (const address of root.resources.keys()) owners.set(address, owners.has(address) ? undefined : root)
  }
  return new Map(roots.map((root) => [root, ownersFor(root, owners)] as const))
}

/** Roots by the address of a resource they declare. */
export type Owners = ReadonlyMap<string, ModuleSource>

function ownersFor(root: ModuleSource, owners: ReadonlyMap<string, ModuleSource | undefined>): Owners {
  const found = new Map<string, ModuleSource>()
  for (const { source } of root.files) {
    for (const [, address = ''] of source.matchAll(reference)) {
      const owner = root.resources.has(address) ? undefined : owners.get(address)
      if (owner !== undefined) found.set(address, owner)
    }
  }
  return found
}

/** Names the group of each root: roots that refer to each other's resources, directly or over others. */
export function groupsOf(
  roots: readonly ModuleSource[],
  neighbours: ReadonlyMap<ModuleSource, Owners>,
): ReadonlyMap<ModuleSource, string> {
  const groups = new Map(roots.map((root) => [root, root.folder] as const))
  const pairs = [...neighbours].flatMap(([root, others]) =>
    [...new Set(others.values())].map((other) => [root, other] as const),
  )
  for (const [root, other] of pairs) {
    const [kept, gone] = [groups.get(root), groups.get(other)]
    if (kept !== undefined && kept !== gone) rename(groups, gone, kept)
  }
  return groups
}

function rename(groups: Map<ModuleSource, string>, gone: string | undefined, kept: string): void {
  for (const [root, group] of groups) if (group === gone) groups.set(root, kept)
}
