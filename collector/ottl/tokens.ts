/** A place among the tokens of a statement. */
import { tokenize, type Token } from './lexer.ts'
import { StatementError } from './statement-error.ts'

/** How deep brackets, lists and calls may nest. */
const maxDepth = 32

export class Tokens {
  readonly #text: string
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
    this.#tokens = tokenize(text)
  }

  peek(ahead = 0): Token {
    // The last token is the end, and nothing steps over it.
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token
  }

  next(): Token {
    const token = this.peek()
    if (token.kind !== 'end') this.#at++
    return token
  }

  sees(sign: string, ahead = 0): boolean {
    const { kind, text } = this.peek(ahead)
    return kind === 'sign' && text === sign
  }

  take(sign: string): boolean {
    if (!this.sees(sign)) return false
    this.#at++
    return true
  }

  takeWord(word: string): boolean {
    const { kind, text } = this.peek()
    if (kind !== 'lower' || text !== word) return false
    this.#at++
    return true
  }

  isComparatorNext(): boolean {
    return this.peek().kind === 'compare'
  }

  isCallNext(kind: 'lower' | 'upper'): boolean {
    return this.peek().kind === kind && this.sees('(', 1)
  }

  expect(sign: string): void {
    if (!this.take(sign)) throw this.refusal(`\`${sign}\``)
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') throw this.refusal('the end')
  }

  /** Reads what may turn out to be something else; goes back to where it began then. */
  attempt<T>(read: () => T): T | undefined {
    const [at, depth] = [this.#at, this.#depth]
    try {
      return read()
    } catch (error) {
      if (!(error instanceof StatementError)) throw error
      this.#at = at
      this.#depth = depth
      return undefined
    }
  }

  nested<T>(read: () => T): T {
    if (++this.#depth > maxDepth) throw this.refusal(`at most ${maxDepth} levels`)
    const result = read()
    this.#depth--
    return result
  }

  refusal(expected: string, token: Token = this.peek()): StatementError {
    const found = token.kind === 'end' ? 'the end' : `\`${token.text.slice(0, 60)}\``
    return new StatementError(this.#text, token.at, `found ${found}, expected ${expected}`)
  }
}
