/** Patches: objects that say only what they change of an object in another file. */
import type { Value } from '../value.ts'

/** Where the pod of an object stands, by type. */
const template = ['spec', 'template', 'spec'] as const
const podPaths: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['pod', ['spec']],
  ['deployment', template],
  ['statefulset', template],
  ['daemonset', template],
  ['replicaset', template],
  ['job', template],
  ['cronjob', ['spec', 'jobTemplate', ...template]],
])
/** Types that cannot do without a selector. */
const selecting: ReadonlySet<string> = new Set(['deployment', 'statefulset', 'daemonset', 'replicaset'])

/** True for an object that runs containers and does not say what Kubernetes demands: it cannot stand alone. */
export function isHalf(type: string, root: Value): boolean {
  const path = podPaths.get(type)
  if (path === undefined) return false
  if (selecting.has(type) && at(root, ['spec', 'selector']) === undefined) return true
  const containers = at(root, [...path, 'containers'])
  if (containers === undefined) return true
  return containers.kind === 'list' && containers.items.some((item) => at(item, ['image']) === undefined)
}

/** Marks every map and list of a value as one that may hold more. */
export function opened(value: Value, why: string): Value {
  if (value.kind === 'map') {
    const entries = [...value.entries].map(([key, entry]) => [key, opened(entry, why)] as const)
    return { ...value, entries: new Map(entries), open: why }
  }
  if (value.kind !== 'list') return value
  return { ...value, items: value.items.map((item) => opened(item, why)), open: why }
}

function at(value: Value, path: readonly string[]): Value | undefined {
  let found: Value | undefined = value
  for (const key of path) found = found?.kind === 'map' ? found.entries.get(key) : undefined
  return found
}
