/** Paths: listed words stay, every other segment becomes `{id}`. Total: every string is some path. */
import type { Rule } from '../rule.ts'
import { hiddenSegment, type Verdict } from '../verdict.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Segments that are kept; what follows is cut. */
const maxSegments = 32

/** A parameter or wildcard of a route template: `:id`, `{id}`, `*`, `*path`. */
const parameter = /^(?::[A-Za-z][A-Za-z_]{0,31}\??|\{[A-Za-z][A-Za-z_]{0,31}\}|\*[a-z]{0,31})$/
/** A word of a route table: no escapes, no capital letters first, and too few digits for a number of anything. */
const routeWord = /^(?:[a-z][A-Za-z_-]{0,47}(?:\.[a-z]{1,8})?\d{0,3}|\.well-known|v\d{1,3})$/

/** Scrubs the path of a request, which the client chose: only listed words stay. */
export function scrubPath(path: string, { pathWords }: Pick<Vocabulary, 'pathWords'>): Verdict {
  return scrubSegments(path.replaceAll('\\', '/'), (segment) => pathWords.has(segment))
}

/** Scrubs a route, which the program chose: its words stay when they look like words of a route table. */
export function scrubRoute(
  route: string,
  { pathWords, detect }: Pick<Vocabulary, 'pathWords' | 'detect'>,
): Verdict {
  return scrubSegments(
    route,
    (segment) =>
      pathWords.has(segment) ||
      ((parameter.test(segment) || routeWord.test(segment)) && detect(segment) === undefined),
  )
}

function scrubSegments(path: string, stays: (segment: string) => boolean): Verdict {
  const rules = new Set<Rule>()
  const segments = path.split('/', maxSegments + 1)
  if (segments.length > maxSegments) {
    segments.length = maxSegments
    rules.add('too_long')
  }
  for (const [at, segment] of segments.entries()) {
    if (segment === '' || segment === hiddenSegment || stays(segment)) continue
    segments[at] = hiddenSegment
    rules.add('url_path')
  }
  return { value: segments.join('/'), rules: [...rules] }
}
