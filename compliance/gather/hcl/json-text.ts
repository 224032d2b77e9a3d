/** JSON with the place of every node (RFC 8259); strings keep their bytes, one per character, as `Cursor` has them. */
import { decode, SyntaxStop } from './cursor.ts'
import { endOfQuoted } from './quoted.ts'
import type { Span } from './syntax.ts'

export interface JsonString extends Span {
  readonly kind: 'string'
  /** The decoded text, one character per byte. */
  readonly text: string
  /** Where that text begins in `JsonText.source`. */
  readonly at: number
}

export interface JsonMember {
  readonly key: JsonString
  readonly value: JsonNode
}

export interface JsonObject extends Span {
  readonly kind: 'object'
  /** In the order of the file; a name may stand twice. */
  readonly members: readonly JsonMember[]
}

export type JsonNode =
  | JsonString
  | JsonObject
  | (Span & { readonly kind: 'literal'; readonly value: null | boolean | number })
  | (Span & { readonly kind: 'array'; readonly items: readonly JsonNode[] })

export interface JsonText {
  readonly root: JsonNode
  /** The file, and behind it the decoded text of each string that was written with escapes. */
  readonly source: string
  /** Finds the offset in the file of an offset in `source`. */
  readonly originOf: (offset: number) => number
}

const depthLimit = 250
const blanks = /[ \t\r\n]*/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const word = /true|false|null/y

/**
 * Parses a whole file.
 *
 * @param file one character per byte
 * @throws SyntaxStop where it is no JSON
 */
export function parseJsonText(file: string): JsonText {
  const reader = new JsonReader(file)
  const root = reader.readAll()
  const { escaped } = reader
  const source = file + escaped.map(({ text }) => text).join('')
  return { root, source, originOf: (offset) => originIn(file.length, escaped, offset) }
}

function originIn(fileLength: number, escaped: readonly JsonString[], offset: number): number {
  if (offset < fileLength) return offset
  let low = 0
  let high = escaped.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((escaped[middle]?.at ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return escaped[low]?.start ?? 0
}

class JsonReader {
  /** Strings that were written with escapes, by their place in the source. */
  readonly escaped: JsonString[] = []
  private readonly file: string
  private at = 0
  private end: number

  constructor(file: string) {
    this.file = file
    this.end = file.length
  }

  readAll(): JsonNode {
    if (this.file.startsWith('\xef\xbb\xbf')) this.at = 3
    const root = this.readNode(0)
    this.match(blanks)
    if (this.at < this.file.length) throw this.unexpected('the end of the file')
    return root
  }

  private readNode(depth: number): JsonNode {
    if (depth > depthLimit) throw new SyntaxStop(this.at, `expected at most ${depthLimit} levels of nesting`)
    this.match(blanks)
    const start = this.at
    const first = this.file[start]
    if (first === '{') return this.readObject(depth)
    if (first === '[') return this.readArray(depth)
    if (first === '"') return this.readString()
    const written = this.match(word) ?? this.match(number)
    if (written === undefined) throw this.unexpected('a value')
    // The two patterns match nothing but these.
    const value = JSON.parse(written) as null | boolean | number
    return { kind: 'literal', value, start, end: this.at }
  }

  private readObject(depth: number): JsonObject {
    const start = this.at
    const members: JsonMember[] = []
    this.readList('}', () => {
      const key = this.readString()
      if (!this.take(':')) throw this.unexpected('":"')
      members.push({ key, value: this.readNode(depth + 1) })
    })
    return { kind: 'object', members, start, end: this.at }
  }

  private readArray(depth: number): JsonNode {
    const start = this.at
    const items: JsonNode[] = []
    this.readList(']', () => items.push(this.readNode(depth + 1)))
    return { kind: 'array', items, start, end: this.at }
  }

  private readList(closing: string, readItem: () => void): void {
    this.at += 1
    if (this.take(closing)) return
    do readItem()
    while (this.take(','))
    if (!this.take(closing)) throw this.unexpected(`"," or "${closing}"`)
  }

  private readString(): JsonString {
    this.match(blanks)
    const start = this.at
    const end = this.file[start] === '"' ? endOfQuoted(this.file, start) : undefined
    const written = this.file.slice(start, end)
    const decoded = end === undefined ? undefined : decodedText(written)
    if (end === undefined || decoded === undefined) throw this.unexpected('a string')
    this.at = end
    const inner = written.slice(1, -1)
    if (!inner.includes('\\')) return { kind: 'string', text: inner, at: start + 1, start, end }
    const text = Buffer.from(decoded).toString('latin1')
    const found: JsonString = { kind: 'string', text, at: this.end, start, end: this.at }
    this.end += text.length
    this.escaped.push(found)
    return found
  }

  private take(token: string): boolean {
    this.match(blanks)
    if (this.file[this.at] !== token) return false
    this.at += 1
    return true
  }

  private match(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.at
    const found = sticky.exec(this.file)?.[0]
    this.at += found?.length ?? 0
    return found
  }

  private unexpected(expected: string): SyntaxStop {
    const here = this.file[this.at]
    const found = here === undefined ? 'the end of the file' : JSON.stringify(decode(here))
    return new SyntaxStop(this.at, `found ${found}, expected ${expected}`)
  }
}

/** Reads a text with its quotes; undefined where it holds what JSON does not allow. */
function decodedText(written: string): string | undefined {
  try {
    return JSON.parse(decode(written)) as string
  } catch {
    return undefined
  }
}
