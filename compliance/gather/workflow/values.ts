/** What the readers of workflows share: maps and lists of what may be written shorter, and resources of them. */
import type { GatherFault, Position, Resource } from '../../evidence.ts'
import { flatten, type Value } from '../value.ts'

export type MapValue = Value & { kind: 'map' }

/** `push` and `[push]` become `{ push: null }`; nothing becomes an empty map. */
export function mapOf(value: Value | undefined): Value {
  if (value === undefined) return { kind: 'map', entries: new Map() }
  if (value.kind === 'map' || value.kind === 'unknown') return value
  const names = value.kind === 'plain' ? [value] : value.items
  const entries = names.flatMap((name) =>
    name.kind === 'plain' && name.value !== null
      ? [[String(name.value), { ...name, value: null }] as const]
      : [],
  )
  return { kind: 'map', entries: new Map(entries), ...(value.at === undefined ? {} : { at: value.at }) }
}

/** A single value becomes a list of one. */
export function listOf(value: Value): Value {
  if (value.kind === 'list' || value.kind === 'unknown') return value
  return { kind: 'list', items: [value], ...(value.at === undefined ? {} : { at: value.at }) }
}

/** Lists the texts of a text or a list of texts. */
export function plainTexts(value: Value | undefined): readonly string[] {
  const list = value === undefined ? undefined : listOf(value)
  if (list?.kind !== 'list') return []
  return list.items.flatMap((item) =>
    item.kind === 'plain' && item.value !== null ? [String(item.value)] : [],
  )
}

/** Makes a resource of a value; one that is no map is unknown. */
export function resourceAt(
  { type, name }: { readonly type: string; readonly name: string },
  value: Value,
  around: Position,
): Resource {
  const position = value.at ?? around
  const whole: Value = value.kind === 'map' ? value : { kind: 'unknown', why: 'is no map' }
  const attributes = flatten(whole, position)
  return { kind: 'workflow', type, name, address: `${type}.${name}`, position, attributes }
}

/** Takes `ci` from `.github/workflows/ci.yml`. */
export function nameOfFile(file: string): string {
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)
  return name.replace(/\.ya?ml$/i, '')
}

/** The fault of a file that is not what it must be. */
export function unsupported(message: string, at: Position): GatherFault {
  return { code: 'GATHER_UNSUPPORTED', message, ...at }
}
