/** What a number is a share of: `1 - a / b` is what is left of `a`, and `sum(a) - sum(b)` what is left of `b`. */
import { operandsOf, typeOf } from './check.ts'
import type { Binary, Expression } from './syntax.ts'

export interface Share {
  /** What is counted, above the line of a ratio. */
  readonly of: Expression
  /** The number is what is left of it. */
  readonly isComplement: boolean
}

/** Follows an expression to what it counts. */
export function sharedBy(expression: Expression): Share {
  switch (expression.kind) {
    case 'binary':
      return sharedByBinary(expression)
    case 'call':
    case 'aggregate':
    case 'subquery': {
      const operand = operandsOf(expression).findLast((each) => typeOf(each) !== 's' && typeOf(each) !== 't')
      return operand === undefined ? { of: expression, isComplement: false } : sharedBy(operand)
    }
    default:
      return { of: expression, isComplement: false }
  }
}

function sharedByBinary({ operator, left, right }: Binary): Share {
  const [isLeftNumber, isRightNumber] = [left, right].map((each) => typeOf(each) === 's')
  if (operator !== '-') return sharedBy(isLeftNumber === true && operator !== '/' ? right : left)
  if (isRightNumber === true) return sharedBy(left)
  if (left.kind === 'number') {
    const isWhole = left.value === 1 || left.value === 100
    const { of, isComplement } = sharedBy(right)
    return { of, isComplement: isWhole !== isComplement }
  }
  // `time() - x` is an age, and `x - x offset 5m` what came since.
  if (isLeftNumber === true || isSameSeries(left, right))
    return sharedBy(isLeftNumber === true ? right : left)
  const { of, isComplement } = sharedBy(right)
  return { of, isComplement: !isComplement }
}

/** The same metric and matchers at another time. */
function isSameSeries(left: Expression, right: Expression): boolean {
  const [one, other] = [left, right].map((each) => [...seriesOf(each)].join('\n'))
  return one === other
}

function* seriesOf(expression: Expression): Generator<string> {
  if (expression.kind === 'selector') {
    const matchers = expression.matchers.map(({ label, operator, value }) => `${label}${operator}${value}`)
    yield [expression.metric, ...matchers].join(' ')
  }
  for (const operand of operandsOf(expression)) yield* seriesOf(operand)
}
