/**
 * SQL with its data taken out: literals become `?`, comments go, lists of literals collapse to one, length is
 * bounded. Text that does not begin like SQL, or has names in a row, is refused: prose would pass as identifiers.
 */
import type { Rule } from '../rule.ts'
import { refuse, type Verdict } from '../verdict.ts'
import { lexSql, type SqlToken } from './sql-lexer.ts'
import { isProse } from './sql-prose.ts'
import type { Vocabulary } from './vocabulary.ts'

const maxTokens = 1_500
/** Identifiers of PostgreSQL have 63 bytes at most; five digits in a row are a number of something. */
const name = /^[A-Za-z_][A-Za-z0-9_$]{0,62}$/
const longNumber = /\d{5}/
const verbs = new Set(
  (
    'ABORT ALTER ANALYZE BEGIN CALL CHECKPOINT CLOSE CLUSTER COMMENT COMMIT COPY CREATE DEALLOCATE DECLARE DELETE ' +
    'DISCARD DO DROP END EXECUTE EXPLAIN FETCH GRANT INSERT LISTEN LOCK MERGE MOVE NOTIFY PREPARE REFRESH REINDEX ' +
    'RELEASE REPLACE RESET REVOKE ROLLBACK SAVEPOINT SELECT SET SHOW START TABLE TRUNCATE UNLISTEN UPDATE VACUUM ' +
    'VALUES WITH'
  ).split(' '),
)
/** Words after which a double-quoted text is the name of a table and not a string of another dialect. */
const beforeTable = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'TABLE', 'ONLY', 'AS'])

function isIdentifier(text: string): boolean {
  return name.test(text) && !longNumber.test(text)
}

/** Scrubs a statement or a summary such as `SELECT users`. */
export function scrubSql(
  sql: string,
  { detectForms }: Pick<Vocabulary, 'detectForms'>,
  maxLength: number,
): Verdict {
  const { tokens, hadComment, complete } = lexSql(sql, maxTokens)
  const first = tokens.find(({ text }) => text !== '(')
  if (first?.kind !== 'word' || !verbs.has(first.text.toUpperCase()) || isProse(tokens))
    return refuse('sql_malformed')
  const rules = new Set<Rule>()
  if (hadComment) rules.add('sql_comment')
  if (!complete) rules.add('sql_malformed')
  const bare = tokens.map((token, at) => withoutData(token, tokens, at))
  const written = bare.some(({ text }) => text === '?') ? collapsed(bare) : bare
  if (
    tokens.some(({ kind }) => kind === 'literal') ||
    written.some(({ text }, at) => text !== tokens[at]?.text)
  ) {
    rules.add('sql_literal')
  }
  let text = written.map(({ text, spaced }, at) => (spaced && at > 0 ? ` ${text}` : text)).join('')
  if (text.length > maxLength) {
    text = text.slice(0, text.lastIndexOf(' ', maxLength)).trimEnd()
    rules.add('too_long')
  }
  const found = detectForms(text)
  return found === undefined ? { value: text, rules: [...rules] } : refuse(found)
}

/** One token as it may be written: identifiers that could be data become `?`. */
function withoutData(token: SqlToken, tokens: readonly SqlToken[], at: number): SqlToken {
  if (token.kind === 'word')
    return isIdentifier(token.text) ? token : { ...token, kind: 'literal', text: '?' }
  if (token.kind !== 'quoted') return token
  const before = tokens[at - 1]
  const stands =
    isIdentifier(token.text.slice(1, -1)) &&
    (token.text.startsWith('`') ||
      before?.text === '.' ||
      tokens[at + 1]?.text === '.' ||
      beforeTable.has(before?.text.toUpperCase() ?? ''))
  return stands ? token : { ...token, kind: 'literal', text: '?' }
}

/** Turns `?, ?, ?` into `?` and `(?), (?)` into `(?)`, so that a list's length says nothing and costs nothing. */
function collapsed(tokens: readonly SqlToken[]): SqlToken[] {
  const out: SqlToken[] = []
  for (const token of tokens) {
    out.push(token)
    if (token.text !== '?' && token.text !== ')') continue
    while (endsWith(out, ['?', ',', '?']) || endsWith(out, ['?', '?']))
      out.splice(out.at(-2)?.text === ',' ? -2 : -1)
    while (endsWith(out, ['(', '?', ')', ',', '(', '?', ')'])) out.splice(-4)
  }
  return out
}

function endsWith(tokens: readonly SqlToken[], texts: readonly string[]): boolean {
  const from = tokens.length - texts.length
  return from >= 0 && texts.every((text, at) => tokens[from + at]?.text === text)
}
