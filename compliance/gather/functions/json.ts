/** JSON as Terraform writes and reads it (`jsonencode`, `jsondecode`). */
import { numberText, parseNumber, numeric } from '../values/decimal.ts'
import { compareTexts } from '../values/type.ts'
import { bool, list, nothing, num, object, text, type Value } from '../values/value.ts'
import { characterLimit } from '../evaluate/budget.ts'
import { withoutQuoted } from '../hcl/quoted.ts'
import { FunctionStop } from './definition.ts'

/** Deepest nesting that is read or written. */
const depthLimit = 64

/** Writes a known value: keys in order, and the characters escaped that Terraform escapes. */
export function encodeJson(value: Value): string {
  const writer = new Writer()
  writer.write(value, 0)
  return writer.finish()
}

class Writer {
  private readonly pieces: string[] = []
  private characters = 0

  write(value: Value, depth: number): void {
    if (depth > depthLimit) throw new FunctionStop(`has more than ${depthLimit} levels`, false)
    switch (value.kind) {
      case 'null':
        return this.add('null')
      case 'bool':
        return this.add(String(value.value))
      case 'number':
        return this.add(digitsOf(value.value))
      case 'string':
        return this.add(quoted(value.value))
      case 'list':
        return this.writeList(value.items, depth)
      case 'object':
        return this.writeObject(value.entries, depth)
      case 'unknown':
        throw new FunctionStop(value.why, false)
    }
  }

  finish(): string {
    return this.pieces.join('')
  }

  private writeList(items: readonly Value[], depth: number): void {
    this.add('[')
    for (const [index, item] of items.entries()) {
      if (index > 0) this.add(',')
      this.write(item, depth + 1)
    }
    this.add(']')
  }

  private writeObject(entries: ReadonlyMap<string, Value>, depth: number): void {
    this.add('{')
    const sorted = [...entries].sort(([left], [right]) => compareTexts(left, right))
    for (const [index, [key, item]] of sorted.entries()) {
      this.add(`${index > 0 ? ',' : ''}${quoted(key)}:`)
      this.write(item, depth + 1)
    }
    this.add('}')
  }

  private add(piece: string): void {
    this.characters += piece.length
    if (this.characters > characterLimit) {
      throw new FunctionStop(`has more than ${characterLimit} characters`, false)
    }
    this.pieces.push(piece)
  }
}

function digitsOf(value: Parameters<typeof numberText>[0]): string {
  const digits = numberText(value)
  if (digits === undefined) throw new FunctionStop('is a number whose last digits are not known', false)
  return digits
}

function quoted(value: string): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]|\\[bf]/g, (found) =>
    found.length > 1
      ? found === '\\b'
        ? '\\u0008'
        : '\\u000c'
      : `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Reads JSON; a number keeps all its digits. @throws FunctionStop for what is none */
export function decodeJson(source: string): Value {
  if (nestingOf(source) > depthLimit) throw new FunctionStop(`has more than ${depthLimit} levels`, false)
  try {
    return valueOf(JSON.parse(source, keepDigits))
  } catch (error) {
    if (error instanceof FunctionStop) throw error
    throw new FunctionStop('found a text that is no JSON')
  }
}

/** The text of a number that is not held exactly. */
class Digits {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
}

function keepDigits(
  this: unknown,
  _key: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  return context?.source === undefined ? value : new Digits(context.source)
}

/** Turns a parsed document into a value. */
export function valueOf(json: unknown, depth = 0): Value {
  if (depth > depthLimit) throw new FunctionStop(`has more than ${depthLimit} levels`, false)
  if (json === null || json === undefined) return nothing
  if (json instanceof Digits) return num(parseNumber(json.source) ?? 0)
  if (Array.isArray(json)) return list(json.map((item: unknown) => valueOf(item, depth + 1)))
  switch (typeof json) {
    case 'object':
      return object(
        new Map(Object.entries(json).map(([key, item]): [string, Value] => [key, valueOf(item, depth + 1)])),
      )
    case 'string':
      return text(json)
    case 'boolean':
      return bool(json)
    case 'number':
      return num(numeric(json))
    default:
      throw new FunctionStop('found something JSON does not have')
  }
}

/** Deepest nesting of brackets outside texts. */
function nestingOf(source: string): number {
  let depth = 0
  let deepest = 0
  for (const [token] of withoutQuoted(source).matchAll(/[[\]{}]/g)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, (depth += 1))
    else depth -= 1
  }
  return deepest
}
