/**
 * Canonical JSON, RFC 8785: keys in UTF-16 code unit order, numbers as ECMAScript prints them, no white
 * space. What has no canonical form is refused, never repaired.
 */

export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue | undefined }

export type CanonicalFault =
  'NOT_FINITE' | 'UNSAFE_INTEGER' | 'LONE_SURROGATE' | 'TOO_DEEP' | 'NOT_JSON' | 'DUPLICATE_KEY' | 'MALFORMED'

/** Thrown for a value that has no canonical form; `path` is a JSON Pointer to it. */
export class CanonicalJsonError extends Error {
  readonly code: CanonicalFault
  readonly path: string
  constructor(code: CanonicalFault, path: string, message: string) {
    super(`${message} at ${path === '' ? 'the root' : path}`)
    this.name = 'CanonicalJsonError'
    this.code = code
    this.path = path
  }
}

/** Deepest nesting that is accepted; audit events need three. */
export const maxCanonicalDepth = 32

/**
 * Writes a value in its one canonical form. Properties whose value is `undefined` are absent.
 *
 * @throws CanonicalJsonError for NaN and infinities, integers beyond 2^53 - 1, lone surrogates, nesting
 *   deeper than `maxCanonicalDepth` and values JSON does not have
 */
export function canonicalJson(value: unknown): string {
  // The engine writes what is in order, many times faster than we could; what cannot be put in order is written
  // again by the one that can say where.
  const inOrder = ordered(value, 0)
  return inOrder === undefined ? write(value, '', 0) : JSON.stringify(inOrder)
}

/** Answers a value whose members stand in canonical order, itself where they do; undefined without such a form. */
function ordered(value: unknown, depth: number): JsonValue | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? value : undefined
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value))
      ? value
      : undefined
  }
  if (typeof value === 'boolean' || value === null) return value
  if (typeof value !== 'object' || depth >= maxCanonicalDepth) return undefined
  return Array.isArray(value) ? orderedArray(value, depth) : orderedObject(value, depth)
}

function orderedArray(value: readonly unknown[], depth: number): JsonValue | undefined {
  const items: JsonValue[] = []
  for (const item of value) {
    const inOrder = ordered(item, depth + 1)
    if (inOrder === undefined) return undefined
    items.push(inOrder)
  }
  return items
}

function orderedObject(value: object, depth: number): JsonValue | undefined {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return undefined
  const keys = Object.keys(value)
  let isSame = inOrder(keys)
  // Sorted without a comparison, by UTF-16 code units: the order of RFC 8785 §3.2.3.
  if (!isSame) keys.sort()
  const members: Record<string, JsonValue | undefined> = {}
  for (const key of keys) {
    // The engine would put a number first and take this name for another thing; their order is written by hand.
    if (!key.isWellFormed() || key === '__proto__' || isDigit(key.charCodeAt(0))) return undefined
    const member = (value as Readonly<Record<string, unknown>>)[key]
    if (member === undefined) continue
    const inOrder = ordered(member, depth + 1)
    if (inOrder === undefined) return undefined
    if (inOrder !== member) isSame = false
    members[key] = inOrder
  }
  return isSame ? (value as JsonValue) : members
}

function inOrder(keys: readonly string[]): boolean {
  for (let at = 1; at < keys.length; at++) {
    // Every index is in the list.
    if ((keys[at - 1] as string) > (keys[at] as string)) return false
  }
  return true
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function write(value: unknown, path: string, depth: number): string {
  if (typeof value === 'string') return writeString(value, path)
  if (typeof value === 'number') return writeNumber(value, path)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (value === null) return 'null'
  if (typeof value !== 'object')
    throw new CanonicalJsonError('NOT_JSON', path, `found ${typeof value}, expected JSON`)
  if (depth >= maxCanonicalDepth) {
    throw new CanonicalJsonError('TOO_DEEP', path, `nested deeper than ${maxCanonicalDepth}`)
  }
  return Array.isArray(value) ? writeArray(value, path, depth) : writeObject(value, path, depth)
}

function writeArray(value: readonly unknown[], path: string, depth: number): string {
  return `[${Array.from(value, (item, index) => write(item, `${path}/${index}`, depth + 1)).join(',')}]`
}

function writeObject(value: object, path: string, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    throw new CanonicalJsonError('NOT_JSON', path, 'found a class instance, expected a plain object')
  }
  const members: string[] = []
  // Array.prototype.sort compares UTF-16 code units, which is the order RFC 8785 §3.2.3 asks for.
  for (const [key, member] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (member === undefined) continue
    const at = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    members.push(`${writeString(key, at)}:${write(member, at, depth + 1)}`)
  }
  return `{${members.join(',')}}`
}

function writeString(value: string, path: string): string {
  if (!value.isWellFormed()) throw new CanonicalJsonError('LONE_SURROGATE', path, 'found a lone surrogate')
  // JSON.stringify escapes exactly what RFC 8785 §3.2.2.2 escapes once lone surrogates are excluded.
  return JSON.stringify(value)
}

function writeNumber(value: number, path: string): string {
  if (!Number.isFinite(value)) throw new CanonicalJsonError('NOT_FINITE', path, `found ${value}`)
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new CanonicalJsonError('UNSAFE_INTEGER', path, `found ${value}, expected at most 2^53 - 1`)
  }
  return Object.is(value, -0) ? '0' : String(value)
}
