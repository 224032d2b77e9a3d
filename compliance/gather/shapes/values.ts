/** How readers of configuration files take values apart and put resources together. */
import type { Position, Resource } from '../../evidence.ts'
import { flatten, valueOfJson, type Value } from '../value.ts'
import type { Problem } from './shape.ts'

export type MapValue = Extract<Value, { readonly kind: 'map' }>

/** Takes what stands behind a key of a map. */
export function entryOf(value: Value | undefined, key: string): Value | undefined {
  return value?.kind === 'map' ? value.entries.get(key) : undefined
}

/** Lists the items of a list; nothing for anything else. */
export function itemsOf(value: Value | undefined): readonly Value[] {
  return value?.kind === 'list' ? value.items : []
}

/** Reads a plain value as text; undefined for anything else and for nothing. */
export function plainText(value: Value | undefined): string | undefined {
  return value?.kind === 'plain' && value.value !== null ? String(value.value) : undefined
}

/** Writes problems as a value, each with its place. */
export function problemsValue(problems: readonly Problem[]): Value {
  const items = problems.map(({ message, at }): Value => ({
    ...valueOfJson({ message }),
    ...(at === undefined ? {} : { at }),
  }))
  return { kind: 'list', items }
}

/** Adds entries to a map; anything else is a map of these alone. */
export function withEntries(value: Value, added: Readonly<Record<string, Value>>): MapValue {
  const written = value.kind === 'map' ? value.entries : new Map<string, Value>()
  const entries = new Map([...written, ...Object.entries(added)])
  return value.kind === 'map' ? { ...value, entries } : { kind: 'map', entries }
}

/** Makes a resource of a value, at its place. */
export function resourceFrom(
  identity: Pick<Resource, 'kind' | 'type' | 'name' | 'address'>,
  value: Value,
  otherwise: Position,
): Resource {
  const position = value.at ?? otherwise
  return { ...identity, position, attributes: flatten(value, position) }
}

/** The last part of a path. */
export function fileNameOf(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)
}
