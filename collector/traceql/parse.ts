/**
 * Reads the part of TraceQL that selects spans: `{ conditions }` with `&&`, `||` and brackets, a condition being a
 * field, a comparison and a value. Pipelines, aggregates and relations between spans are refused by name.
 */
import { tokenize, unsupported, type Token } from './tokens.ts'

export type Comparison = '=' | '!=' | '>' | '>=' | '<' | '<=' | '=~' | '!~'

export type Literal =
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'number'; readonly value: number }
  /** Nanoseconds. */
  | { readonly type: 'duration'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  /** A bare word: a status or a kind. */
  | { readonly type: 'word'; readonly value: string }
  | { readonly type: 'nil' }

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'constant'; readonly value: boolean }
  | {
      readonly kind: 'compare'
      readonly field: Token
      readonly comparison: Comparison
      readonly literal: Literal
    }

const comparisons: readonly string[] = ['=', '!=', '>', '>=', '<', '<=', '=~', '!~']
/** How deep brackets may nest. */
const maxDepth = 16
/** Most comparisons: each is carried out on every span that is looked at. */
const maxComparisons = 64

const nanosPer: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
}

/**
 * Reads a query.
 *
 * @throws CollectorError TRACEQL_UNSUPPORTED
 */
export function parseQuery(query: string): Condition {
  return new Parser(tokenize(query)).query()
}

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0
  #comparisons = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  query(): Condition {
    this.#expect('{', 'a selection of spans, `{ conditions }`')
    const condition: Condition = this.#sees('}') ? { kind: 'constant', value: true } : this.#either()
    this.#expect('}', '`&&`, `||` or `}`')
    const rest = this.#peek()
    if (rest.kind !== 'end') {
      throw unsupported('the end: pipelines, aggregates and relations of spans are not supported', rest)
    }
    return condition
  }

  #either(): Condition {
    const parts = [this.#all()]
    while (this.#take('||')) parts.push(this.#all())
    return only(parts) ?? { kind: 'or', parts }
  }

  #all(): Condition {
    const parts = [this.#one()]
    while (this.#take('&&')) parts.push(this.#one())
    return only(parts) ?? { kind: 'and', parts }
  }

  #one(): Condition {
    if (!this.#take('(')) return this.#comparison()
    if (++this.#depth > maxDepth) throw unsupported(`at most ${maxDepth} brackets in one another`)
    const inner = this.#either()
    this.#depth--
    this.#expect(')', '`)`')
    return inner
  }

  #comparison(): Condition {
    const field = this.#next()
    if (field.kind !== 'word') throw unsupported('a field such as resource.service.name or duration', field)
    const sign = this.#peek()
    if (sign.kind !== 'sign' || !comparisons.includes(sign.text)) {
      if (field.text === 'true' || field.text === 'false')
        return { kind: 'constant', value: field.text === 'true' }
      throw unsupported(`one of ${comparisons.join(' ')}`, sign)
    }
    if (++this.#comparisons > maxComparisons) throw unsupported(`at most ${maxComparisons} comparisons`)
    this.#at++
    // Looked up in the list above.
    const comparison = sign.text as Comparison
    return { kind: 'compare', field, comparison, literal: literalOf(this.#next()) }
  }

  #peek(): Token {
    // The last token is the end, and nothing steps over it.
    return this.#tokens[this.#at] as Token
  }

  #next(): Token {
    const token = this.#peek()
    if (token.kind !== 'end') this.#at++
    return token
  }

  #sees(sign: string): boolean {
    const { kind, text } = this.#peek()
    return kind === 'sign' && text === sign
  }

  #take(sign: string): boolean {
    if (!this.#sees(sign)) return false
    this.#at++
    return true
  }

  #expect(sign: string, expected: string): void {
    if (!this.#take(sign)) throw unsupported(expected, this.#peek())
  }
}

function only(parts: readonly Condition[]): Condition | undefined {
  return parts.length === 1 ? parts[0] : undefined
}

function literalOf(token: Token): Literal {
  const { kind, text } = token
  switch (kind) {
    case 'text':
      return { type: 'text', value: text }
    case 'number':
      return { type: 'number', value: finite(Number(text), token) }
    case 'duration':
      return { type: 'duration', value: finite(nanosOf(text), token) }
    case 'word':
      if (text === 'true' || text === 'false') return { type: 'boolean', value: text === 'true' }
      return text === 'nil' ? { type: 'nil' } : { type: 'word', value: text }
    case 'sign':
    case 'end':
      throw unsupported('a value', token)
  }
}

/** Refuses what has so many digits that it is no number any more. */
function finite(value: number, token: Token): number {
  if (!Number.isFinite(value)) throw unsupported('a number below 1.8e308', token)
  return value
}

/** Reads a duration as Go writes it in nanoseconds. */
export function nanosOf(text: string): number {
  let sum = 0
  for (const [, number, unit] of text.matchAll(/([0-9.]+)(ns|us|µs|ms|s|m|h)/g)) {
    sum += Number(number) * (nanosPer[unit ?? ''] ?? 0)
  }
  return Math.round(sum)
}
