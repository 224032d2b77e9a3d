/**
 * What controls ask about an expression, as plain values: `fault` where Prometheus would refuse it, `never` where it
 * can yield nothing, `metrics`, `functions`, `labels` it groups by, and each comparison with a number.
 */
import type { Json } from '../../evidence.ts'
import { faultsOf, operandsOf, typeOf } from './check.ts'
import { sharedBy } from './share.ts'
import { comparedWithNumber, whyNever, type NumberComparison } from './never.ts'
import { parsePromql } from './parse.ts'
import type { Expression, Selector } from './syntax.ts'

/** Reads an expression; `unread` where it is larger than anybody writes. */
export function factsOf(text: string): Readonly<Record<string, Json>> {
  const parsed = parsePromql(text)
  if ('fault' in parsed)
    return parsed.isTooLarge === true ? { unread: parsed.fault } : { fault: parsed.fault }
  const { expression } = parsed
  const [fault] = faultsOf(expression)
  const all = [...everyOf(expression)]
  const never = fault === undefined ? whyNever(expression) : undefined
  return {
    ...(fault === undefined ? {} : { fault }),
    ...(never === undefined ? {} : { never }),
    metrics: unique(all.flatMap(metricOf)),
    functions: unique(all.flatMap(nameOf)),
    matchers: unique(all.flatMap(matchersOf)),
    ranges: unique(all.flatMap(rangeOf)),
    comparisons: all.flatMap((each) => {
      const compared = comparedWithNumber(each)
      return compared === undefined || (each.kind === 'binary' && each.isBool)
        ? []
        : [comparisonFacts(compared)]
    }),
    is_constant: all.every(({ kind }) => kind === 'number' || kind === 'call') && all.some(isVector),
  }
}

/** Walks an expression and everything it is made of, the outermost first. */
function* everyOf(expression: Expression): Generator<Expression> {
  yield expression
  for (const operand of operandsOf(expression)) yield* everyOf(operand)
}

function comparisonFacts({ of, operator, value }: NumberComparison): Json {
  const all = [...everyOf(of)]
  const share = sharedBy(of)
  const counted = [...everyOf(share.of)]
  const quantile = all.find((each) => each.kind === 'call' && each.name === 'histogram_quantile')
  return {
    operator,
    threshold: Number.isFinite(value) ? value : String(value),
    metrics: unique(all.flatMap(metricOf)),
    functions: unique(all.flatMap(nameOf)),
    matchers: unique(all.flatMap(matchersOf)),
    ranges: unique(all.flatMap(rangeOf)),
    is_ratio: all.some(isRatio),
    is_percent: all.some(isPercent),
    is_complement: share.isComplement,
    counted_metrics: unique(counted.flatMap(metricOf)),
    counted_matchers: unique(counted.flatMap(matchersOf)),
    keeps_target: all.every(keepsTarget),
    ...(quantile === undefined ? {} : quantileFacts(quantile)),
  }
}

/** `histogram_quantile` needs the label `le` of every bucket; sums keep only what they name. */
function quantileFacts(call: Expression): Readonly<Record<string, Json>> {
  const [level, buckets] = operandsOf(call)
  const sums = buckets === undefined ? [] : [...everyOf(buckets)].filter(({ kind }) => kind === 'aggregate')
  const keeps = sums.every(
    (each) =>
      each.kind === 'aggregate' &&
      (each.by?.includes('le') ?? (each.without !== undefined && !each.without.includes('le'))),
  )
  return { quantile: level?.kind === 'number' ? level.value : null, keeps_le: keeps }
}

function metricOf(expression: Expression): readonly string[] {
  if (expression.kind !== 'selector') return []
  const { metric, matchers } = expression
  const named = matchers.find(({ label }) => label === '__name__')?.value
  const name = metric === '' ? named : metric
  return name === undefined ? [] : [name]
}

function matchersOf(expression: Expression): readonly string[] {
  if (expression.kind !== 'selector') return []
  return expression.matchers.map(({ label, operator, value }) => `${label}${operator}${value}`)
}

function rangeOf(expression: Expression): readonly number[] {
  const seconds = (expression as Partial<Selector>).rangeSeconds
  return seconds === undefined || !Number.isFinite(seconds) ? [] : [seconds]
}

function nameOf(expression: Expression): readonly string[] {
  return expression.kind === 'call' || expression.kind === 'aggregate' ? [expression.name] : []
}

/** A share that is shown as 0 to 100. */
function isPercent(expression: Expression): boolean {
  if (expression.kind !== 'binary') return false
  const { operator, left, right } = expression
  const hasHundred = [left, right].some((each) => each.kind === 'number' && each.value === 100)
  return hasHundred && (operator === '*' || operator === '-')
}

/** A number below the line is a unit, not what something is a share of. */
function isRatio(expression: Expression): boolean {
  if (expression.kind !== 'binary' || expression.operator !== '/') return false
  return typeOf(expression.left) !== 's' && typeOf(expression.right) !== 's'
}

/** Labels that tell one target from the others. */
const targetLabels = /^(?:instance|target|pod|node|host(?:name)?|vm|machine|endpoint|address|server)$/

/** False for what makes one number of many targets; a minimum is that of one of them. */
function keepsTarget(expression: Expression): boolean {
  if (expression.kind !== 'aggregate' || expression.name === 'min') return true
  const { by, without } = expression
  if (without !== undefined) return !without.some((label) => targetLabels.test(label))
  return by?.some((label) => targetLabels.test(label)) ?? false
}

function isVector(expression: Expression): boolean {
  return expression.kind === 'call' && expression.name === 'vector'
}

function unique<T extends Json>(values: readonly T[]): readonly T[] {
  return [...new Set(values)]
}
