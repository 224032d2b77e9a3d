/** Collection functions of Terraform that look at known values only; those that take unknowns stand in `structures.ts`. */
import { keyOf } from '../values/inspect.ts'
import { compareTexts, setOf, unify } from '../values/type.ts'
import { bool, list, nothing, num, object, text, type Value } from '../values/value.ts'
import { elementLimit } from '../evaluate/budget.ts'
import { add, compareNumbers, type Numeric } from '../values/decimal.ts'
import {
  boolOf,
  FunctionStop,
  listOf,
  many,
  numberOf,
  objectOf,
  pure,
  textsOf,
  wholeOf,
  type FunctionTable,
} from './definition.ts'

export const collectionFunctions: FunctionTable = {
  alltrue: pure(1, 1, ([values]) =>
    bool(listOf(values).items.every((item) => item.kind !== 'null' && boolOf(item))),
  ),
  anytrue: pure(1, 1, ([values]) =>
    bool(listOf(values).items.some((item) => item.kind !== 'null' && boolOf(item))),
  ),
  chunklist: pure(2, 2, ([values, size]) => list(chunks(listOf(values).items, wholeOf(size)), 'list')),
  coalescelist: pure(1, many, (args) => {
    const found = args.find((each) => each.kind === 'list' && each.items.length > 0)
    if (found === undefined) throw new FunctionStop('found only empty lists')
    return found
  }),
  index: pure(2, 2, ([values, wanted]) => {
    const key = keyOf(wanted ?? nothing)
    const found = listOf(values).items.findIndex((item) => keyOf(item) === key)
    if (found === -1) throw new FunctionStop('found no such element')
    return num(found)
  }),
  matchkeys: pure(3, 3, ([values, keys, wanted]) => {
    const from = listOf(values).items
    const names = listOf(keys).items
    if (from.length !== names.length) throw new FunctionStop('found lists of different lengths')
    const taken = new Set(listOf(wanted).items.map((item) => keyOf(item)))
    return list(
      from.filter((_, at) => taken.has(keyOf(names[at] ?? nothing))),
      'list',
    )
  }),
  range: pure(1, 3, (args) => list(rangeOf(args.map(numberOf)), 'list')),
  reverse: pure(1, 1, ([values]) => {
    const from = listOf(values)
    return list([...from.items].reverse(), from.form === 'set' ? 'list' : from.form)
  }),
  setintersection: pure(1, many, (sets) =>
    setOf(sets.map(itemsOf).reduce((kept, items) => kept.filter(isIn(items)))),
  ),
  setsubtract: pure(2, 2, ([from, away]) => {
    const taken = isIn(itemsOf(away ?? nothing))
    return setOf(itemsOf(from ?? nothing).filter((item) => !taken(item)))
  }),
  setunion: pure(1, many, (sets) => setOf(unify(sets.flatMap(itemsOf)))),
  sort: pure(1, 1, ([values]) => list(textsOf(values).sort(compareTexts).map(text), 'list')),
  transpose: pure(1, 1, ([values]) => transposed(values)),
}

function itemsOf(value: Value): readonly Value[] {
  return listOf(value).items
}

function isIn(items: readonly Value[]): (item: Value) => boolean {
  const keys = new Set(items.map((item) => keyOf(item)))
  return (item) => keys.has(keyOf(item))
}

function chunks(items: readonly Value[], size: number): Value[] {
  if (size < 0) throw new FunctionStop(`found ${size}, expected 0 or more`)
  if (size === 0) return items.length === 0 ? [] : [list(items, 'list')]
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_, at) => list(items.slice(at * size, (at + 1) * size), 'list'))
}

/** Up to the limit, towards it: `range(3)`, `range(1, 4)`, `range(4, 1, -1)`. */
function rangeOf(args: readonly Numeric[]): Value[] {
  const [first = 0, second, third] = args
  const [start, end] = second === undefined ? [0, first] : [first, second]
  const step = third ?? (compareNumbers(end, start) < 0 ? -1 : 1)
  const direction = compareNumbers(step, 0)
  if (
    direction === 0 ||
    (compareNumbers(end, start) !== 0 && direction > 0 !== compareNumbers(end, start) > 0)
  ) {
    throw new FunctionStop('found a step away from the end of the range')
  }
  const values: Value[] = []
  for (let at = start; compareNumbers(end, at) * direction > 0; at = add(at, step)) {
    values.push(num(at))
    // Terraform itself refuses more than 1024.
    if (values.length > 1_024) throw new FunctionStop('found more than 1024 elements')
  }
  return values
}

function transposed(value: Value | undefined): Value {
  const groups = new Map<string, string[]>()
  let count = 0
  for (const [key, names] of objectOf(value).entries) {
    for (const name of textsOf(names)) {
      const group = groups.get(name)
      if (group === undefined) groups.set(name, [key])
      else group.push(key)
      count += 1
      if (count > elementLimit) throw new FunctionStop(`has more than ${elementLimit} elements`, false)
    }
  }
  const entries = [...groups].map(([name, keys]): [string, Value] => [
    name,
    list(keys.sort(compareTexts).map(text), 'list'),
  ])
  return object(new Map(entries), 'map')
}
