/** Judges the one string that stands at a place of its own: names, messages, versions, units. */
import { metrics } from '../contracts/metrics.ts'
import { declaredText } from './inspect.ts'
import type { TextPlace } from './place.ts'
import type { Rule } from './rule.ts'
import { scrubSpanName } from './scrub/span-name.ts'
import type { Vocabulary } from './scrub/vocabulary.ts'
import { hasShape, isOfPages } from './shape.ts'
import { redacted, type Verdict } from './verdict.ts'

const maxTextLength = 1_024
/** Severity texts of the OpenTelemetry log data model, its appendix B, and of winston and Faro. */
const severity =
  /^(?:(?:trace|debug|info|warn|error|fatal)[2-4]?|warning|critical|notice|alert|emerg(?:ency)?|log|http|verbose|silly|crit)$/i
const schema = /^https:\/\/opentelemetry\.io\/schemas\/\d{1,2}\.\d{1,3}\.\d{1,3}$/
const metricName = /^[a-z][a-z0-9_.]{0,127}$/
/** UCUM units of the OpenTelemetry conventions; an open pattern would pass words. */
const unit =
  /^(?:1|%|[mun]?s|min|h|d|(?:[KMGT]i?)?By(?:\/s)?|bit(?:\/s)?|Cel|Hz|[VAWJ]|\{(?:request|error|connection|operation|item|span|event|fault|cpu|thread|message|row|packet|process)s?\}(?:\/s)?)$/
const descriptions: ReadonlySet<string> = new Set(Object.values(metrics).map(({ meaning }) => meaning))

/** Judges a text; the answer always has a value, at worst `[redacted]` or the empty string. */
export function inspectText(place: TextPlace, value: string, vocabulary: Vocabulary): Verdict {
  if (value === '' || value === redacted) return { value, rules: [] }
  if (value.length > maxTextLength) return { value: redacted, rules: ['too_long'] }
  switch (place) {
    case 'span.name':
      return scrubSpanName(value, vocabulary)
    case 'scope.name':
      return unless(isPackage(value, vocabulary), value, redacted, 'value_shape')
    case 'scope.version':
      return unless(isVersion(value, vocabulary), value, redacted, 'value_shape')
    case 'schema.url':
      return unless(schema.test(value), value, '', 'value_shape')
    case 'span.trace_state':
    case 'link.trace_state':
      // Vendors write what they like into it and clients send it on; our own sampling does not need it.
      return { value: '', rules: ['trace_state'] }
    case 'log.severity':
      return unless(severity.test(value), value, '', 'value_unlisted')
    case 'metric.name':
      return unless(metricName.test(value) && clean(value, vocabulary), value, redacted, 'value_shape')
    case 'metric.unit':
      return unless(unit.test(value), value, '', 'value_shape')
    case 'metric.description':
      return unless(descriptions.has(value), value, '', 'text_undeclared')
    case 'span.status':
    case 'event.name':
    case 'log.body':
    case 'log.event_name':
    case 'faro.meta':
    case 'faro.payload':
      return declaredText(value, vocabulary)
  }
}

function isPackage(value: string, vocabulary: Vocabulary): boolean {
  const { browser, words } = vocabulary
  if (words.has(value)) return true
  return browser === undefined
    ? hasShape('package', value) && clean(value, vocabulary)
    : browser.words.has(value)
}

function isVersion(value: string, vocabulary: Vocabulary): boolean {
  const isTheirs = vocabulary.browser === undefined || isOfPages('version', value)
  return hasShape('version', value) && isTheirs && clean(value, vocabulary)
}

function clean(value: string, { detect }: Vocabulary): boolean {
  return detect(value) === undefined
}

function unless(isAllowed: boolean, value: string, otherwise: string, rule: Rule): Verdict {
  return isAllowed ? { value, rules: [] } : { value: otherwise, rules: [rule] }
}
