/** Judges one value against the declaration of its key. */
import type {
  AttributeSpec,
  Shape,
  ShapedAttribute,
  TemplateAttribute,
} from '../contracts/attributes/define.ts'
import type { Pseudonyms } from './pseudonym.ts'
import type { Rule } from './rule.ts'
import { scrubHost } from './scrub/host.ts'
import { scrubPath, scrubRoute } from './scrub/path.ts'
import { scrubSpanName } from './scrub/span-name.ts'
import { scrubSql } from './scrub/sql.ts'
import { scrubStack } from './scrub/stack.ts'
import { scrubUrl } from './scrub/url.ts'
import { scrubUserAgent } from './scrub/user-agent.ts'
import type { Vocabulary } from './scrub/vocabulary.ts'
import { hasShape, isInspected, isOfPages } from './shape.ts'
import { pass, redacted, refuse, type Verdict } from './verdict.ts'

/** Longest input a scrubber reads: the output is shorter, and the input may be an attacker's. */
const maxScrubbed = 16_384

/** Judges a number; bounds are inclusive and what is not finite has none. */
export function inspectNumber(spec: AttributeSpec, value: number | bigint): Rule | undefined {
  if (spec.class === 'personal') return 'key_personal'
  if (spec.class !== 'safe' || spec.value !== 'number') return 'value_type'
  return value >= spec.minimum && value <= spec.maximum ? undefined : 'value_bounds'
}

/** Judges a boolean. */
export function inspectBoolean(spec: AttributeSpec): Rule | undefined {
  if (spec.class === 'personal') return 'key_personal'
  return spec.class === 'safe' && spec.value === 'boolean' ? undefined : 'value_type'
}

export interface InspectOptions {
  readonly vocabulary: Vocabulary
  readonly pseudonyms: Pseudonyms | undefined
}

/** Judges a string under its declaration. Total: every string gets a verdict. */
export function inspectString(spec: AttributeSpec, value: string, options: InspectOptions): Verdict {
  switch (spec.class) {
    case 'personal':
      return refuse('key_personal')
    case 'join':
      return pseudonymised(value, options.pseudonyms)
    case 'template':
      return templated(spec, value, options.vocabulary)
    case 'safe':
      return inspectSafe(spec, value, options.vocabulary)
  }
}

function inspectSafe(
  spec: Extract<AttributeSpec, { class: 'safe' }>,
  value: string,
  vocabulary: Vocabulary,
): Verdict {
  switch (spec.value) {
    case 'closed':
      return spec.values.includes(value) || vocabulary.words.has(value)
        ? pass(value)
        : refuse('value_unlisted')
    case 'boolean':
      // Faro writes every attribute as text.
      return value === 'true' || value === 'false' ? pass(value) : refuse('value_type')
    case 'number':
      return inspectNumeral(spec, value, vocabulary)
    case 'shape':
      return inspectShape(spec, value, vocabulary)
  }
}

function inspectNumeral(spec: AttributeSpec, value: string, vocabulary: Vocabulary): Verdict {
  if (!/^-?\d{1,16}(?:\.\d{1,17})?$/.test(value)) return refuse('value_type')
  const rule = inspectNumber(spec, Number(value)) ?? vocabulary.detect(value)
  return rule === undefined ? pass(value) : refuse(rule)
}

/** Shapes that a name of anybody has too. */
const nameShapes = new Set<Shape>(['word', 'identifier', 'package', 'hostname', 'error_type'])

function inspectShape(spec: ShapedAttribute, value: string, vocabulary: Vocabulary): Verdict {
  const { detect, words, browser } = vocabulary
  if (value.length > spec.maxLength) return refuse('too_long')
  if (words.has(value)) return pass(value)
  if (browser !== undefined && nameShapes.has(spec.shape))
    return browser.words.has(value) ? pass(value) : refuse('value_unlisted')
  if (!hasShape(spec.shape, value)) return refuse('value_shape')
  if (browser !== undefined && !isOfPages(spec.shape, value)) return refuse('value_unlisted')
  const found = isInspected(spec.shape) ? detect(value) : undefined
  return found === undefined ? pass(value) : refuse(found)
}

/** Only what the house wrote itself stays; a stranger's text in that form is a value like any other. */
function pseudonymised(value: string, pseudonyms: Pseudonyms | undefined): Verdict {
  if (pseudonyms === undefined || value === '') return refuse('join_dropped')
  return pseudonyms.isOwn(value) ? pass(value) : { value: pseudonyms.of(value), rules: ['join_hashed'] }
}

function templated(spec: TemplateAttribute, value: string, vocabulary: Vocabulary): Verdict {
  if (value === redacted) return pass(value)
  if (value.length > maxScrubbed) return refuse('too_long')
  const verdict = applyTemplate(spec, value, vocabulary)
  if (verdict.value === undefined || verdict.value.length <= spec.maxLength) return verdict
  return { value: undefined, rules: [...verdict.rules, 'too_long'] }
}

function applyTemplate(
  { template, maxLength }: TemplateAttribute,
  value: string,
  vocabulary: Vocabulary,
): Verdict {
  switch (template) {
    case 'route':
      return vocabulary.browser === undefined ? scrubRoute(value, vocabulary) : scrubPath(value, vocabulary)
    case 'path':
      return scrubPath(value, vocabulary)
    case 'url':
      return scrubUrl(value, vocabulary)
    case 'host':
      return scrubHost(value, vocabulary)
    case 'sql':
      return scrubSql(value, vocabulary, maxLength)
    case 'span_name':
      return scrubSpanName(value, vocabulary)
    case 'user_agent':
      return scrubUserAgent(value)
    case 'stack':
      return scrubStack(value, vocabulary)
    case 'event':
      return declaredText(value, vocabulary)
  }
}

/** A declared text stays, any other is replaced whole. */
export function declaredText(value: string, { texts }: Pick<Vocabulary, 'texts'>): Verdict {
  if (value === '' || value === redacted || texts.has(value)) return pass(value)
  return { value: redacted, rules: ['text_undeclared'] }
}
