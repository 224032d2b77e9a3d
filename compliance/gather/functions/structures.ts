/** Collection functions of Terraform whose result may be known in parts when their arguments are. */
import { isWhole, toNumber } from '../values/decimal.ts'
import { areEqual, keyOf, unknownIn } from '../values/inspect.ts'
import { compareTexts, nameOf, setOf } from '../values/type.ts'
import {
  bool,
  list,
  nothing,
  num,
  object,
  text,
  unknown,
  type List,
  type Unknown,
  type Value,
} from '../values/value.ts'
import { elementLimit } from '../evaluate/budget.ts'
import {
  FunctionStop,
  listOf,
  many,
  numberOf,
  objectOf,
  open,
  textOf,
  wholeOf,
  type FunctionTable,
} from './definition.ts'

export const structureFunctions: FunctionTable = {
  coalesce: open(1, many, (args) => {
    for (const value of args) {
      if (value.kind === 'unknown') return value
      if (value.kind !== 'null' && !(value.kind === 'string' && value.value === '')) return value
    }
    throw new FunctionStop('found only null and empty values')
  }),
  compact: open(1, 1, ([values]) => {
    const { items, rest } = knownList(values)
    const open = items.find((item) => item.kind === 'unknown') ?? rest
    const kept = items.filter((item) => item.kind === 'string' && item.value !== '')
    return list(kept, 'list', open?.kind === 'unknown' ? openRest(open) : undefined)
  }),
  concat: open(1, many, (args) => {
    const lists = args.map(knownList)
    const items = bounded(lists.flatMap(({ items: each }) => each))
    const rest = lists.find((each) => each.rest !== undefined)?.rest
    const form = lists.every((each) => each.form === 'list') ? 'list' : 'tuple'
    return list(items, form, rest === undefined ? undefined : openRest(rest))
  }),
  contains: open(2, 2, ([values, wanted]) => {
    const { items, rest } = knownList(values)
    const answers = items.map((item) => areEqual(item, wanted ?? nothing))
    if (answers.includes(true)) return bool(true)
    const unsure = items[answers.indexOf(undefined)]
    if (rest === undefined && unsure === undefined) return bool(false)
    throw new FunctionStop(
      (rest ?? unknownIn(unsure ?? nothing) ?? unknownIn(wanted ?? nothing))?.why ??
        'compares values of different types',
      false,
    )
  }),
  distinct: open(1, 1, ([values]) => {
    const { items, rest } = knownList(values)
    const kept = new Map<string, Value>()
    for (const item of items) {
      const key = keyOf(item)
      if (key === undefined) throw new FunctionStop(unknownIn(item)?.why ?? 'is not known', false)
      if (!kept.has(key)) kept.set(key, item)
    }
    return list([...kept.values()], 'list', rest)
  }),
  element: open(2, 2, ([values, index]) => {
    const { items, rest } = knownList(values)
    refuseUnknown(index)
    if (rest !== undefined) throw new FunctionStop(rest.why, false)
    const position = numberOf(index)
    const at = toNumber(position)
    if (items.length === 0) throw new FunctionStop('found no elements, expected at least one')
    if (!isWhole(position)) throw new FunctionStop('found a fraction, expected an index')
    return items[((at % items.length) + items.length) % items.length] ?? nothing
  }),
  flatten: open(1, 1, ([values]) => flattened(knownList(values))),
  keys: open(1, 1, ([value]) => {
    const { entries, rest } = knownObject(value)
    if (rest !== undefined) throw new FunctionStop(rest.why, false)
    return list([...entries.keys()].sort(compareTexts).map(text), 'list')
  }),
  length: open(1, 1, ([value]) => num(lengthOf(value))),
  lookup: open(2, 3, ([value, key, fallback]) => {
    refuseUnknown(key)
    const { entries, rest } = knownObject(value)
    const found = entries.get(textOf(key))
    if (found !== undefined) return found
    if (rest !== undefined) throw new FunctionStop(rest.why, false)
    if (fallback === undefined) throw new FunctionStop('found no such key and no default')
    return fallback
  }),
  merge: open(0, many, (args) => merged(args)),
  one: open(1, 1, ([values]) => {
    const { items, rest } = knownList(values)
    if (rest !== undefined) throw new FunctionStop(rest.why, false)
    if (items.length > 1) throw new FunctionStop(`found ${items.length} elements, expected at most one`)
    return items[0] ?? nothing
  }),
  setproduct: open(1, many, (sets) => product(sets.map(knownList))),
  slice: open(3, 3, ([values, start, end]) => {
    refuseUnknown(start, end)
    const { items, rest, form } = knownList(values)
    if (rest !== undefined) throw new FunctionStop(rest.why, false)
    const [from, to] = [wholeOf(start), wholeOf(end)]
    if (from < 0 || to > items.length || from > to) throw new FunctionStop('found bounds outside the list')
    return list(items.slice(from, to), form)
  }),
  values: open(1, 1, ([value]) => {
    const { entries, rest, form } = knownObject(value)
    const sorted = [...entries].sort(([left], [right]) => compareTexts(left, right))
    return list(
      sorted.map(([, item]) => item),
      form === 'map' ? 'list' : 'tuple',
      rest,
    )
  }),
  zipmap: open(2, 2, ([keys, values]) => {
    const names = knownList(keys)
    const items = knownList(values)
    const open = names.rest ?? items.rest ?? names.items.find((each) => each.kind === 'unknown')
    if (open?.kind === 'unknown') throw new FunctionStop(open.why, false)
    if (names.items.length !== items.items.length) throw new FunctionStop('found lists of different lengths')
    const entries = names.items.map((name, at): [string, Value] => [textOf(name), items.items[at] ?? nothing])
    return object(new Map(entries), items.form === 'list' ? 'map' : 'object')
  }),
}

