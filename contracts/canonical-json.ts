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
  // The plain way keeps no paths; what it does not take is written again by the one that can say where.
  return writePlain(value, 0) ?? write(value, '', 0)
}

/** Writes what has a canonical form; undefined for anything else. */
function writePlain(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? JSON.stringify(value) : undefined
  if (typeof value === 'number') {
    const isWhole = Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value))
    return isWhole ? String(value + 0) : undefined
  }
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (value === null) return 'null'
  if (typeof value !== 'object' || depth >= maxCanonicalDepth) return undefined
  return Array.isArray(value) ? writePlainArray(value, depth) : writePlainObject(value, depth)
}

function writePlainArray(value: readonly unknown[], depth: number): string | undefined {
  let text = ''
  for (const item of value) {
    const written = writePlain(item, depth + 1)
    if (written === undefined) return undefined
    text += text === '' ? written : `,${written}`
  }
  return `[${text}]`
}

function writePlainObject(value: object, depth: number): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return undefined
  let text = ''
  // Sorted without a comparison, by UTF-16 code units: the order of RFC 8785 §3.2.3.
  for (const key of Object.keys(value).sort()) {
    const member = (value as Readonly<Record<string, unknown>>)[key]
    if (member === undefined) continue
    const written = writePlain(member, depth + 1)
    if (written === undefined || !key.isWellFormed()) return undefined
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${written}`
  }
  return `{${text}}`
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
  return `[${value.map((item, index) => write(item, `${path}/${index}`, depth + 1)).join(',')}]`
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
