/** Questions about values, each bounded: references can make a small file describe an endless value. */
import { createHash } from 'node:crypto'
import { compareNumbers, numberText } from './decimal.ts'
import type { Unknown, Value } from './value.ts'

/** Most parts of one value that a question looks at. */
const visitLimit = 200_000
/** Most parts that an identity is made of. */
const identityVisits = 5_000
/** Longest identity kept as text; a longer one is replaced by its hash. */
const identityLimit = 400

/** Counts what is looked at; says so when it is too much. */
class Visits {
  private left: number

  constructor(limit = visitLimit) {
    this.left = limit
  }

  take(): boolean {
    this.left -= 1
    return this.left >= 0
  }
}

/** Finds an unknown part, or says that nobody could look at all of it. */
export function unknownIn(value: Value): Unknown | undefined {
  return findUnknown(value, new Visits())
}

function findUnknown(value: Value, visits: Visits): Unknown | undefined {
  if (!visits.take()) return tooLarge()
  if (value.kind === 'unknown') return value
  if (value.kind === 'list') return value.rest ?? firstUnknown(value.items, visits)
  return value.kind === 'object' ? (value.rest ?? firstUnknown(value.entries.values(), visits)) : undefined
}

function firstUnknown(values: Iterable<Value>, visits: Visits): Unknown | undefined {
  for (const value of values) {
    const found = findUnknown(value, visits)
    if (found !== undefined) return found
  }
  return undefined
}

function tooLarge(): Unknown {
  const why = `has more than ${visitLimit} parts`
  return { kind: 'unknown', identity: `${why} #${(sequence += 1)}`, why }
}

/** Two values that are too large are not the same: each gets a number of its own. */
let sequence = 0

/** True when the value or a part of it is marked as secret. */
export function isSensitive(value: Value): boolean {
  return holdsSecret(value, new Visits())
}

function holdsSecret(value: Value, visits: Visits): boolean {
  if (value.isSensitive === true) return true
  if (value.kind !== 'list' && value.kind !== 'object') return false
  // What cannot be looked at as a whole is taken for secret.
  if (!visits.take()) return true
  const parts = value.kind === 'list' ? value.items : value.entries.values()
  for (const part of parts) if (holdsSecret(part, visits)) return true
  return false
}

/**
 * Compares as `==` does: undefined says that it cannot be told. Values of different types are different, and two
 * unknowns of one identity are equal.
 */
export function areEqual(left: Value, right: Value): boolean | undefined {
  return compareParts(left, right, new Visits())
}

function compareParts(left: Value, right: Value, visits: Visits): boolean | undefined {
  if (!visits.take()) return undefined
  if (left.kind === 'unknown' || right.kind === 'unknown') return compareUnknown(left, right)
  if (left.kind === 'null' || right.kind === 'null') return left.kind === right.kind
  if (left.kind === 'list' && right.kind === 'list') {
    if (left.form !== right.form) return false
    // Empty lists of different types are different, and their types are not kept.
    if (left.form !== 'tuple' && left.items.length + right.items.length === 0) return undefined
    if (left.rest !== undefined || right.rest !== undefined) return undefined
    if (left.form === 'set') return compareSets(left.items, right.items, visits)
    return compareAll(left.items, right.items, visits)
  }
  if (left.kind === 'object' && right.kind === 'object') {
    if (left.rest !== undefined || right.rest !== undefined) return undefined
    if (left.form !== right.form || left.entries.size !== right.entries.size) return false
    const others = [...left.entries.keys()].map((key) => right.entries.get(key))
    if (others.includes(undefined)) return false
    return compareAll(
      [...left.entries.values()],
      others.filter((each) => each !== undefined),
      visits,
    )
  }
  if (left.kind === 'number' && right.kind === 'number') return compareNumbers(left.value, right.value) === 0
  if (left.kind === 'string' && right.kind === 'string') return left.value === right.value
  return left.kind === 'bool' && right.kind === 'bool' ? left.value === right.value : false
}

function compareUnknown(left: Value, right: Value): boolean | undefined {
  if (left.kind !== 'unknown' || right.kind !== 'unknown' || left.identity !== right.identity)
    return undefined
  return left.isError === true ? undefined : true
}

function compareAll(left: readonly Value[], right: readonly Value[], visits: Visits): boolean | undefined {
  if (left.length !== right.length) return false
  let isOpen = false
  for (const [index, item] of left.entries()) {
    const other = right[index]
    const answer = other === undefined ? false : compareParts(item, other, visits)
    if (answer === false) return false
    if (answer === undefined) isOpen = true
  }
  return isOpen ? undefined : true
}

function compareSets(left: readonly Value[], right: readonly Value[], visits: Visits): boolean | undefined {
  const keys = (items: readonly Value[]) => items.map((item) => keyOf(item, visits))
  const [a, b] = [new Set(keys(left)), new Set(keys(right))]
  if (a.has(undefined) || b.has(undefined)) return undefined
  return a.size === b.size && [...a].every((key) => b.has(key))
}

/** Writes a wholly known value as a text that only equal values share; undefined when it is not known. */
export function keyOf(value: Value, visits: { take(): boolean } = new Visits()): string | undefined {
  if (!visits.take()) return undefined
  switch (value.kind) {
    case 'null':
      return 'null'
    case 'bool':
      return String(value.value)
    case 'number':
      return numberText(value.value)
    case 'string':
      return JSON.stringify(value.value)
    case 'unknown':
      return undefined
    case 'list': {
      if (value.rest !== undefined) return undefined
      const keys = value.items.map((item) => keyOf(item, visits))
      return keys.includes(undefined) ? undefined : `${value.form}[${keys.join()}]`
    }
    case 'object': {
      if (value.rest !== undefined) return undefined
      const keys = [...value.entries].map(
        ([key, item]) => [JSON.stringify(key), keyOf(item, visits)] as const,
      )
      if (keys.some(([, key]) => key === undefined)) return undefined
      return `${value.form}{${keys
        .map((pair) => pair.join(':'))
        .sort()
        .join()}}`
    }
  }
}

/** Names a value for the identity of what is made of it. */
export function identityOf(value: Value): string {
  const named = value.kind === 'unknown' ? value.identity : (keyOf(value) ?? partialIdentity(value))
  return shortened(named)
}

function partialIdentity(value: Value, visits = new Visits(identityVisits)): string {
  if (!visits.take()) return tooLarge().identity
  if (value.kind === 'unknown') return value.identity
  if (value.kind === 'list') {
    const items = value.items.map((item) => partialIdentity(item, visits))
    return `${value.form}[${items.join()}${value.rest === undefined ? '' : `, … ${value.rest.identity}`}]`
  }
  if (value.kind === 'object') {
    const items = [...value.entries].map(
      ([key, item]) => `${JSON.stringify(key)}:${partialIdentity(item, visits)}`,
    )
    return `${value.form}{${items.join()}${value.rest === undefined ? '' : `, … ${value.rest.identity}`}}`
  }
  return keyOf(value) ?? `(${tooLarge().identity})`
}

/** Keeps an identity short: beyond the bound its SHA-256 stands for it. */
export function shortened(identity: string): string {
  if (identity.length <= identityLimit) return identity
  return `#${createHash('sha256').update(identity).digest('hex')}`
}
