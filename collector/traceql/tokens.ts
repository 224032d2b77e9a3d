/** Cuts a TraceQL query into tokens. */
import { CollectorError } from '../errors.ts'

export type TokenKind = 'text' | 'duration' | 'number' | 'sign' | 'word' | 'end'

export interface Token {
  readonly kind: TokenKind
  /** As written; of a text without its quotes and escapes. */
  readonly text: string
  /** Place of its first character, from 1. */
  readonly at: number
}

/** Longest query in characters. */
const maxLength = 4_096

const space = /\s*/y
const rules: readonly (readonly [TokenKind, RegExp])[] = [
  ['text', /"(?:\\[^]|[^\\"])*"|`[^`]*`/y],
  ['duration', /(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+(?![\w.])/y],
  ['number', /-?\d+(?:\.\d+)?(?![\w.])/y],
  ['sign', /&&|\|\||>>|<<|=~|!~|>=|<=|!=|[{}()|=<>!~,&]/y],
  // An attribute may be quoted behind its scope: `span."a name"`.
  ['word', /(?:resource|span)?\."(?:\\[^]|[^\\"])*"|[^\s{}()|=<>!~,&"`]+/y],
]

/**
 * Lists the tokens of a query; the last is its end.
 *
 * @throws CollectorError TRACEQL_UNSUPPORTED
 */
export function tokenize(query: string): readonly Token[] {
  if (query.length > maxLength) throw unsupported(`a query of at most ${maxLength} characters`)
  const tokens: Token[] = []
  for (let at = skipSpace(query, 0); at < query.length;) {
    const [kind, text] = tokenAt(query, at)
    tokens.push({ kind, text: kind === 'text' ? unquote(text) : text, at: at + 1 })
    at = skipSpace(query, at + text.length)
  }
  tokens.push({ kind: 'end', text: '', at: query.length + 1 })
  return tokens
}

function skipSpace(query: string, at: number): number {
  space.lastIndex = at
  space.test(query)
  return space.lastIndex
}

function tokenAt(query: string, at: number): readonly [TokenKind, string] {
  for (const [kind, rule] of rules) {
    rule.lastIndex = at
    const found = rule.exec(query)
    if (found !== null) return [kind, found[0]]
  }
  throw unsupported('a text with its closing quote', { at: at + 1 })
}

/** Takes quotes off, and escapes of a text in double quotes: `\"`, `\\`, `\n`, `\t`. */
export function unquote(text: string): string {
  const inner = text.slice(1, -1)
  if (text.startsWith('`')) return inner
  return inner.replaceAll(/\\([^])/g, (_, escaped: string) =>
    escaped === 'n' ? '\n' : escaped === 't' ? '\t' : escaped,
  )
}

/** Says what was expected, and where something else was found. */
export function unsupported(expected: string, token?: Partial<Token>): CollectorError {
  const { at, text, kind } = token ?? {}
  const found = kind === 'end' ? 'the end' : text === undefined ? undefined : `\`${text.slice(0, 60)}\``
  const place = at === undefined ? '' : `at ${at}: `
  return new CollectorError(
    'TRACEQL_UNSUPPORTED',
    `${place}${found === undefined ? '' : `found ${found}, `}expected ${expected}`,
  )
}
