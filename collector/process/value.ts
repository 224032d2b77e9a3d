/** Arithmetic on OTLP values: attributes by key, copies, equality, text, and whole numbers of 64 bits. */
import type { Attribute, DoubleValue, Value } from './model.ts'

/** Finds an attribute; the first of a key counts, as keys are unique. */
export function findAttribute(attributes: readonly Attribute[], key: string): Attribute | undefined {
  for (const attribute of attributes) if (attribute.key === key) return attribute
  return undefined
}

/** Sets an attribute, at its place or at the end. */
export function putAttribute(attributes: Attribute[], key: string, value: Value): void {
  const found = findAttribute(attributes, key)
  if (found === undefined) attributes.push({ key, value })
  else found.value = value
}

/** Removes attributes in place, so that whoever holds the list sees it. */
export function removeAttributes(
  attributes: Attribute[],
  isRemoved: (attribute: Attribute) => boolean,
): void {
  let kept = 0
  for (const attribute of attributes) if (!isRemoved(attribute)) attributes[kept++] = attribute
  attributes.length = kept
}

export function isDouble(value: unknown): value is DoubleValue {
  return typeof value === 'object' && value !== null && 'double' in value
}

export function isMap(value: unknown): value is { readonly map: Attribute[] } {
  // Lists and bytes have a method of this name, so it has to be their own.
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'map')
}

export function isWhole(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

/** Writes a whole number of 64 bits as the model has it: a bigint only where a double cannot hold it. */
export function whole(value: bigint): number | bigint {
  const wrapped = BigInt.asIntN(64, value)
  const short = Number(wrapped)
  return Number.isSafeInteger(short) ? short : wrapped
}

/** Truncates a double to a whole number of 64 bits, as Go does within range; the ends of the range beyond it. */
export function truncated(value: number): number | bigint {
  if (Number.isNaN(value)) return 0
  if (value >= 2 ** 63) return 2n ** 63n - 1n
  if (value < -(2 ** 63)) return -(2n ** 63n)
  const cut = Math.trunc(value)
  return Number.isSafeInteger(cut) ? cut + 0 : BigInt(cut)
}

/** Takes a value of YAML or JSON: a number with a fraction is a double, one without is whole. */
export function plainValue(value: unknown): Value {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return whole(value)
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : { double: value }
  if (Array.isArray(value)) return value.map(plainValue)
  if (typeof value !== 'object' || value === null) return undefined
  return { map: Object.entries(value).map(([key, entry]) => ({ key, value: plainValue(entry) })) }
}

/** Copies a value with all that is in it. */
export function copyValue(value: Value): Value {
  if (value instanceof Uint8Array) return value.slice()
  if (Array.isArray(value)) return value.map(copyValue)
  if (isMap(value)) return { map: copyAttributes(value.map) }
  return value
}

/** Copies attributes with all that is in them. */
export function copyAttributes(attributes: readonly Attribute[]): Attribute[] {
  return attributes.map(({ key, value }) => ({ key, value: copyValue(value) }))
}

/** Tells whether two values are of one type and equal; maps regardless of order. */
export function equalValues(left: Value, right: Value): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object') return false
  if (left instanceof Uint8Array) return right instanceof Uint8Array && Buffer.compare(left, right) === 0
  if (Array.isArray(left)) return Array.isArray(right) && equalLists(left, right)
  if (isMap(left)) return isMap(right) && equalMaps(left.map, right.map)
  return isDouble(left) && isDouble(right) && left.double === right.double
}

function equalLists(left: readonly Value[], right: readonly Value[]): boolean {
  return left.length === right.length && left.every((value, at) => equalValues(value, right[at]))
}

function equalMaps(left: readonly Attribute[], right: readonly Attribute[]): boolean {
  if (left.length !== right.length) return false
  const byKey = new Map(right.map(({ key, value }) => [key, value]))
  return left.every(({ key, value }) => byKey.has(key) && equalValues(value, byKey.get(key)))
}

/** Writes any value as text, as the reference engine's `AsString` does: maps and lists as JSON. */
export function textOfValue(value: Value): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (isDouble(value)) return textOfDouble(value.double)
  if (typeof value === 'object') return jsonOf(value)
  return String(value)
}

function jsonOf(value: Value): string {
  if (value === undefined) return 'null'
  if (typeof value === 'boolean' || isWhole(value)) return String(value)
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`
  if (isMap(value)) {
    const byKey = value.map.toSorted((left, right) => (left.key < right.key ? -1 : 1))
    return `{${byKey.map((entry) => `${JSON.stringify(entry.key)}:${jsonOf(entry.value)}`).join(',')}}`
  }
  if (isDouble(value))
    return Number.isFinite(value.double)
      ? textOfDouble(value.double)
      : JSON.stringify(textOfDouble(value.double))
  return JSON.stringify(textOfValue(value))
}

/** Go's spelling: exponents of two digits, `+Inf`. */
export function textOfDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-6 || size >= 1e21)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
  }
  return Object.is(value, -0) ? '-0' : String(value)
}
