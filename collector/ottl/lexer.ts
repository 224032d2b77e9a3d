/** Cuts a statement into tokens, as the reference's lexer does: a sign before a digit belongs to the number. */
import { StatementError } from './statement-error.ts'

export type TokenKind = 'bytes' | 'float' | 'int' | 'string' | 'lower' | 'upper' | 'compare' | 'sign' | 'end'

export interface Token {
  readonly kind: TokenKind
  readonly text: string
  readonly at: number
}

/** Longest statement or condition. */
const maxLength = 8192

const rules: readonly (readonly [TokenKind, RegExp])[] = [
  ['bytes', /0x[a-fA-F0-9]+/y],
  ['float', /[-+]?\d*\.\d+(?:[eE][-+]?\d+)?/y],
  ['int', /[-+]?\d+/y],
  ['string', /"(?:\\[^]|[^\\"])*"/y],
  ['compare', /==|!=|>=|<=|>|</y],
  ['sign', /[-+*/=(){}:,.[\]]/y],
  ['upper', /[A-Z]\w*/y],
  ['lower', /[a-z]\w*/y],
]

/**
 * Lists the tokens of a text; the last is its end.
 *
 * @throws StatementError
 */
export function tokenize(text: string): readonly Token[] {
  if (text.length > maxLength) {
    throw new StatementError(text, 0, `found ${text.length} characters, expected at most ${maxLength}`)
  }
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    const space = /\s*/y
    space.lastIndex = at
    space.test(text)
    at = space.lastIndex
    if (at >= text.length) break
    const token = tokenAt(text, at)
    tokens.push(token)
    at += token.text.length
  }
  tokens.push({ kind: 'end', text: '', at: text.length })
  return tokens
}

function tokenAt(text: string, at: number): Token {
  for (const [kind, rule] of rules) {
    rule.lastIndex = at
    const found = rule.exec(text)
    if (found !== null) return { kind, text: found[0], at }
  }
  throw new StatementError(
    text,
    at,
    text[at] === '"'
      ? 'found a text without its closing quote'
      : `found \`${text[at]}\`, which begins nothing`,
  )
}
