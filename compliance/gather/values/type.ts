/** Type constraints of Terraform, and the automatic conversions between types (Terraform language, "Type Constraints"). */
import { compareNumbers, numberText, parseNumber } from './decimal.ts'
import { identityOf, keyOf } from './inspect.ts'
import {
  bool,
  list,
  nothing,
  num,
  object,
  refused,
  text,
  unknown,
  type List,
  type Obj,
  type Value,
} from './value.ts'

export type Type =
  | { readonly kind: 'any' | 'string' | 'number' | 'bool' }
  | { readonly kind: 'list' | 'set' | 'map'; readonly element: Type }
  | { readonly kind: 'tuple'; readonly items: readonly Type[] }
  | { readonly kind: 'object'; readonly attributes: ReadonlyMap<string, AttributeType> }

export interface AttributeType {
  readonly type: Type
  readonly isOptional: boolean
  readonly fallback?: Value
}

export const anyType: Type = { kind: 'any' }
export const stringType: Type = { kind: 'string' }
export const numberType: Type = { kind: 'number' }
export const boolType: Type = { kind: 'bool' }

/** Deepest nesting that is converted. */
const depthLimit = 64

/** Converts a value; what Terraform would refuse is an unknown that says so. Unknown parts stay unknown. */
export function convert(value: Value, type: Type, depth = 0): Value {
  if (depth > depthLimit) return refused(`found more than ${depthLimit} levels, expected fewer`)
  if (value.kind === 'unknown' || value.kind === 'null' || type.kind === 'any') return value
  switch (type.kind) {
    case 'string':
      return toText(value)
    case 'number':
      return toNumeric(value)
    case 'bool':
      return toBool(value)
    case 'list':
    case 'set':
    case 'map':
      return toCollection(value, type, depth)
    case 'tuple':
      return toTuple(value, type.items, depth)
    case 'object':
      return toObject(value, type.attributes, depth)
  }
}

/** Turns a primitive into text. */
export function toText(value: Value): Value {
  if (value.kind === 'string' || value.kind === 'unknown' || value.kind === 'null') return value
  if (value.kind === 'bool') return marked(value, text(String(value.value)))
  if (value.kind !== 'number') return refused(`found ${nameOf(value)}, expected a string`)
  const digits = numberText(value.value)
  if (digits !== undefined) return marked(value, text(digits))
  const why = 'is a number whose last digits are not known'
  return unknown(
    `inexact ${JSON.stringify(value.value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part))}`,
    why,
  )
}

/** Turns a number, or a text that is one, into a number. */
export function toNumeric(value: Value): Value {
  if (value.kind === 'number' || value.kind === 'unknown' || value.kind === 'null') return value
  const found = value.kind === 'string' ? parseNumber(value.value) : undefined
  return found === undefined
    ? refused(`found ${nameOf(value)}, expected a number`)
    : marked(value, num(found))
}

/** Turns `true`, `false` and their texts into a bool. */
export function toBool(value: Value): Value {
  if (value.kind === 'bool' || value.kind === 'unknown' || value.kind === 'null') return value
  const found = value.kind === 'string' ? /^(?:(true|1)|(false|0))$/.exec(value.value) : null
  return found === null
    ? refused(`found ${nameOf(value)}, expected true or false`)
    : marked(value, bool(found[1] !== undefined))
}

/** Names the kind of a value for people. */
export function nameOf(value: Value): string {
  switch (value.kind) {
    case 'null':
      return 'null'
    case 'bool':
      return 'a bool'
    case 'number':
      return 'a number'
    case 'string':
      return 'a string'
    case 'list':
      return `a ${value.form}`
    case 'object':
      return `${value.form === 'object' ? 'an' : 'a'} ${value.form}`
    case 'unknown':
      return 'an unknown value'
  }
}

type CollectionType = Extract<Type, { readonly element: Type }>

function toCollection(value: Value, { kind, element }: CollectionType, depth: number): Value {
  if (kind === 'map') {
    if (value.kind !== 'object') return refused(`found ${nameOf(value)}, expected a map`)
    return marked(value, toMap(value, element, depth))
  }
  if (value.kind !== 'list') return refused(`found ${nameOf(value)}, expected a ${kind}`)
  const items = unify(value.items.map((item) => convert(item, element, depth + 1)))
  const failed = items.find((item) => item.kind === 'unknown' && item.isError === true)
  if (failed !== undefined) return failed
  if (kind === 'list') {
    return marked(value, list(value.form === 'set' ? sorted(items) : items, 'list', value.rest))
  }
  return marked(value, setOf(items, value))
}

