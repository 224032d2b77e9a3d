/** Reads statements and conditions (grammar of the reference engine; what it reads and this does not is refused). */
import { Tokens } from './tokens.ts'
import { ValueParser } from './value-parser.ts'
import type { Comparator, Condition, Statement } from './syntax.ts'

/**
 * Parses `editor(…) where condition`.
 *
 * @throws StatementError
 */
export function parseStatement(text: string): Statement {
  const parser = new ConditionParser(text)
  const { tokens, values } = parser
  if (!tokens.isCallNext('lower')) throw tokens.refusal('an editor, whose name begins with a small letter')
  const editor = values.call()
  if (editor.keys.length > 0) throw tokens.refusal('no brackets after an editor')
  const where = tokens.takeWord('where') ? parser.choice() : undefined
  tokens.expectEnd()
  return { editor, where }
}

/**
 * Parses a condition.
 *
 * @throws StatementError
 */
export function parseCondition(text: string): Condition {
  const parser = new ConditionParser(text)
  const condition = parser.choice()
  parser.tokens.expectEnd()
  return condition
}

class ConditionParser {
  readonly tokens: Tokens
  readonly values: ValueParser

  constructor(text: string) {
    this.tokens = new Tokens(text)
    this.values = new ValueParser(this.tokens)
  }

  choice(): Condition {
    return this.tokens.nested(() => this.#joined('or', () => this.#joined('and', () => this.#single())))
  }

  #joined(kind: 'or' | 'and', read: () => Condition): Condition {
    const first = read()
    const items = [first]
    while (this.tokens.takeWord(kind)) items.push(read())
    return items.length === 1 ? first : { kind, items }
  }

  #single(): Condition {
    if (this.tokens.takeWord('not')) return { kind: 'not', item: this.#positive() }
    return this.#positive()
  }

  /** A bracket may open a condition or a calculation: which of them shows only later. */
  #positive(): Condition {
    const { tokens, values } = this
    if (!tokens.sees('(')) return this.#comparison()
    const comparison = tokens.attempt(() => this.#comparison())
    if (comparison !== undefined) return comparison
    tokens.expect('(')
    const item = this.choice()
    tokens.expect(')')
    if (values.isOperatorNext() || tokens.isComparatorNext()) throw tokens.refusal('`and`, `or` or the end')
    return item
  }

  #comparison(): Condition {
    const { tokens, values } = this
    const left = values.value()
    if (!tokens.isComparatorNext()) {
      if (left.kind === 'bool' || left.kind === 'call') return { kind: 'truth', value: left }
      throw tokens.refusal('a comparison')
    }
    // Proven by the line above: the lexer has no other comparison signs.
    const operator = tokens.next().text as Comparator
    return { kind: 'compare', operator, left, right: values.value() }
  }
}
