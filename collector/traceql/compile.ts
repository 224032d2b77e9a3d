/** Makes a query into tests of spans and traces, and into what an index can leave out blocks by. */
import { CollectorError } from '../errors.ts'
import { compilePattern } from '../ottl/regex/pattern.ts'
import type { Value } from '../process/model.ts'
import { attributeOf, fieldOf, type Candidate, type FieldType, type TraceFacts } from './fields.ts'
import { parseQuery, type Comparison, type Condition, type Literal } from './parse.ts'
import { unsupported } from './tokens.ts'

export interface SpanQuery {
  readonly ofSpan: (candidate: Candidate) => boolean
  /** What only a whole trace can answer; absent where the query asks nothing of the kind. */
  readonly ofTrace?: (facts: TraceFacts) => boolean
  /** The service every answer is of, where there is one. */
  readonly service?: string
  /** Shortest span that can answer, in nanoseconds. */
  readonly minDuration: bigint
}

type Compare = Extract<Condition, { kind: 'compare' }>

/**
 * Compiles a query.
 *
 * @throws CollectorError TRACEQL_UNSUPPORTED
 */
export function compileQuery(query: string): SpanQuery {
  const condition = parseQuery(query)
  const parts = condition.kind === 'and' ? condition.parts : [condition]
  const ofTraces = parts.filter((part) => part.kind === 'compare' && fieldOf(part.field).of === 'trace')
  const ofSpans = parts.filter((part) => !ofTraces.includes(part))
  const spanTests = ofSpans.map(spanTest)
  const traceTests = ofTraces.map(traceTest)
  const service = parts.map(serviceIn).find((found) => found !== undefined)
  return {
    ofSpan: (candidate) => spanTests.every((test) => test(candidate)),
    ...(traceTests.length === 0
      ? {}
      : { ofTrace: (facts: TraceFacts) => traceTests.every((test) => test(facts)) }),
    ...(service === undefined ? {} : { service }),
    minDuration: ofSpans.map(minDurationIn).reduce((most, one) => (one > most ? one : most), 0n),
  }
}

function spanTest(condition: Condition): (candidate: Candidate) => boolean {
  switch (condition.kind) {
    case 'constant':
      return () => condition.value
    case 'and':
    case 'or': {
      const tests = condition.parts.map(spanTest)
      return condition.kind === 'and'
        ? (candidate) => tests.every((test) => test(candidate))
        : (candidate) => tests.some((test) => test(candidate))
    }
    case 'compare': {
      const field = fieldOf(condition.field)
      if (field.of === 'trace') {
        throw unsupported('fields of whole traces outside brackets and `||`', condition.field)
      }
      const test = valueTest(condition, field.type)
      return (candidate) => test(field.read(candidate))
    }
  }
}

function traceTest(condition: Condition): (facts: TraceFacts) => boolean {
  if (condition.kind !== 'compare') return () => true
  const field = fieldOf(condition.field)
  if (field.of !== 'trace') return () => true
  const test = valueTest(condition, field.type)
  return (facts) => test(field.read(facts))
}

/** Tests what a field read; as in the reference, a field that is not there answers to `nil` alone. */
function valueTest(condition: Compare, type: FieldType): (values: readonly Value[]) => boolean {
  const { comparison, literal } = condition
  checkTypes(condition, type)
  if (literal.type === 'nil') {
    return comparison === '='
      ? (values) => values.every((value) => value === undefined)
      : (values) => values.some((value) => value !== undefined)
  }
  const test = scalarTest(comparison, literal)
  return (values) => values.some((value) => (Array.isArray(value) ? value.some(test) : test(value)))
}

function checkTypes({ field, comparison, literal }: Compare, type: FieldType): void {
  const isOrdered = comparison !== '=' && comparison !== '!='
  const isPattern = comparison === '=~' || comparison === '!~'
  if (isPattern && literal.type !== 'text') throw unsupported('a regular expression in quotes', field)
  if (literal.type === 'nil' && isOrdered) throw unsupported('nil with = or !=', field)
  if (literal.type === 'word' && type !== 'enum')
    throw unsupported('a text in quotes', { text: literal.value })
  if (type === 'enum' && (literal.type !== 'word' || isOrdered)) {
    throw unsupported('= or != and a bare word such as error, ok, unset, server, client', field)
  }
  if (type === 'duration' && literal.type !== 'duration' && literal.type !== 'number') {
    throw unsupported('a duration such as 100ms', field)
  }
  if (type === 'text' && literal.type !== 'text' && literal.type !== 'nil')
    throw unsupported('a text in quotes', field)
}

function scalarTest(
  comparison: Comparison,
  literal: Exclude<Literal, { type: 'nil' }>,
): (value: Value) => boolean {
  if (comparison === '=~' || comparison === '!~') {
    const pattern = patternOf(String(literal.value))
    return (value) => typeof value === 'string' && pattern(value) === (comparison === '=~')
  }
  const expected = literal.value
  return (value) => {
    const found = plain(value)
    if (found === undefined || typeof found !== typeof expected) return false
    return isSo(found < expected ? -1 : found > expected ? 1 : 0, comparison)
  }
}

function isSo(order: number, comparison: '=' | '!=' | '>' | '>=' | '<' | '<='): boolean {
  switch (comparison) {
    case '=':
      return order === 0
    case '!=':
      return order !== 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
  }
}

/** A number beyond 2^53 is compared as the nearest one. */
function plain(value: Value): string | number | boolean | undefined {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'object') return value
  return 'double' in value ? value.double : undefined
}

/** Patterns match whole values, as in the reference; they run in linear time. */
function patternOf(source: string): (text: string) => boolean {
  try {
    const pattern = compilePattern(`^(?:${source})$`)
    return (text) => pattern.test(text)
  } catch (error) {
    if (!(error instanceof CollectorError)) throw error
    throw unsupported(`a regular expression of Go's dialect (${error.message})`, { text: source })
  }
}

function serviceIn(condition: Condition): string | undefined {
  if (condition.kind !== 'compare' || condition.comparison !== '=' || condition.literal.type !== 'text')
    return undefined
  const { scope, key } = attributeOf(condition.field)
  return scope === 'resource' && key === 'service.name' ? condition.literal.value : undefined
}

function minDurationIn(condition: Condition): bigint {
  if (condition.kind !== 'compare' || !['duration', 'span:duration'].includes(condition.field.text)) return 0n
  const { comparison, literal } = condition
  const isLeast = comparison === '>' || comparison === '>=' || comparison === '='
  const isNumber = literal.type === 'duration' || literal.type === 'number'
  return isLeast && isNumber && literal.value > 0 ? BigInt(Math.floor(literal.value)) : 0n
}
