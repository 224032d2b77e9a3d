/**
 * Reads JSON text strictly, as RFC 8785 asks of its input (I-JSON, RFC 7493): no repeated keys, no lone surrogates, no
 * integer beyond 2^53 - 1 and nothing beyond double precision, and a bound on nesting. `JSON.parse` would accept the
 * first three in silence, and two readers of one text could then disagree.
 */
import {
  CanonicalJsonError,
  maxCanonicalDepth,
  type CanonicalFault,
  type JsonValue,
} from './canonical-json.ts'

const numberPattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const stringPattern = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const spacePattern = /[ \t\n\r]*/y
const colon = 0x3a
const quote = 0x22
const backslash = 0x5c

/**
 * Parses a whole text.
 *
 * @throws CanonicalJsonError MALFORMED, DUPLICATE_KEY, LONE_SURROGATE, UNSAFE_INTEGER, NOT_FINITE or TOO_DEEP,
 *   with a JSON Pointer to the place
 */
export function parseCanonical(text: string): JsonValue {
  const plain = parsePlain(text)
  if (plain !== undefined) return plain
  const reader = new Reader(text)
  const value = reader.value('', 0)
  reader.end()
  return value
}

/**
 * Parses with the engine's own parser, which keeps no paths, and then looks for all it lets pass: an object that
 * swallowed a key has fewer than the text has colons outside of strings. Undefined where anything is amiss, for
 * the reader below to say what and where.
 */
function parsePlain(text: string): JsonValue | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const keys = countKeys(value, 0)
  // What JSON.parse gives and the count has passed is of this type.
  return keys === countColons(text) ? (value as JsonValue) : undefined
}

/** Counts the keys of a value with everything in it; NaN where something in it has no canonical form. */
function countKeys(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.isWellFormed() ? 0 : Number.NaN
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value))
      ? 0
      : Number.NaN
  }
  if (typeof value !== 'object' || value === null) return 0
  if (depth >= maxCanonicalDepth) return Number.NaN
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) count += countKeys(item, depth + 1)
    return count
  }
  for (const [key, member] of Object.entries(value)) {
    count += key.isWellFormed() ? 1 + countKeys(member, depth + 1) : Number.NaN
  }
  return count
}

/** Counts the colons outside of strings in a text that is JSON. */
function countColons(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === colon) count++
    else if (code === quote) at = endOfString(text, at)
  }
  return count
}

/** Finds the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  for (;;) {
    let escapes = 0
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes++
    if (escapes % 2 === 0) return end
    end = text.indexOf('"', end + 1)
  }
}

/** Holds the position in one text. */
class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  value(path: string, depth: number): JsonValue {
    this.#skipSpace()
    const character = this.#text[this.#at]
    if (character === '{') return this.#object(path, depth + 1)
    if (character === '[') return this.#array(path, depth + 1)
    if (character === '"') return this.#string(path)
    if (character === 't') return this.#word('true', true, path)
    if (character === 'f') return this.#word('false', false, path)
    if (character === 'n') return this.#word('null', null, path)
    return this.#number(path)
  }

  end(): void {
    this.#skipSpace()
    if (this.#at !== this.#text.length) this.#fail('MALFORMED', '', 'found text after the value')
  }

  #object(path: string, depth: number): JsonValue {
    this.#enter(path, depth)
    // Without a prototype `__proto__` is a key like any other.
    const members: Record<string, JsonValue> = Object.create(null) as Record<string, JsonValue>
    if (this.#takes('}')) return {}
    for (;;) {
      this.#skipSpace()
      const key = this.#string(path)
      const at = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
      if (Object.hasOwn(members, key)) this.#fail('DUPLICATE_KEY', at, 'found a repeated key')
      this.#expect(':', at)
      const value = this.value(at, depth)
      members[key] = value
      if (this.#takes('}')) return withPrototype(members)
      this.#expect(',', path)
    }
  }

  #array(path: string, depth: number): JsonValue {
    this.#enter(path, depth)
    const items: JsonValue[] = []
    if (this.#takes(']')) return items
    for (;;) {
      items.push(this.value(`${path}/${items.length}`, depth))
      if (this.#takes(']')) return items
      this.#expect(',', path)
    }
  }

  #enter(path: string, depth: number): void {
    if (depth > maxCanonicalDepth) this.#fail('TOO_DEEP', path, `nested deeper than ${maxCanonicalDepth}`)
    this.#at++
  }

  #string(path: string): string {
    const source = this.#match(stringPattern)
    if (source === undefined) return this.#fail('MALFORMED', path, 'expected a string')
    // The pattern has passed exactly the strings of JSON.
    const value = JSON.parse(source) as string
    if (!value.isWellFormed()) return this.#fail('LONE_SURROGATE', path, 'found a lone surrogate')
    return value
  }

  #number(path: string): number {
    const source = this.#match(numberPattern)
    if (source === undefined) return this.#fail('MALFORMED', path, 'expected a value')
    const value = Number(source)
    if (!Number.isFinite(value))
      return this.#fail('NOT_FINITE', path, 'found a number beyond double precision')
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      return this.#fail('UNSAFE_INTEGER', path, 'found an integer beyond 2^53 - 1')
    }
    return value
  }

  #word<V extends boolean | null>(word: string, value: V, path: string): V {
    if (!this.#text.startsWith(word, this.#at)) return this.#fail('MALFORMED', path, 'expected a value')
    this.#at += word.length
    return value
  }

  #takes(character: string): boolean {
    this.#skipSpace()
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #expect(character: string, path: string): void {
    if (!this.#takes(character)) this.#fail('MALFORMED', path, `expected "${character}"`)
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }

  #skipSpace(): void {
    this.#match(spacePattern)
  }

  #fail(code: CanonicalFault, path: string, message: string): never {
    throw new CanonicalJsonError(code, path, message)
  }
}

/** Gives the members the prototype of a plain object, so that a key `__proto__` stays an own property. */
function withPrototype(members: Record<string, JsonValue>): JsonValue {
  return Object.fromEntries(Object.entries(members))
}
