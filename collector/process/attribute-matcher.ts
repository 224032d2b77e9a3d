/** Which items the `attributes` processor works on: `include` and `exclude` of its configuration. */
import { compilePattern } from '../ottl/regex/pattern.ts'
import { spanKindLabel } from '../wire/names.ts'
import type { Attribute, Resource, Scope, Value } from './model.ts'
import { serviceOf } from './summary.ts'
import { equalValues, findAttribute, isDouble, isWhole, plainValue, textOfValue } from './value.ts'

export interface AttributeMatch {
  readonly key: string
  /** Absent: the attribute only has to be there. */
  readonly value?: unknown
}

export interface MatcherSettings {
  /** Whether names and texts are meant exactly or as regular expressions, which match anywhere. */
  readonly matchType: 'strict' | 'regexp'
  readonly services?: readonly string[]
  readonly spanNames?: readonly string[]
  /** `SPAN_KIND_SERVER` and so on. */
  readonly spanKinds?: readonly string[]
  readonly logBodies?: readonly string[]
  readonly logSeverityTexts?: readonly string[]
  readonly logSeverityNumber?: { readonly min: number; readonly matchUndefined: boolean }
  readonly metricNames?: readonly string[]
  readonly libraries?: readonly { readonly name: string; readonly version?: string }[]
  readonly attributes?: readonly AttributeMatch[]
  readonly resources?: readonly AttributeMatch[]
}

/** What of an item is looked at; each property only where the signal has it. */
export interface Candidate {
  readonly resource: Resource
  readonly scope: Scope
  readonly attributes: readonly Attribute[]
  readonly spanName?: string
  readonly spanKind?: number
  readonly body?: Value
  readonly severityText?: string
  readonly severityNumber?: number
  readonly metricName?: string
}

type Test = (candidate: Candidate) => boolean

/**
 * Builds the test of an item: every property that is set has to match, one of its values each.
 *
 * @throws CollectorError PATTERN_UNSUPPORTED
 */
export function createMatcher(settings: MatcherSettings): Test {
  const textTest = (wanted: readonly string[]) => textTestOf(wanted, settings.matchType)
  const tests: Test[] = []
  const add = <T>(wanted: T | undefined, build: (wanted: T) => Test): void => {
    if (wanted !== undefined) tests.push(build(wanted))
  }
  const addTexts = (
    wanted: readonly string[] | undefined,
    textOf: (candidate: Candidate) => string | undefined,
  ): void =>
    add(wanted, (texts) => {
      const test = textTest(texts)
      return (candidate) => {
        const text = textOf(candidate)
        return text !== undefined && test(text)
      }
    })
  addTexts(settings.services, ({ resource }) => serviceOf(resource.attributes) || undefined)
  addTexts(settings.spanNames, ({ spanName }) => spanName)
  addTexts(settings.spanKinds, ({ spanKind }) =>
    spanKind === undefined ? undefined : spanKindLabel(spanKind),
  )
  addTexts(settings.logBodies, ({ body }) => (typeof body === 'string' ? body : undefined))
  addTexts(settings.logSeverityTexts, ({ severityText }) => severityText)
  addTexts(settings.metricNames, ({ metricName }) => metricName)
  add(
    settings.logSeverityNumber,
    ({ min, matchUndefined }) =>
      ({ severityNumber = 0 }) =>
        severityNumber === 0 ? matchUndefined : severityNumber >= min,
  )
  add(settings.libraries, (libraries) => libraryTest(libraries, settings.matchType))
  add(settings.attributes, (matches) => {
    const test = attributesTest(matches, settings.matchType)
    return ({ attributes }) => test(attributes)
  })
  add(settings.resources, (matches) => {
    const test = attributesTest(matches, settings.matchType)
    return ({ resource }) => test(resource.attributes)
  })
  return (candidate) => tests.every((test) => test(candidate))
}

function textTestOf(
  wanted: readonly string[],
  matchType: MatcherSettings['matchType'],
): (text: string) => boolean {
  if (matchType === 'strict') {
    const exact = new Set(wanted)
    return (text) => exact.has(text)
  }
  const patterns = wanted.map(compilePattern)
  return (text) => patterns.some((pattern) => pattern.test(text))
}

function libraryTest(
  libraries: NonNullable<MatcherSettings['libraries']>,
  matchType: MatcherSettings['matchType'],
): Test {
  const tests = libraries.map(({ name, version }) => ({
    name: textTestOf([name], matchType),
    version: version === undefined ? undefined : textTestOf([version], matchType),
  }))
  return ({ scope }) =>
    tests.some(({ name, version }) => name(scope.name) && (version?.(scope.version) ?? true))
}

/** All attributes have to match. A regular expression sees texts, numbers and booleans, as text. */
function attributesTest(
  matches: readonly AttributeMatch[],
  matchType: MatcherSettings['matchType'],
): (attributes: readonly Attribute[]) => boolean {
  const tests = matches.map(({ key, value }) => {
    const valueTest = valueTestOf(plainValue(value), matchType)
    return (attributes: readonly Attribute[]) => {
      const found = findAttribute(attributes, key)
      return found !== undefined && valueTest(found.value)
    }
  })
  return (attributes) => tests.every((test) => test(attributes))
}

function valueTestOf(wanted: Value, matchType: MatcherSettings['matchType']): (value: Value) => boolean {
  if (wanted === undefined) return () => true
  if (matchType === 'strict') return (value) => equalValues(value, wanted)
  const pattern = compilePattern(textOfValue(wanted))
  return (value) => {
    const isPlain =
      typeof value === 'string' || typeof value === 'boolean' || isWhole(value) || isDouble(value)
    return isPlain && pattern.test(textOfValue(value))
  }
}
