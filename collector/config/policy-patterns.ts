/**
 * The fence as regular expressions of RE2, as far as they go: what a value may be whatever its key is, what is masked in
 * it, and what texts may be. Generated from the words of the contracts and the policy of the site.
 */
import { attributes } from '../../contracts/attributes.ts'
import type { AttributeSpec } from '../../contracts/attributes/define.ts'
import { errorNumbers, grpcCodes } from '../../contracts/attributes/words.ts'
import { logEvents } from '../../contracts/log-events.ts'
import { httpMethods, rejectionCodes } from '../../contracts/metrics/http.ts'
import { pathWords } from '../../contracts/path-words.ts'
import { services } from '../../contracts/services.ts'
import { spanNames } from '../../contracts/span-names.ts'
import { defaultStudentNumber } from '../../privacy/detect/site-pattern.ts'
import type { PrivacyPolicy } from '../../privacy/policy.ts'

type Site = Partial<PrivacyPolicy>

/** Keys whose values may pass: of the contracts without those of persons, and what the site allows. */
export function allowedKeys({ allow = [] }: Site): string[] {
  const specs: [string, AttributeSpec][] = Object.entries(attributes)
  const kept = specs.filter(([, spec]) => spec.class !== 'personal').map(([key]) => key)
  return [...new Set([...kept, ...allow.map(({ key }) => key)])].sort()
}

/** What is masked of values that are none of the allowed ones: all of it, but what is masked already. */
export const blockedValues = ['[^*]+'] as const

/** Forms that a value may have on any site. */
export const formsOfValues: readonly string[] = [
  '^-?[0-9]{1,16}(?:\\.[0-9]{1,17})?$',
  '^(?:true|false)$',
  '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  '^(?:[0-9a-f]{2}|[0-9a-f]{16}|[0-9a-f]{32})$',
  '^hmac:[0-9a-f]{8}:[0-9a-f]{64}$',
  '^[vV]?[0-9]{1,5}(?:[.+_-][0-9]{1,8}){0,6}(?:-(?:alpha|beta|rc)(?:\\.[0-9]{1,5})?)?$',
  // One word of programs; two joined by a line or a dot are how accounts write a name.
  '^[a-z][a-z0-9-]{0,63}$',
  '^(?:[A-Z][A-Za-z0-9]{0,40})?(?:Error|Exception)$',
  '^@?[a-z0-9][a-z0-9-]{0,40}/[a-z0-9][a-z0-9-]{0,60}$',
  '^[a-z]{2,3}(?:-[A-Z]{2})?$',
]

/** What a value may be; a value that is none of these goes whole. */
export function allowedValues(site: Site): string[] {
  const specs: readonly AttributeSpec[] = Object.values(attributes)
  const closed = specs.flatMap((spec) =>
    spec.class === 'safe' && spec.value === 'closed' ? spec.values : [],
  )
  const words = [
    ...closed,
    ...errorNumbers,
    ...grpcCodes,
    ...rejectionCodes,
    ...services,
    ...(site.words ?? []),
  ]
  return [...formsOfValues, routePattern(site), anyOf([...new Set(words)])]
}

/** What is masked in a value that may pass. */
export function maskedValues({ studentNumber = defaultStudentNumber }: Site): string[] {
  const bounded = (pattern: string) => `(?:^|[^0-9A-Za-z])${pattern}(?:$|[^0-9A-Za-z])`
  return [
    '[^\\s@/]+@[^\\s@/]+\\.[A-Za-z][^\\s@/]*',
    bounded('[0-9]{3}[-_ .+]?[0-9]{2}[-_ .+]?[0-9]{4}'),
    bounded('1?[-_ .+(]*[2-9][0-9]{2}[-_ .+)]*[2-9][0-9]{2}[-_ .+]*[0-9]{4}'),
    '\\+[1-9][0-9 ._-]{7,18}',
    bounded('(?:[0-9][-_ .+]?){13,19}'),
    'eyJ[A-Za-z0-9_-]{5,}\\.[A-Za-z0-9_-]{4,}',
    '(?i)(?:bearer|basic)[ +]+[A-Za-z0-9._~+/=-]{8,}',
    `(?i)${bounded(studentNumber.slice(1, -1))}`,
  ]
}

/** What the name of a span may be: a declared one, or a method and a route of listed words. */
export function spanNamePattern(site: Site): string {
  const methods = [...httpMethods, 'HTTP', 'CONNECT', 'TRACE', 'QUERY'].join('|')
  const route = routePattern(site).slice(1, -1)
  return `^(?:(?:${methods})(?: ${route})?|${anyOf([...spanNames, ...(site.texts ?? [])]).slice(1, -1)})$`
}

/** What a text that stands alone may be, in patterns of which one must match. */
export function textPatterns({ texts = [] }: Site): string[] {
  return inPieces(['[redacted]', ...logEvents, ...texts]).map(anyOf)
}

/** Characters of words in one pattern: this collector's engine takes 4 000 steps. */
const maxCharacters = 2_500

function inPieces(texts: readonly string[]): string[][] {
  const pieces: string[][] = [[]]
  let held = 0
  for (const text of texts) {
    held += text.length
    if (held > maxCharacters) {
      pieces.push([])
      held = text.length
    }
    pieces.at(-1)?.push(text)
  }
  return pieces
}

/** A route of words that are listed; those of a site as far as one pattern takes them, so that the rest is hidden. */
function routePattern({ pathWords: own = [] }: Site): string {
  const [words = []] = inPieces([...new Set([...pathWords, ...own])])
  return `^/?(?:(?:${words.map(escaped).join('|')}|\\{id\\}|:[A-Za-z_]+|\\*)/?)*$`
}

function anyOf(texts: readonly string[]): string {
  return `^(?:${texts.map(escaped).join('|')})$`
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
