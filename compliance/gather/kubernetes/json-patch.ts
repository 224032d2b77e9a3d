/** Steps of a JSON patch (RFC 6902) on an object; the paths are JSON pointers (RFC 6901). */
import { entryOf, plainText } from '../shapes/values.ts'
import type { Value } from '../value.ts'

interface Step {
  readonly does: 'add' | 'replace' | 'remove'
  readonly value: Value
}

/** Takes all steps; undefined where one of them cannot be taken, or is of a kind nobody follows here. */
export function stepped(root: Value, steps: readonly Value[]): Value | undefined {
  let value: Value | undefined = root
  for (const step of steps) {
    if (value === undefined) return undefined
    value = afterStep(value, step)
  }
  return value
}

function afterStep(root: Value, step: Value): Value | undefined {
  const [does, path] = ['op', 'path'].map((key) => plainText(entryOf(step, key)))
  if (does === 'test') return root
  if (path === undefined || !path.startsWith('/')) return undefined
  if (does !== 'add' && does !== 'replace' && does !== 'remove') return undefined
  const keys = path
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  const value = entryOf(step, 'value') ?? { kind: 'plain', value: null }
  return changedAt(root, keys, { does, value })
}

function changedAt(value: Value, keys: readonly string[], step: Step): Value | undefined {
  const [key = '', ...below] = keys
  if (value.kind === 'unknown') return value
  if (value.kind === 'map') return changedEntry(value, [key, ...below], step)
  return value.kind === 'list' ? changedItem(value, [key, ...below], step) : undefined
}

type Keys = readonly [string, ...string[]]

function changedEntry(value: Value & { kind: 'map' }, [key, ...below]: Keys, step: Step): Value | undefined {
  const before = value.entries.get(key)
  const entries = new Map(value.entries)
  if (below.length > 0) {
    const changed = before === undefined ? undefined : changedAt(before, below, step)
    return changed === undefined ? undefined : { ...value, entries: entries.set(key, changed) }
  }
  if (step.does !== 'add' && before === undefined) return undefined
  if (step.does === 'remove') entries.delete(key)
  else entries.set(key, inPlaceOf(before, step.value))
  return { ...value, entries }
}

function changedItem(value: Value & { kind: 'list' }, [key, ...below]: Keys, step: Step): Value | undefined {
  const isEnd = key === '-' && step.does === 'add' && below.length === 0
  const index = isEnd ? value.items.length : /^\d{1,9}$/.test(key) ? Number(key) : -1
  const before = value.items[index]
  const isNew = step.does === 'add' && below.length === 0
  if (index < 0 || index > value.items.length || (before === undefined && !isNew)) return undefined
  if (isNew) return { ...value, items: value.items.toSpliced(index, 0, step.value) }
  // Read above: there is such an item.
  const own = before ?? step.value
  const changed = below.length > 0 ? changedAt(own, below, step) : inPlaceOf(own, step.value)
  if (changed === undefined) return undefined
  const isRemoved = below.length === 0 && step.does === 'remove'
  return {
    ...value,
    items: isRemoved ? value.items.toSpliced(index, 1) : value.items.with(index, changed),
  }
}

function inPlaceOf(before: Value | undefined, value: Value): Value {
  return before?.at === undefined ? value : { ...value, at: before.at }
}
