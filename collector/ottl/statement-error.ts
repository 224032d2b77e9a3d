/** The error of a statement that cannot be used, with its place. */
import { CollectorError } from '../errors.ts'

/** OTTL_INVALID: found when the configuration is read, never later. */
export class StatementError extends CollectorError {
  /** The statement or condition. */
  readonly text: string
  /** In the text, from 1. */
  readonly line: number
  readonly column: number

  /** @param at place in the text, in UTF-16 units */
  constructor(text: string, at: number, why: string) {
    const before = text.slice(0, at).split('\n')
    const [line, column] = [before.length, (before.at(-1) ?? '').length + 1]
    super('OTTL_INVALID', `${why} (line ${line}, column ${column} of \`${text.slice(0, 200)}\`)`)
    this.text = text
    this.line = line
    this.column = column
  }
}
