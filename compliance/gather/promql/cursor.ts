/** Goes through the tokens of an expression; what cannot be read stops it. */
import type { Token } from './tokens.ts'

/** Deepest nesting that is read. */
const depthLimit = 100

/** Ends the reading of one expression; it leaves this folder as a fault only. */
export class PromqlStop extends Error {
  readonly isTooLarge: boolean

  constructor(message: string, isTooLarge = false) {
    super(message)
    this.isTooLarge = isTooLarge
  }
}

export class Cursor {
  private readonly tokens: readonly Token[]
  private at = 0
  private depth = 0

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  /** Looks at a token without taking it; behind the last one stands the end. */
  peek(ahead = 0): Token {
    return this.tokens[this.at + ahead] ?? { kind: 'end', text: '', at: 0 }
  }

  next(): Token {
    const token = this.peek()
    this.at += 1
    return token
  }

  isSign(sign: string): boolean {
    const { kind, text } = this.peek()
    return kind === 'sign' && text === sign
  }

  takeSign(...signs: readonly string[]): string | undefined {
    const found = signs.find((sign) => this.isSign(sign))
    if (found !== undefined) this.next()
    return found
  }

  expectSign(sign: string): void {
    if (this.takeSign(sign) === undefined) this.stop(this.peek())
  }

  /** Takes one of some words, in any case. */
  takeWord(...words: readonly string[]): string | undefined {
    const { kind, text } = this.peek()
    const found = kind === 'name' ? words.find((word) => word === text.toLowerCase()) : undefined
    if (found !== undefined) this.next()
    return found
  }

  /** True when one of some words comes, and then a sign. */
  isWordBefore(sign: string, ...words: readonly string[]): boolean {
    const after = this.peek(1)
    const { kind, text } = this.peek()
    return (
      kind === 'name' && words.includes(text.toLowerCase()) && after.kind === 'sign' && after.text === sign
    )
  }

  takeWordBefore(sign: string, ...words: readonly string[]): string | undefined {
    return this.isWordBefore(sign, ...words) ? this.takeWord(...words) : undefined
  }

  takeEnd(): void {
    if (this.peek().kind !== 'end') this.stop(this.peek())
  }

  /** @throws PromqlStop deeper than expressions are read */
  deeper<T>(read: () => T): T {
    this.depth += 1
    if (this.depth > depthLimit) throw new PromqlStop(`nested deeper than ${depthLimit} levels`, true)
    const result = read()
    this.depth -= 1
    return result
  }

  /** @throws PromqlStop at a token */
  stop({ kind, at }: Token): never {
    throw new PromqlStop(
      kind === 'end' ? 'ends before it is complete' : `cannot be parsed at character ${at + 1}`,
    )
  }
}