/** Makes a set: equal elements once, in the order Terraform shows them. */
export function setOf(items: readonly Value[], { rest }: Pick<List, 'rest'> = {}): Value {
  const kept = new Map<string, Value>()
  for (const [index, item] of items.entries()) {
    const key = keyOf(item) ?? (item.kind === 'unknown' ? `?${item.identity}` : `? #${index}`)
    if (!kept.has(key)) kept.set(key, item)
  }
  return list(sorted([...kept.values()]), 'set', rest)
}

/** The order in which Terraform walks a set: texts by their bytes, numbers by size, false before true. */
function sorted(items: readonly Value[]): Value[] {
  return [...items].sort((left, right) => {
    if (left.kind === 'string' && right.kind === 'string') return compareTexts(left.value, right.value)
    if (left.kind === 'number' && right.kind === 'number') return compareNumbers(left.value, right.value)
    if (left.kind === 'bool' && right.kind === 'bool') return Number(left.value) - Number(right.value)
    return 0
  })
}

/** Compares by code point, which is the order of the bytes of UTF-8. */
export function compareTexts(left: string, right: string): number {
  if (left === right) return 0
  for (let at = 0; at < left.length && at < right.length;) {
    const [a, b] = [left.codePointAt(at) ?? 0, right.codePointAt(at) ?? 0]
    if (a !== b) return a - b
    at += a > 0xffff ? 2 : 1
  }
  return left.length - right.length
}

function toMap(value: Obj, element: Type, depth: number): Value {
  const keys = [...value.entries.keys()]
  const items = unify(keys.map((key) => convert(value.entries.get(key) ?? nothing, element, depth + 1)))
  const failed = items.find((item) => item.kind === 'unknown' && item.isError === true)
  if (failed !== undefined) return failed
  return object(new Map(keys.map((key, index) => [key, items[index] ?? nothing])), 'map', value.rest)
}

function toTuple(value: Value, types: readonly Type[], depth: number): Value {
  if (value.kind !== 'list' || value.form === 'set')
    return refused(`found ${nameOf(value)}, expected a tuple`)
  if (value.rest !== undefined) return unknown(`tuple(${identityOf(value)})`, value.rest.why)
  if (value.items.length !== types.length) {
    return refused(`found ${value.items.length} elements, expected ${types.length}`)
  }
  return marked(
    value,
    list(value.items.map((item, index) => convert(item, types[index] ?? anyType, depth + 1))),
  )
}

function toObject(value: Value, attributes: ReadonlyMap<string, AttributeType>, depth: number): Value {
  if (value.kind !== 'object') return refused(`found ${nameOf(value)}, expected an object`)
  const entries = new Map<string, Value>()
  for (const [name, { type, isOptional, fallback }] of attributes) {
    const given = value.entries.get(name)
    if (given === undefined && value.rest !== undefined)
      entries.set(name, unknown(`${identityOf(value)}.${name}`, value.rest.why))
    else if (given === undefined && !isOptional) return refused(`found no attribute ${name}, expected one`)
    else if (given === undefined || given.kind === 'null') {
      entries.set(name, convert(fallback ?? nothing, type, depth + 1))
    } else entries.set(name, convert(given, type, depth + 1))
  }
  return marked(value, object(entries))
}

/** Brings primitives of different types to text, as the elements of one collection have one type. */
export function unify(items: readonly Value[]): readonly Value[] {
  const kinds = new Set(items.map(({ kind }) => kind))
  const isMixed = kinds.has('string') && (kinds.has('number') || kinds.has('bool'))
  return isMixed ? items.map((item) => (isPrimitive(item) ? toText(item) : item)) : items
}

function isPrimitive({ kind }: Value): boolean {
  return kind === 'string' || kind === 'number' || kind === 'bool'
}

/** Keeps place, trace and secrecy of what was converted. */
export function marked(from: Value, to: Value): Value {
  const { at, isForeign, via, isSensitive, reference } = from
  return {
    ...to,
    ...(at === undefined ? {} : { at }),
    ...(isForeign === undefined ? {} : { isForeign }),
    ...(via === undefined ? {} : { via }),
    ...(isSensitive === undefined ? {} : { isSensitive }),
    ...(reference === undefined ? {} : { reference }),
  }
}
