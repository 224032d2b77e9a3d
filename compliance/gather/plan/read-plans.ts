/**
 * What a plan says of a resource is what Terraform says: it takes the place of what was read from the files of its root.
 * Several roots may name resources alike, so the root is found first; without one, nothing is taken away.
 */
import { dirname } from 'node:path'
import type { Position, Resource } from '../../evidence.ts'
import { add, type Collected } from '../collected.ts'
import { gatherPlan, withoutKeys } from './plan.ts'

/** Reads the plans that were found, after the files of Terraform. */
export function readPlans(collected: Collected): void {
  const roots = rootsIn(collected.resources)
  for (const plan of collected.plans) {
    add(collected, { kinds: ['terraform'], files: [plan] }, () => {
      return gatherPlan(plan, (addresses) => {
        const root = rootOf(folderOf(plan.file), addresses, roots)
        if (root !== undefined) takeAway(collected, { root, addresses })
        return (address) => root?.places.get(address)
      })
    })
  }
}

interface Root {
  readonly folder: string
  /** Where its resources and modules are written, by their addresses without keys. */
  readonly places: ReadonlyMap<string, Position>
}

function rootsIn(resources: readonly Resource[]): Root[] {
  const folders = Map.groupBy(resources, ({ scope }) => scope?.folder)
  return [...folders].flatMap(([folder, each]) => {
    if (folder === undefined) return []
    const places = new Map(each.map(({ address, position }) => [withoutKeys(address), position] as const))
    return [{ folder, places }]
  })
}

/** The root in whose folder the plan lies; else the nearest above it, or the only one, that declares all it speaks of. */
function rootOf(folder: string, addresses: ReadonlySet<string>, roots: readonly Root[]): Root | undefined {
  const beside = roots.find((root) => root.folder === folder)
  if (beside !== undefined) return beside
  const fitting = roots.filter(({ places }) => [...addresses].every((address) => isDeclared(address, places)))
  const [nearest] = fitting
    .filter((root) => root.folder === '' || folder.startsWith(`${root.folder}/`))
    .sort((left, right) => right.folder.length - left.folder.length)
  return nearest ?? (fitting.length === 1 ? fitting[0] : undefined)
}

/** What stands in a module nobody looks into is declared with it. */
function isDeclared(address: string, places: ReadonlyMap<string, Position>): boolean {
  return places.has(address) || modulesAround(address).some((module) => places.has(module))
}

/** `module.a.module.b.x.y` stands in `module.a` and `module.a.module.b`. */
function modulesAround(address: string): string[] {
  const path = /^(?:module\.[^.]+\.)*/.exec(address)?.[0] ?? ''
  const names = [...path.matchAll(/module\.[^.]+/g)].map(([name]) => name)
  return names.map((_, index) => names.slice(0, index + 1).join('.'))
}

interface Taken {
  readonly root: Root
  /** Of what the plan speaks, without keys. */
  readonly addresses: ReadonlySet<string>
}

function takeAway({ resources }: Collected, { root, addresses }: Taken): void {
  const modules = new Set([...addresses].flatMap(modulesAround))
  const isReplaced = ({ environment, scope, type, address }: Resource) =>
    scope?.folder === root.folder &&
    environment === undefined &&
    (type === 'module' ? modules : addresses).has(withoutKeys(address))
  const kept = resources.filter((resource) => !isReplaced(resource))
  resources.splice(0, resources.length)
  for (const resource of kept) resources.push(resource)
}

function folderOf(file: string): string {
  const folder = dirname(file)
  return folder === '.' ? '' : folder
}
