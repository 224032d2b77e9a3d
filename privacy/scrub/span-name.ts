/**
 * Span names: a declared constant, a method with a path, or a pattern of an instrumentation. Everything else
 * is `[redacted]`, because a span name is free text like any other (opentelemetry-specification, span name).
 */
import { httpMethods } from '../../contracts/metrics/http.ts'
import { redacted, type Verdict } from '../verdict.ts'
import { scrubRoute, scrubPath } from './path.ts'
import { scrubSql } from './sql.ts'
import type { Vocabulary } from './vocabulary.ts'

const methods = new Set<string>([...httpMethods, 'HTTP', 'CONNECT', 'TRACE', 'QUERY'])
const plainVerb = /^(?:[A-Z]{3,12}|_OTHER)$/
/** `pg.query:SELECT campanile`, `SELECT university.users`, `COMMIT`. */
const database =
  /^(?:pg\.query:)?(?:SELECT|INSERT|UPDATE|DELETE|WITH|BEGIN|COMMIT|ROLLBACK|SET|CALL|COPY|MERGE)(?: [a-z_][a-z0-9_]{0,62}(?:\.[a-z_][a-z0-9_]{0,62})?)?;?$/
/** What the express and fs instrumentations write. */
const layer = /^(?:middleware - [A-Za-z_$<][A-Za-z0-9_$<>.]{0,60}|fs [a-z][A-Za-z]{1,24})$/
const parameter = /^(?::[A-Za-z][A-Za-z_]{0,31}|\*[a-z]{0,31}|\{[A-Za-z_]{1,32}\})$/
const routed = /^(?:router|request handler) - /

/**
 * Scrubs a span name. Of programs a parameter such as `:id` stays, and so do patterns of instrumentations on servers; a
 * page could write anybody into either, so of pages a method with listed words of a path is all beside declared names.
 */
export function scrubSpanName(name: string, vocabulary: Vocabulary): Verdict {
  if (name === '' || name === redacted || vocabulary.spanNames.has(name)) return { value: name, rules: [] }
  const space = name.indexOf(' ')
  const verb = space === -1 ? name : name.slice(0, space)
  if (plainVerb.test(verb) && methods.has(verb)) {
    if (space === -1) return { value: name, rules: [] }
    return withPrefix(`${verb} `, scrubTarget(name.slice(space + 1), vocabulary))
  }
  if (vocabulary.browser !== undefined) return { value: redacted, rules: ['span_name'] }
  if (database.test(name)) return scrubbedDatabase(name, vocabulary)
  if (layer.test(name) && vocabulary.detect(name) === undefined) return { value: name, rules: [] }
  const prefix = routed.exec(name)?.[0]
  if (prefix !== undefined) return withPrefix(prefix, scrubRoute(name.slice(prefix.length), vocabulary))
  return { value: redacted, rules: ['span_name'] }
}

/** The path after a method: parameters of a program's route stay, words must be listed. */
function scrubTarget(target: string, vocabulary: Vocabulary): Verdict {
  const path = target.split(/[?#]/, 1)[0] ?? ''
  const segments = path.split('/', 33).slice(0, 32)
  const written = segments.map((segment) => {
    const stays =
      vocabulary.browser === undefined && parameter.test(segment) && vocabulary.detect(segment) === undefined
    return stays ? segment : (scrubPath(segment, vocabulary).value ?? '')
  })
  const value = written.join('/')
  return { value, rules: value === target ? [] : ['url_path'] }
}

function scrubbedDatabase(name: string, vocabulary: Vocabulary): Verdict {
  // Unlike a statement, a name of a span is short and nearly all of it is names: the roster is asked too.
  const found = vocabulary.detect(name)
  if (found !== undefined) return { value: redacted, rules: [found] }
  const prefix = name.startsWith('pg.query:') ? 'pg.query:' : ''
  const verdict = scrubSql(name.slice(prefix.length), vocabulary, 160)
  return verdict.value === undefined ? { value: redacted, rules: verdict.rules } : withPrefix(prefix, verdict)
}

function withPrefix(prefix: string, { value, rules }: Verdict): Verdict {
  return { value: `${prefix}${value ?? ''}`, rules }
}
