/** Turns the paths of statements into reading and writing of items. */
import { CollectorError } from '../errors.ts'
import type { Value } from '../process/model.ts'
import { copyValue, isMap, putAttribute } from '../process/value.ts'
import { attributes, type Fields } from './fields/field.ts'
import { logFields } from './fields/log-fields.ts'
import { metricFields, pointFields } from './fields/metric-fields.ts'
import { resourceFields, scopeFields } from './fields/resource-fields.ts'
import { eventFields, spanFields } from './fields/span-fields.ts'
import { contextOf, visibleContexts, type ContextName, type Item } from './item.ts'
import { nearest } from './nearest.ts'
import { failed, indexed, storable, type OttlValue } from './ottl-value.ts'
import type { PathPart } from './syntax.ts'

export type Getter = (item: Item) => OttlValue

export interface Access {
  readonly get: Getter
  readonly set: (item: Item, value: OttlValue) => void
}

type Lookup = (name: string) => (Access & { readonly isIndexable: boolean }) | undefined

const lookups: Readonly<Record<ContextName, { readonly find: Lookup; readonly names: readonly string[] }>> = {
  resource: lookupOf(resourceFields, (item) => item.resource),
  scope: lookupOf(scopeFields, (item) => item.scope),
  span: lookupOf(spanFields, (item) => item.span),
  spanevent: lookupOf(eventFields, ({ event, eventIndex }) =>
    event === undefined ? undefined : { event, index: eventIndex ?? 0 },
  ),
  log: lookupOf(logFields, (item) => item.log),
  metric: lookupOf(metricFields, (item) => item.metric),
  datapoint: lookupOf(pointFields, (item) => item.point),
}
const cache = attributes((item: Item) => item.cache)

/** Finds the context that a path names first, if it names one. */
export function prefixOf(parts: readonly PathPart[]): ContextName | undefined {
  const [first] = parts
  return first === undefined || first.keys.length > 0 || parts.length < 2 ? undefined : contextOf(first.name)
}

/**
 * Resolves a path in a context.
 *
 * @returns what is wrong with it where it means nothing there
 */
export function resolvePath(parts: readonly PathPart[], context: ContextName): Access | string {
  const prefix = prefixOf(parts)
  if (prefix !== undefined && !visibleContexts[context].includes(prefix)) {
    return `found a path of ${prefix}, expected one of ${visibleContexts[context].join(', ')}`
  }
  const owner = prefix ?? context
  const own = prefix === undefined ? parts : parts.slice(1)
  if (own.slice(0, -1).some(({ keys }) => keys.length > 0))
    return 'found brackets within a path, expected them at its end'
  const name = own.map((part) => part.name).join('.')
  const field = name === 'cache' ? { ...cache, isIndexable: true } : lookups[owner].find(name)
  if (field === undefined) {
    const meant = nearest(name, lookups[owner].names)
    return `found the path ${name}, which ${owner} does not have${meant === undefined ? '' : `; the nearest is ${meant}`}`
  }
  const keys = own.at(-1)?.keys ?? []
  if (keys.length === 0) return field
  if (!field.isIndexable) return `found brackets after ${name}, which has no parts`
  return {
    get: (item) => indexed(field.get(item), keys),
    set: (item, value) => setAt(field, item, { keys, value: copyValue(storable(value)) }),
  }
}

function lookupOf<T>(
  fields: Fields<T>,
  ownerOf: (item: Item) => T | undefined,
): { find: Lookup; names: readonly string[] } {
  return {
    names: Object.keys(fields),
    find: (name) => {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined
      if (field === undefined) return undefined
      return {
        isIndexable: field.isIndexable === true,
        get: (item) => {
          const owner = ownerOf(item)
          return owner === undefined ? undefined : field.get(owner)
        },
        set: (item, value) => {
          const owner = ownerOf(item)
          if (owner !== undefined) field.set(owner, value)
        },
      }
    },
  }
}

/** Sets a part of a value; maps on the way there are made where nothing is. */
function setAt(
  field: Access,
  item: Item,
  { keys, value }: { readonly keys: readonly (string | number)[]; readonly value: Value },
): void {
  let root = storable(field.get(item))
  if (root === undefined) {
    field.set(item, { map: [] })
    root = storable(field.get(item))
  }
  let current = root
  for (const [depth, key] of keys.entries()) {
    const isLast = depth === keys.length - 1
    current =
      typeof key === 'string'
        ? entryOf(current, key, isLast ? { value } : undefined)
        : elementOf(current, key, isLast ? { value } : undefined)
  }
}

function entryOf(holder: Value, key: string, put: { readonly value: Value } | undefined): Value {
  if (!isMap(holder)) throw failed(holder, 'map')
  const found = holder.map.find((entry) => entry.key === key)?.value
  if (put === undefined && found !== undefined) return found
  const value = put === undefined ? { map: [] } : put.value
  putAttribute(holder.map, key, value)
  return value
}

function elementOf(holder: Value, index: number, put: { readonly value: Value } | undefined): Value {
  if (!Array.isArray(holder)) throw failed(holder, 'list')
  if (index < 0 || index >= holder.length)
    throw new CollectorError('OTTL_FAILED', `found index ${index} of a list of ${holder.length}`)
  if (put !== undefined) holder[index] = put.value
  return holder[index]
}
