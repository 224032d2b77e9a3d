/** Reads values of statements: literals, paths, calls, lists, maps and calculations. */
import { whole } from '../process/value.ts'
import type { Argument, Call, Expression, MathOperator, PathPart } from './syntax.ts'
import type { Tokens } from './tokens.ts'
import { unquote } from './unquote.ts'

/** Words that mean something of their own wherever they stand. */
const reserved = new Set(['and', 'or', 'not', 'true', 'false', 'nil', 'where'])

export class ValueParser {
  readonly #tokens: Tokens

  constructor(tokens: Tokens) {
    this.#tokens = tokens
  }

  value(): Expression {
    return this.#tokens.nested(() => this.#plain() ?? this.#sum())
  }

  /** Reads `Name(a, b, name = c)["key"]`. */
  call(): Call {
    const tokens = this.#tokens
    const { text: name, at } = tokens.next()
    tokens.expect('(')
    const list: Argument[] = []
    if (!tokens.sees(')')) {
      do list.push(this.#argument())
      while (tokens.take(','))
    }
    tokens.expect(')')
    return { kind: 'call', at, name, arguments: list, keys: this.#keys() }
  }

  isOperatorNext(): boolean {
    return ['+', '-', '*', '/'].some((sign) => this.#tokens.sees(sign))
  }

  #argument(): Argument {
    const tokens = this.#tokens
    if (tokens.peek().kind !== 'lower' || !tokens.sees('=', 1)) return { name: '', value: this.value() }
    const name = tokens.next().text
    tokens.expect('=')
    return { name, value: this.value() }
  }

  /** What cannot be part of a calculation. */
  #plain(): Expression | undefined {
    const tokens = this.#tokens
    const { kind, text, at } = tokens.peek()
    if (kind === 'string') return this.#text()
    if (kind === 'bytes') {
      if (text.length % 2 === 1) throw tokens.refusal('two digits for each byte')
      tokens.next()
      return { kind: 'bytes', at, hex: text.slice(2).toLowerCase() }
    }
    if (kind === 'upper' && !tokens.isCallNext('upper')) {
      tokens.next()
      return { kind: 'name', at, name: text }
    }
    if (tokens.takeWord('nil')) return { kind: 'nil', at }
    if (tokens.takeWord('true')) return { kind: 'bool', at, value: true }
    if (tokens.takeWord('false')) return { kind: 'bool', at, value: false }
    if (tokens.take('[')) return { kind: 'list', at, items: this.#list(']', () => this.value()) }
    if (tokens.take('{')) return { kind: 'map', at, entries: this.#list('}', () => this.#entry()) }
    return undefined
  }

  #text(): Expression & { kind: 'string' } {
    const token = this.#tokens.peek()
    const value = unquote(token.text)
    if (value === undefined) throw this.#tokens.refusal('escapes of Go: write `\\\\` for a backslash')
    this.#tokens.next()
    return { kind: 'string', at: token.at, value }
  }

  #list<T>(end: string, read: () => T): T[] {
    const items: T[] = []
    if (this.#tokens.take(end)) return items
    do items.push(read())
    while (this.#tokens.take(','))
    this.#tokens.expect(end)
    return items
  }

  #entry(): { key: string; value: Expression } {
    if (this.#tokens.peek().kind !== 'string') throw this.#tokens.refusal('a text as key')
    const { value: key } = this.#text()
    this.#tokens.expect(':')
    return { key, value: this.value() }
  }

  #sum(): Expression {
    return this.#chain(['+', '-'], () => this.#chain(['*', '/'], () => this.#operand()))
  }

  #chain(operators: readonly MathOperator[], read: () => Expression): Expression {
    let left = read()
    for (;;) {
      const { at } = this.#tokens.peek()
      const operator = operators.find((sign) => this.#tokens.take(sign))
      if (operator === undefined) return left
      left = { kind: 'math', at, operator, left, right: read() }
    }
  }

  #operand(): Expression {
    const tokens = this.#tokens
    const { kind, text, at } = tokens.peek()
    if (tokens.take('(')) {
      const inner = tokens.nested(() => this.#sum())
      tokens.expect(')')
      return inner
    }
    if (tokens.isCallNext('upper')) return this.call()
    if (tokens.isCallNext('lower')) throw tokens.refusal('a converter, whose name begins with a capital')
    if (kind === 'int') return this.#whole()
    if (kind === 'float') {
      tokens.next()
      return { kind: 'float', at, value: Number(text) }
    }
    if (kind === 'lower' && !reserved.has(text)) return { kind: 'path', at, parts: this.#path() }
    throw tokens.refusal('a value')
  }

  #whole(): Expression {
    const { text, at } = this.#tokens.peek()
    const exact = BigInt(text.replace('+', ''))
    if (BigInt.asIntN(64, exact) !== exact) throw this.#tokens.refusal('a whole number of 64 bits')
    this.#tokens.next()
    return { kind: 'int', at, value: whole(exact) }
  }

  #path(): PathPart[] {
    const parts: PathPart[] = []
    do {
      const { kind, text } = this.#tokens.peek()
      if (kind !== 'lower' || /[A-Z]/.test(text)) throw this.#tokens.refusal('a name of small letters')
      this.#tokens.next()
      parts.push({ name: text, keys: this.#keys() })
    } while (this.#tokens.take('.'))
    return parts
  }

  #keys(): (string | number)[] {
    const keys: (string | number)[] = []
    while (this.#tokens.take('[')) {
      const { kind } = this.#tokens.peek()
      if (kind === 'string') keys.push(this.#text().value)
      else if (kind === 'int') keys.push(Number(this.#tokens.next().text))
      else throw this.#tokens.refusal('a text or a whole number in brackets')
      this.#tokens.expect(']')
    }
    return keys
  }
}