let rests = 0

/** What others there may be is not the same as what others there may be elsewhere. */
function openRest({ identity, why }: Unknown): Unknown {
  return unknown(`${identity} … #${(rests += 1)}`, why)
}

function refuseUnknown(...values: readonly (Value | undefined)[]): void {
  for (const value of values) if (value?.kind === 'unknown') throw new FunctionStop(value.why, false)
}

function knownList(value: Value | undefined): List & Value {
  refuseUnknown(value)
  return listOf(value)
}

function knownObject(value: Value | undefined) {
  refuseUnknown(value)
  return objectOf(value)
}

function bounded(items: readonly Value[]): readonly Value[] {
  if (items.length <= elementLimit) return items
  throw new FunctionStop(`has more than ${elementLimit} elements`, false)
}

function lengthOf(value: Value | undefined): number {
  refuseUnknown(value)
  if (value?.kind === 'string') {
    return [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(value.value)].length
  }
  if (value?.kind === 'list' || value?.kind === 'object') {
    if (value.rest !== undefined) throw new FunctionStop(value.rest.why, false)
    if (value.kind === 'object') return value.entries.size
    const isUnsure = value.form === 'set' && unknownIn(value) !== undefined
    if (isUnsure) throw new FunctionStop('is a set with elements that are not known', false)
    return value.items.length
  }
  throw new FunctionStop(`found ${value === undefined ? 'nothing' : nameOf(value)}, expected a collection`)
}

function flattened({ items, rest }: List): Value {
  const flat: Value[] = []
  let others = rest
  const visit = (item: Value, depth: number): void => {
    if (depth > 64) throw new FunctionStop('has more than 64 levels', false)
    if (item.kind !== 'list') {
      // An unknown element may be a list of many.
      if (item.kind === 'unknown' && item.pieces === undefined) others ??= openRest(item)
      flat.push(item)
    } else {
      others ??= item.rest
      for (const each of item.items) visit(each, depth + 1)
    }
    bounded(flat)
  }
  for (const item of items) visit(item, 0)
  return list(flat, 'tuple', others)
}

function merged(args: readonly Value[]): Value {
  const given = args.filter((each) => each.kind !== 'null')
  const entries = new Map<string, Value>()
  let rest: Unknown | undefined
  for (const each of given) {
    if (each.kind === 'unknown') {
      // It may hold any of the keys there are so far.
      for (const key of entries.keys()) entries.set(key, openRest(each))
      rest ??= openRest(each)
      continue
    }
    const { entries: added, rest: others } = objectOf(each)
    if (others !== undefined) {
      for (const key of entries.keys()) entries.set(key, openRest(others))
      rest ??= openRest(others)
    }
    for (const [key, item] of added) entries.set(key, item)
    if (entries.size > elementLimit) throw new FunctionStop(`has more than ${elementLimit} elements`, false)
  }
  const form = given.length > 0 && given.every((each) => each.kind === 'object' && each.form === 'map')
  return object(entries, form ? 'map' : 'object', rest)
}

function product(sets: readonly (List & Value)[]): Value {
  const rest = sets.find((each) => each.rest !== undefined)?.rest
  if (rest !== undefined) throw new FunctionStop(rest.why, false)
  if (sets.length < 2) throw new FunctionStop('found one set, expected at least two')
  const size = sets.reduce((all, { items }) => all * items.length, 1)
  if (size * sets.length > elementLimit)
    throw new FunctionStop(`has more than ${elementLimit} elements`, false)
  let rows: Value[][] = [[]]
  for (const { items } of sets) rows = rows.flatMap((row) => items.map((item) => [...row, item]))
  const isSet = sets.every(({ form }) => form === 'set')
  const tuples = rows.map((row) => list(row))
  return isSet ? setOf(tuples) : list(tuples, 'list')
}
