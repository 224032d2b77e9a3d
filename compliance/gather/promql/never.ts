/** Why an expression can never yield a series, whatever is measured: an alert on it never fires. */
import { comparisons, operandsOf, typeOf } from './check.ts'
import { allowedBy, intervalOf, isEmpty, meet, mirroredOf, type Interval } from './interval.ts'
import { certainLabelsOf, labelsOf } from './labels.ts'
import type { Binary, Expression, Selector } from './syntax.ts'

/** Tells why an expression never yields anything; undefined when it may. */
export function whyNever(expression: Expression): string | undefined {
  const type = typeOf(expression)
  if (type === 'm') return 'it yields a range, which no rule can take'
  if (type === 't') return 'it yields a text, which no rule can take'
  return whyEmpty(expression)
}

function whyEmpty(expression: Expression): string | undefined {
  switch (expression.kind) {
    case 'selector':
      return whyNoSeries(expression)
    case 'subquery':
    case 'negative':
      return whyEmpty(expression.of)
    case 'aggregate':
      return operandsOf(expression).map(whyEmpty).find(isThere)
    case 'call':
      return fromNothing.has(expression.name) ? undefined : operandsOf(expression).map(whyEmpty).find(isThere)
    case 'binary':
      return whyNoPair(expression)
    default:
      return undefined
  }
}

/** They yield something where nothing is. */
const fromNothing: ReadonlySet<string> = new Set(['absent', 'absent_over_time', 'scalar', 'vector', 'time'])

function whyNoPair(binary: Binary): string | undefined {
  const { operator, left, right, isBool } = binary
  const [fromLeft, fromRight] = [whyEmpty(left), whyEmpty(right)]
  if (operator === 'or') return fromLeft !== undefined && fromRight !== undefined ? fromLeft : undefined
  if (operator === 'unless') return fromLeft
  const within = fromLeft ?? fromRight ?? whyNoMatch(binary)
  if (within !== undefined) return within
  if (operator === 'and') return whyContradicting(binary)
  return comparisons.has(operator) && !isBool ? whyUntrue(binary) : undefined
}

function whyUntrue(comparison: Binary): string | undefined {
  const sided = comparedWithNumber(comparison)
  if (sided === undefined) return undefined
  const { of, operator, value } = sided
  const possible = intervalOf(of)
  if (operator === '!=') {
    return possible.low === value && possible.high === value ? `it is always ${value}` : undefined
  }
  if (!isEmpty(meet(possible, allowedBy(operator, value)))) return undefined
  return `it compares ${operator} ${value} what is ${possible.low === possible.high ? `always ${possible.low}` : `from ${possible.low} to ${possible.high}`}`
}

export interface NumberComparison {
  readonly of: Expression
  /** As if the number stood on the right. */
  readonly operator: string
  readonly value: number
}

/** Reads a comparison with a number, on whichever side it stands; undefined for any other expression. */
export function comparedWithNumber(expression: Expression): NumberComparison | undefined {
  if (expression.kind !== 'binary' || !comparisons.has(expression.operator)) return undefined
  const { left, right, operator } = expression
  const [leftValue, rightValue] = [constantOf(left), constantOf(right)]
  if (rightValue !== undefined) return { of: left, operator, value: rightValue }
  if (leftValue === undefined) return undefined
  return { of: right, operator: mirroredOf(operator), value: leftValue }
}

/** Reads a number, also one that is calculated. */
function constantOf(expression: Expression): number | undefined {
  if (expression.kind === 'number') return expression.value
  if (expression.kind !== 'binary') return undefined
  const { low, high } = intervalOf(expression)
  return typeOf(expression) === 's' && low === high ? low : undefined
}

/** `x > 5 and x < 3`: both sides match on all labels, so it is the same series. */
function whyContradicting(binary: Binary): string | undefined {
  const limits = new Map<string, Interval>()
  for (const { of, operator, value } of conjunctsOf(binary)) {
    const key = JSON.stringify(of)
    const limit = meet(limits.get(key) ?? { low: -Infinity, high: Infinity }, allowedBy(operator, value))
    if (isEmpty(limit)) return `its comparisons contradict each other at ${operator} ${value}`
    limits.set(key, limit)
  }
  return undefined
}

function conjunctsOf(expression: Expression): readonly NumberComparison[] {
  if (expression.kind !== 'binary') return []
  const { operator, left, right, on, ignoring, isBool } = expression
  if (operator === 'and') {
    return on === undefined && ignoring === undefined
      ? [...conjunctsOf(left), ...conjunctsOf(right)]
      : conjunctsOf(left)
  }
  const sided = isBool ? undefined : comparedWithNumber(expression)
  return sided === undefined ? [] : [sided]
}

function whyNoSeries({ metric, matchers }: Selector): string | undefined {
  for (const { label, operator, value } of matchers) {
    if (operator !== '=') continue
    const other = matchers.find(
      (each) =>
        each.label === label &&
        ((each.operator === '=' && each.value !== value) || (each.operator === '!=' && each.value === value)),
    )
    if (other !== undefined) return `the matchers of ${metric} on ${label} contradict each other`
  }
  return undefined
}

function whyNoMatch({ left, right, on, ignoring }: Binary): string | undefined {
  if (typeOf(left) === 's' || typeOf(right) === 's') return undefined
  const matters = (label: string) => on?.includes(label) ?? !(ignoring?.includes(label) ?? false)
  const lonely = [...lackedBy(right, left), ...lackedBy(left, right)].filter(matters)
  return lonely.length === 0 ? undefined : `only one of its sides has the label ${lonely.join(', ')}`
}

/** Labels that the series of one side have for certain and those of the other cannot have. */
function lackedBy(side: Expression, other: Expression): readonly string[] {
  const possible = labelsOf(side)
  return possible === undefined ? [] : [...certainLabelsOf(other).difference(possible)]
}

function isThere(why: string | undefined): why is string {
  return why !== undefined
}
