/** What a running PostgreSQL told, as a resource. */
import type { Position, Resource } from '../../evidence.ts'
import { flatten, type Value } from '../value.ts'

/** Makes a resource, by the name it goes by on the server. */
export function resourceOf(type: string, name: string, position: Position, value: Value): Resource {
  const identity = { kind: 'postgres', type, name, address: `${type}.${name}`, position } as const
  return { ...identity, attributes: flatten(value, position) }
}
