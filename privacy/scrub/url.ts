/**
 * URLs by RFC 3986, read leniently because browsers and attackers write them leniently: user and fragment are
 * dropped, the host must be listed, path segments must be listed words, query pairs must have an allowed key
 * and a harmless value. Total: garbage ends as `[redacted]` or as hidden segments.
 */
import type { Rule } from '../rule.ts'
import { hasShape } from '../shape.ts'
import { redacted, type Verdict } from '../verdict.ts'
import { scrubHost } from './host.ts'
import { scrubPath } from './path.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Query pairs that are looked at; the rest is dropped. */
const maxPairs = 32
const queryValue = /^(?:\d{1,4}|\d{4}-\d{2}-\d{2}|true|false)$/

/** Scrubs an absolute or relative URL, a request target or `*`. */
export function scrubUrl(url: string, vocabulary: Vocabulary): Verdict {
  if (url === '*' || url === redacted || url === 'about:blank') return { value: url, rules: [] }
  const rules = new Set<Rule>()
  let rest = url.replaceAll('\\', '/')
  const fragment = rest.indexOf('#')
  if (fragment !== -1) {
    rest = rest.slice(0, fragment)
    rules.add('url_fragment')
  }
  const mark = rest.indexOf('?')
  const query = mark === -1 ? '' : keepPairs(rest.slice(mark + 1), vocabulary, rules)
  if (mark !== -1) rest = rest.slice(0, mark)
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]{0,30}:/.exec(rest)?.[0] ?? ''
  if (scheme !== '' && !/^(?:https?|wss?):$/i.test(scheme))
    return { value: redacted, rules: ['url_malformed'] }
  rest = rest.slice(scheme.length)
  const authority = rest.startsWith('//') ? readAuthority(rest, vocabulary, rules) : ''
  if (scheme !== '' && authority === '') return { value: redacted, rules: ['url_malformed'] }
  if (authority !== '') rest = rest.slice(rest.indexOf('/', 2) === -1 ? rest.length : rest.indexOf('/', 2))
  const path = scrubPath(rest, vocabulary)
  for (const rule of path.rules) rules.add(rule)
  return { value: `${scheme.toLowerCase()}${authority}${path.value ?? ''}${query}`, rules: [...rules] }
}

function readAuthority(rest: string, vocabulary: Vocabulary, rules: Set<Rule>): string {
  const end = rest.indexOf('/', 2)
  const authority = rest.slice(2, end === -1 ? rest.length : end)
  const user = authority.lastIndexOf('@')
  if (user !== -1) rules.add('url_user')
  const host = scrubHost(authority.slice(user + 1), vocabulary)
  for (const rule of host.rules) rules.add(rule)
  return `//${host.value ?? ''}`
}

function keepPairs(query: string, { queryKeys, detect }: Vocabulary, rules: Set<Rule>): string {
  const pairs = query === '' ? [] : query.split('&', maxPairs + 1)
  const kept = pairs.slice(0, maxPairs).filter((pair) => {
    const equals = pair.indexOf('=')
    const key = equals === -1 ? pair : pair.slice(0, equals)
    const value = equals === -1 ? '' : pair.slice(equals + 1)
    return queryKeys.has(key) && isHarmless(value) && detect(value) === undefined
  })
  if (kept.length !== pairs.length) rules.add('url_query')
  return kept.length === 0 ? '' : `?${kept.join('&')}`
}

function isHarmless(value: string): boolean {
  return value === '' || queryValue.test(value) || (value.length <= 40 && hasShape('uuid', value))
}
