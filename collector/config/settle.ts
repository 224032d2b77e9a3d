/** From what YAML holds to settings: references and empty values resolved by shape, every fault at its place. */
import type { TSchema } from 'typebox'
import { validator } from '../../lib/validate.ts'
import type { FaultList } from './document.ts'
import { Expansion } from './expand.ts'
import type { Shape } from './shape.ts'

const checks = new WeakMap<TSchema, ReturnType<typeof validator>>()

/**
 * Reads a value by its shape.
 *
 * @param pointer where the value stands in the file
 * @returns undefined where it has faults, which are in `list` then
 */
export function readShape<T>(
  value: unknown,
  shape: Shape<T>,
  pointer: string,
  list: FaultList,
): { readonly settings: T; readonly settled: unknown } | undefined {
  const settled = settle(value, shape) ?? {}
  const check = checks.get(shape.schema) ?? validator(shape.schema)
  checks.set(shape.schema, check)
  const outcome = check(settled)
  if (outcome.valid) return { settings: shape.read(settled), settled }
  const seen = new Set<string>()
  for (const fault of outcome.faults) {
    const { at, expected } = explain(fault.at, fault.expected, shape)
    if (seen.has(`${at} ${expected}`)) continue
    seen.add(`${at} ${expected}`)
    list.add(pointer + at, expected)
  }
  return undefined
}

/** Resolves references by the type their key has, and takes a key without value as absent, as upstream. */
function settle(value: unknown, shape: Shape<unknown> | undefined): unknown {
  if (value instanceof Expansion) return shape?.isText === true ? value.written : (value.typed ?? undefined)
  if (value === null || value === undefined) return undefined
  if (Array.isArray(value)) {
    const item = shape?.parts.of === 'list' ? shape.parts.item : undefined
    return value.map((each) => settle(each, item) ?? null)
  }
  if (typeof value !== 'object') return value
  const parts = shape?.parts
  const entries = Object.entries(value).flatMap(([name, each]) => {
    const key = parts?.of === 'block' && Object.hasOwn(parts.keys, name) ? parts.keys[name] : undefined
    const item = parts?.of === 'record' ? parts.item : key?.shape
    const settled = settle(each, item)
    if (settled !== undefined) return [[name, settled] as const]
    // A key that is unknown stays, so that it is refused; a named member of a mapping is there, if empty.
    if (parts?.of === 'block' && key === undefined) return [[name, null] as const]
    const isThere = key?.isOnWhenNamed === true || (parts?.of === 'record' && item?.parts.of === 'block')
    return isThere ? [[name, {}] as const] : []
  })
  return Object.fromEntries(entries)
}

/** Says what a schema's fault means for whoever writes the file. */
function explain(at: string, expected: string, root: Shape<unknown>): { at: string; expected: string } {
  let shape = root
  const path = at.split('/').slice(1)
  for (const [index, part] of path.entries()) {
    const { parts } = shape
    if (parts.of === 'union' || parts.of === 'value') {
      return {
        at: path
          .slice(0, index)
          .map((each) => `/${each}`)
          .join(''),
        expected: shape.kind,
      }
    }
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (parts.of === 'block') {
      const key = Object.hasOwn(parts.keys, name) ? parts.keys[name] : undefined
      if (key === undefined) return { at, expected: unknownKey(name, parts) }
      shape = key.shape
    } else if (parts.of === 'record' && expected === 'no such property') {
      return { at, expected: 'a name of another form' }
    } else {
      shape = parts.item
    }
  }
  if (expected === 'a value, found none') return { at, expected: `a value, found none: ${shape.kind}` }
  return { at, expected: shape.kind }
}

function unknownKey(
  name: string,
  { keys, refused }: { readonly keys: object; readonly refused: Readonly<Record<string, string>> },
): string {
  const hint = Object.hasOwn(refused, name) ? refused[name] : undefined
  if (hint === undefined) return `a key out of ${Object.keys(keys).join(', ')}`
  const advice = hint.startsWith('leave it out') ? hint : `write ${hint}`
  return `no ${name}, which only the reference engine does; ${advice}`
}
