/** A place in the text of a pattern. */
import { CollectorError } from '../../errors.ts'

export class PatternCursor {
  readonly #source: string
  #at = 0

  constructor(source: string) {
    this.#source = source
  }

  isAtEnd(): boolean {
    return this.#at >= this.#source.length
  }

  sees(text: string): boolean {
    return this.#source.startsWith(text, this.#at)
  }

  /** Steps over the text if it is next. */
  take(text: string): boolean {
    if (!this.sees(text)) return false
    this.#at += text.length
    return true
  }

  /** Reads one character, as its code point. */
  next(): number {
    const point = this.#source.codePointAt(this.#at)
    if (point === undefined) throw this.refusal('it ends too early')
    this.#at += point > 0xffff ? 2 : 1
    return point
  }

  rest(): string {
    return this.#source.slice(this.#at, this.#at + 80)
  }

  skip(units: number): void {
    this.#at += units
  }

  refusal(why: string): CollectorError {
    return new CollectorError(
      'PATTERN_UNSUPPORTED',
      `found the pattern ${this.#source.slice(0, 200)}, expected Go's dialect without look-around: ${why} (character ${this.#at + 1})`,
    )
  }
}
