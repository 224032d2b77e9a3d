/** How Compose lays one file over another (Compose specification, "Merge"). */
import type { Value } from '../value.ts'

export type MapValue = Value & { kind: 'map' }

/** Lists that the later file gives anew. */
const replaced: ReadonlySet<string> = new Set(['command', 'entrypoint', 'test'])
/** Lists in which the later entry for the same place stands for the earlier one. */
const unique: ReadonlySet<string> = new Set(['volumes', 'devices', 'secrets', 'configs', 'ports'])

/**
 * Merges maps key by key; lists follow each other, or are merged by the place their entries stand for; other values of
 * the later win.
 *
 * @param isCleared tells whether the later file takes away what stands at a path of the earlier one
 */
export function merged(
  base: MapValue,
  over: MapValue,
  isCleared: (path: readonly string[]) => boolean,
  path: readonly string[] = [],
): MapValue {
  const entries = new Map([...base.entries].filter(([key]) => !isCleared([...path, key])))
  for (const [key, value] of over.entries) {
    const before = entries.get(key)
    const both = before?.kind === 'map' && value.kind === 'map'
    entries.set(
      key,
      both ? merged(before, value, isCleared, [...path, key]) : mergedEntry(key, before, value),
    )
  }
  const open = over.open ?? base.open
  return { ...over, entries, ...(open === undefined ? {} : { open }) }
}

function mergedEntry(key: string, before: Value | undefined, value: Value): Value {
  if (before?.kind !== 'list' || value.kind !== 'list' || replaced.has(key)) return value
  if (!unique.has(key)) return { ...value, items: [...before.items, ...value.items] }
  const items = new Map<unknown, Value>()
  for (const item of [...before.items, ...value.items]) items.set(placeOf(key, item) ?? item, item)
  return { ...value, items: [...items.values()] }
}

/** What makes two entries one: the path in the container, or all of a port; undefined where it is not known. */
function placeOf(key: string, item: Value): string | undefined {
  const textOf = (value: Value | undefined) =>
    value?.kind === 'plain' && value.value !== null ? String(value.value) : undefined
  if (item.kind === 'plain') {
    const text = String(item.value)
    return key === 'devices' ? (text.split(':')[1] ?? text) : text
  }
  if (item.kind !== 'map') return undefined
  const parts = key === 'ports' ? ['host_ip', 'target', 'published', 'protocol'] : ['target']
  const place = parts.map((part) => textOf(item.entries.get(part)) ?? '').join(' ')
  return place.trim() === '' ? textOf(item.entries.get('source')) : place
}
