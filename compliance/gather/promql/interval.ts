/** Which values an expression can have at all: bounds that hold for whatever was measured. */
import { comparisons, typeOf } from './check.ts'
import type { Binary, Call, Expression } from './syntax.ts'

/** Both ends inclusive. */
export interface Interval {
  readonly low: number
  readonly high: number
}

const everything: Interval = { low: -Infinity, high: Infinity }
const notNegative: Interval = { low: 0, high: Infinity }
const one: Interval = { low: 1, high: 1 }

const intervals: ReadonlyMap<string, Interval> = new Map(
  Object.entries({
    absent: one,
    absent_over_time: one,
    present_over_time: one,
    group: one,
    count: { low: 1, high: Infinity },
    count_over_time: { low: 1, high: Infinity },
    count_values: { low: 1, high: Infinity },
    rate: notNegative,
    increase: notNegative,
    irate: notNegative,
    changes: notNegative,
    resets: notNegative,
    time: notNegative,
    abs: notNegative,
    stddev: notNegative,
    stdvar: notNegative,
    stddev_over_time: notNegative,
    stdvar_over_time: notNegative,
    hour: { low: 0, high: 23 },
    minute: { low: 0, high: 59 },
    day_of_week: { low: 0, high: 6 },
    day_of_month: { low: 1, high: 31 },
    day_of_year: { low: 1, high: 366 },
    days_in_month: { low: 28, high: 31 },
    month: { low: 1, high: 12 },
  }),
)
/** What they give is one of the values they take, or between two of them. */
const keeping: ReadonlySet<string> = new Set(
  'min max avg topk bottomk limitk quantile min_over_time max_over_time avg_over_time last_over_time first_over_time label_replace label_join sort sort_desc vector'.split(
    ' ',
  ),
)
const adding: ReadonlySet<string> = new Set(['sum', 'sum_over_time'])

/** Tells the bounds of an expression. */
export function intervalOf(expression: Expression): Interval {
  switch (expression.kind) {
    case 'number':
      return Number.isNaN(expression.value) ? everything : { low: expression.value, high: expression.value }
    case 'negative':
      return negated(intervalOf(expression.of))
    case 'selector':
      return expression.metric === 'up' ? { low: 0, high: 1 } : everything
    case 'subquery':
      return intervalOf(expression.of)
    case 'call':
    case 'aggregate':
      return calledInterval(expression)
    case 'binary':
      return binaryInterval(expression)
    case 'string':
      return everything
  }
}

function calledInterval({ name, operands }: Pick<Call, 'name' | 'operands'>): Interval {
  const fixed = intervals.get(name)
  if (fixed !== undefined) return fixed
  // A quantile outside of 0 to 1 is infinite.
  const quantile = operands[0]
  if (name === 'quantile' && !(quantile?.kind === 'number' && quantile.value >= 0 && quantile.value <= 1))
    return everything
  const taken = operands.findLast(({ kind }) => kind !== 'string' && kind !== 'number') ?? operands[0]
  const [first] = operands
  const operand = name.startsWith('label_') ? first : taken
  if (operand === undefined) return everything
  if (keeping.has(name)) return intervalOf(operand)
  if (!adding.has(name)) return everything
  const { low, high } = intervalOf(operand)
  return { low: low >= 0 ? low : -Infinity, high: high <= 0 ? high : Infinity }
}

function binaryInterval({ operator, left, right, isBool }: Binary): Interval {
  const [a, b] = [intervalOf(left), intervalOf(right)]
  if (isBool) return { low: 0, high: 1 }
  if (comparisons.has(operator)) return comparedInterval({ operator, left, right })
  switch (operator) {
    case 'and':
    case 'unless':
      return a
    case 'or':
      return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) }
    case '+':
      return sound({ low: a.low + b.low, high: a.high + b.high })
    case '-':
      return sound({ low: a.low - b.high, high: a.high - b.low })
    case '*':
    case '/':
      return right.kind === 'number' && right.value !== 0 && Number.isFinite(right.value)
        ? scaled(a, operator === '*' ? right.value : 1 / right.value)
        : left.kind === 'number' && operator === '*' && Number.isFinite(left.value)
          ? scaled(b, left.value)
          : everything
    default:
      return everything
  }
}

/** A comparison keeps the value of the series, on whichever side the number stands; of two series the left one's. */
function comparedInterval({ operator, left, right }: Pick<Binary, 'operator' | 'left' | 'right'>): Interval {
  if (right.kind === 'number') return meet(intervalOf(left), allowedBy(operator, right.value))
  if (typeOf(left) !== 's') return intervalOf(left)
  const [kept, number] = [intervalOf(right), intervalOf(left)]
  return number.low === number.high ? meet(kept, allowedBy(mirroredOf(operator), number.low)) : kept
}

const mirrored: ReadonlyMap<string, string> = new Map([
  ['>', '<'],
  ['<', '>'],
  ['>=', '<='],
  ['<=', '>='],
])

/** The operator that says the same with its sides changed. */
export function mirroredOf(operator: string): string {
  return mirrored.get(operator) ?? operator
}

/** Values for which a comparison with a number holds; open ends are the next number. */
export function allowedBy(operator: string, value: number): Interval {
  const step = Math.max(Math.abs(value), 1) * Number.EPSILON
  switch (operator) {
    case '>':
      return { low: value + step, high: Infinity }
    case '>=':
      return { low: value, high: Infinity }
    case '<':
      return { low: -Infinity, high: value - step }
    case '<=':
      return { low: -Infinity, high: value }
    case '==':
      return { low: value, high: value }
    default:
      return everything
  }
}

/** Cuts two intervals; an empty one has its low end above its high end. */
export function meet(a: Interval, b: Interval): Interval {
  return { low: Math.max(a.low, b.low), high: Math.min(a.high, b.high) }
}

/** True when no value is in it. */
export function isEmpty({ low, high }: Interval): boolean {
  return low > high
}

function negated({ low, high }: Interval): Interval {
  return { low: -high, high: -low }
}

function scaled({ low, high }: Interval, by: number): Interval {
  const ends = [low * by, high * by].map((end) => (Number.isNaN(end) ? 0 : end))
  return { low: Math.min(...ends), high: Math.max(...ends) }
}

function sound({ low, high }: Interval): Interval {
  return { low: Number.isNaN(low) ? -Infinity : low, high: Number.isNaN(high) ? Infinity : high }
}
