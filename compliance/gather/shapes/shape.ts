/** Shapes of configuration files: which keys a program knows, and what stands behind them. One fault for each that is not. */
import type { Position } from '../../evidence.ts'
import { secondsOf } from '../promql/duration.ts'
import type { Value } from '../value.ts'

export type Shape =
  | 'any'
  | 'text'
  | 'number'
  | 'boolean'
  | 'duration'
  | { readonly oneOf: readonly string[] }
  | { readonly list: Shape }
  /** Any keys, one shape for what stands behind them. */
  | { readonly every: Shape; readonly key?: RegExp }
  | { readonly keys: Readonly<Record<string, Shape>>; readonly required?: readonly string[] }

export interface Problem {
  readonly message: string
  readonly at?: Position
}

/** Most problems of one file: a file of another kind has as many as lines. */
const problemLimit = 50

/** Compares a value with a shape; what is not known is not judged. */
export function problemsOf(value: Value, shape: Shape, path = ''): Problem[] {
  return [...compare(value, shape, path)].slice(0, problemLimit)
}

function* compare(value: Value, shape: Shape, path: string): Generator<Problem> {
  if (shape === 'any' || value.kind === 'unknown' || isNothing(value)) return
  if (typeof shape === 'string' || 'oneOf' in shape) yield* comparePlain(value, shape, path)
  else if ('list' in shape) yield* compareList(value, shape.list, path)
  else if ('every' in shape) yield* compareEvery(value, shape, path)
  else yield* compareKeys(value, shape, path)
}

/** Nothing behind a key is the same as no key. */
function isNothing(value: Value): boolean {
  return value.kind === 'plain' && value.value === null
}

function* comparePlain(
  value: Value,
  shape: Extract<Shape, string> | { readonly oneOf: readonly string[] },
  path: string,
): Generator<Problem> {
  if (value.kind !== 'plain') yield problem(value, `${path}: expected a plain value`)
  else if (!fits(value.value, shape)) {
    const expected = typeof shape === 'string' ? `a ${shape}` : `one of ${shape.oneOf.join(', ')}`
    yield problem(value, `${path}: expected ${expected}`)
  }
}

function fits(
  value: null | boolean | number | string,
  shape: Extract<Shape, string> | { readonly oneOf: readonly string[] },
): boolean {
  if (typeof shape !== 'string') return shape.oneOf.includes(String(value).toLowerCase())
  if (shape === 'duration') return secondsOf(String(value)) !== undefined
  if (shape === 'number') return typeof value === 'number'
  return shape === 'boolean' ? typeof value === 'boolean' : true
}

function* compareList(value: Value, shape: Shape, path: string): Generator<Problem> {
  if (value.kind !== 'list') {
    yield problem(value, `${path}: expected a list`)
    return
  }
  for (const [index, item] of value.items.entries()) {
    const at = item.at === undefined && value.at !== undefined ? { ...item, at: value.at } : item
    yield* compare(at, shape, `${path}.${index}`)
  }
}

function* compareEvery(
  value: Value,
  { every, key }: { readonly every: Shape; readonly key?: RegExp },
  path: string,
): Generator<Problem> {
  if (value.kind !== 'map') {
    yield problem(value, `${path}: expected a map`)
    return
  }
  for (const [name, item] of value.entries) {
    if (key?.test(name) === false) yield problem(item, `${path}: ${show(name)} is no valid name`)
    yield* compare(item, every, `${path}.${name}`)
  }
}

function* compareKeys(
  value: Value,
  {
    keys,
    required = [],
  }: { readonly keys: Readonly<Record<string, Shape>>; readonly required?: readonly string[] },
  path: string,
): Generator<Problem> {
  if (value.kind !== 'map') {
    yield problem(value, `${path === '' ? 'the file' : path}: expected a map`)
    return
  }
  for (const [name, item] of value.entries) {
    const own = Object.hasOwn(keys, name) ? keys[name] : undefined
    // The words of promtool and amtool, so that one search finds both.
    if (own === undefined)
      yield problem(item, `field ${show(name)} not found in ${path === '' ? 'the file' : path}`)
    else yield* compare(item, own, path === '' ? name : `${path}.${name}`)
  }
  for (const name of required) {
    const found = value.entries.get(name)
    if (found === undefined || isNothing(found)) {
      yield problem(value, `${path === '' ? 'the file' : path}: ${name} is missing`)
    }
  }
}

function problem({ at }: Value, message: string): Problem {
  return { message, ...(at === undefined ? {} : { at }) }
}

function show(name: string): string {
  return name.length > 60 ? `${name.slice(0, 59)}…` : name
}
