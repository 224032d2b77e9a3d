/**
 * Cuts SQL into tokens, PostgreSQL's lexical rules first (§4.1 of its manual): standard, escape and
 * dollar-quoted strings, nested comments. One pass, no backtracking; what is ambiguous between dialects ends
 * the statement, because guessing wrong would turn a literal inside out.
 */

export type SqlTokenKind = 'word' | 'quoted' | 'literal' | 'parameter' | 'symbol'

export interface SqlToken {
  readonly kind: SqlTokenKind
  readonly text: string
  /** White space or a comment stood before it. */
  readonly spaced: boolean
}

export interface SqlTokens {
  readonly tokens: readonly SqlToken[]
  readonly hadComment: boolean
  /** False when a string or comment never ended, or may have ended elsewhere. */
  readonly complete: boolean
}

const blank = /[\s\0]+/y
const word = /[A-Za-z_][A-Za-z0-9_$]*/y
const number = /(?:0[xX][0-9A-Fa-f_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)[A-Za-z0-9_]*/y
const parameter = /\$\d{1,5}(?![\w$])|:[A-Za-z_][A-Za-z0-9_]{0,62}|\?/y
const stringStart = /(?:[eEbBxXnN]|[uU]&)?'/y
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]{0,62})?\$/y
const cast = /::/y
const symbol = /[()+\-*/%<>=!~|&^,;.[\]:@#]/y

/** Cuts a statement; `limit` bounds the tokens. */
export function lexSql(sql: string, limit: number): SqlTokens {
  const tokens: SqlToken[] = []
  let at = 0
  let spaced = false
  let hadComment = false
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(sql)?.[0]
  }
  const push = (kind: SqlTokenKind, text: string, end: number): void => {
    tokens.push({ kind, text, spaced })
    spaced = false
    at = end
  }
  while (at < sql.length) {
    if (tokens.length >= limit) return { tokens, hadComment, complete: false }
    // Most of a statement is words and single spaces; a letter may begin a string only when a quote is near.
    const unit = sql.charCodeAt(at)
    if (unit === 32) {
      spaced = true
      at++
      continue
    }
    const plain = isLetter(unit) ? take(word) : undefined
    if (plain !== undefined && !isQuote(sql.charCodeAt(at + plain.length))) {
      push('word', plain, at + plain.length)
      continue
    }
    const space = take(blank)
    const commentEnd = endOfComment(sql, at)
    if (space !== undefined || commentEnd !== at) {
      spaced = true
      hadComment ||= space === undefined
      at = space === undefined ? commentEnd : at + space.length
      if (at > sql.length) return { tokens, hadComment, complete: false }
      continue
    }
    const literal = literalAt(sql, at, take)
    if (literal !== undefined) {
      push('literal', '?', literal.end)
      if (!literal.complete) return { tokens, hadComment, complete: false }
      continue
    }
    const [kind, text, length] = plainToken(sql, at, take)
    push(kind, text, at + length)
  }
  return { tokens, hadComment, complete: true }
}

function isLetter(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || unit === 95
}

/** Tells whether a word before the unit may be the prefix of a string: `E'`, `U&'`. */
function isQuote(unit: number): boolean {
  return unit === 39 || unit === 38
}

type Take = (pattern: RegExp) => string | undefined

function plainToken(sql: string, at: number, take: Take): readonly [SqlTokenKind, string, number] {
  const found = take(word)
  if (found !== undefined) return ['word', found, found.length]
  if (take(cast) !== undefined) return ['symbol', '::', 2]
  const placed = take(parameter)
  if (placed !== undefined) return ['parameter', placed, placed.length]
  const mark = take(symbol)
  if (mark !== undefined) return ['symbol', mark, 1]
  const end = quotedEnd(sql, at)
  if (end !== undefined) return ['quoted', sql.slice(at, end), end - at]
  // Anything else, and every letter beyond ASCII, is data to us: one literal up to the next plain character.
  const other = /[^\s\0A-Za-z0-9_'"`$?()*,;.=<>[\]:-]*/y
  other.lastIndex = at + 1
  return ['literal', '?', 1 + (other.exec(sql)?.[0].length ?? 0)]
}

/** Quoted identifier, or undefined when none begins here or it never ends. */
function quotedEnd(sql: string, at: number): number | undefined {
  const quote = sql.charAt(at)
  if (quote !== '"' && quote !== '`') return undefined
  const end = sql.indexOf(quote, at + 1)
  return end === -1 ? undefined : end + 1
}

function endOfComment(sql: string, at: number): number {
  if (sql.startsWith('--', at)) {
    const end = sql.indexOf('\n', at)
    return end === -1 ? sql.length : end
  }
  if (!sql.startsWith('/*', at)) return at
  let depth = 0
  for (let here = at; here < sql.length; here++) {
    if (sql.startsWith('/*', here)) {
      depth++
      here++
    } else if (sql.startsWith('*/', here)) {
      depth--
      here++
      if (depth === 0) return here + 1
    }
  }
  return sql.length + 1
}

interface Literal {
  readonly end: number
  readonly complete: boolean
}

function literalAt(sql: string, at: number, take: Take): Literal | undefined {
  const start = take(stringStart)
  if (start !== undefined) return stringEnd(sql, at + start.length, /^e/i.test(start))
  const tag = take(dollarTag)
  if (tag !== undefined) {
    const end = sql.indexOf(tag, at + tag.length)
    return end === -1 ? { end: sql.length, complete: false } : { end: end + tag.length, complete: true }
  }
  const digits = take(number)
  if (digits !== undefined) return { end: at + digits.length, complete: true }
  const quote = sql.charAt(at)
  const open = (quote === '"' || quote === '`') && quotedEnd(sql, at) === undefined
  return open ? { end: sql.length, complete: false } : undefined
}

function stringEnd(sql: string, start: number, escapes: boolean): Literal {
  for (let at = start; at < sql.length; at++) {
    const unit = sql.charAt(at)
    if (unit === '\\' && escapes) at++
    // A backslash before a quote ends the string in PostgreSQL and continues it in MySQL: nothing after it is sure.
    else if (unit === '\\' && sql.charAt(at + 1) === "'") return { end: sql.length, complete: false }
    else if (unit === "'" && sql.charAt(at + 1) === "'") at++
    else if (unit === "'") return { end: at + 1, complete: true }
  }
  return { end: sql.length, complete: false }
}
