/** Operators of HCL (HCL specification, "Operations"). */
import type { BinaryOperator } from '../hcl/syntax.ts'
import { add, compareNumbers, divide, multiply, negate, remainder, type Numeric } from '../values/decimal.ts'
import { areEqual, identityOf, isSensitive, shortened, unknownIn } from '../values/inspect.ts'
import { boolType, convert, numberType } from '../values/type.ts'
import { bool, num, refused, unknown, type Value } from '../values/value.ts'

/** Applies `!` or `-`. */
export function unary(operator: '!' | '-', operand: Value): Value {
  const value = convert(operand, operator === '!' ? boolType : numberType)
  if (value.kind === 'unknown') {
    return value.isError === true ? value : unknown(shortened(`${operator}${value.identity}`), value.why)
  }
  const marks = value.isSensitive === true ? { isSensitive: true as const } : {}
  if (value.kind === 'bool') return { ...bool(!value.value), ...marks }
  return value.kind === 'number'
    ? { ...num(negate(value.value)), ...marks }
    : refused('found null, expected a value')
}

/** Applies an operator of two sides; the right one is asked for when the left one does not decide. */
export function binary(operator: BinaryOperator, left: Value, right: () => Value): Value {
  if (operator === '&&' || operator === '||') return logical(operator, left, right())
  const other = right()
  const result =
    operator === '==' || operator === '!=' ? equality(operator, left, other) : numbers(operator, left, other)
  const isSecret = isSensitive(left) || isSensitive(other)
  return isSecret ? { ...result, isSensitive: true } : result
}

/** A side that decides makes the other one, known or not, meaningless. */
function logical(operator: '&&' | '||', left: Value, right: Value): Value {
  const sides = [convert(left, boolType), convert(right, boolType)]
  const decisive = operator === '||'
  const failed = sides.find((side) => side.kind === 'null' || (side.kind === 'unknown' && side.isError))
  if (failed !== undefined) {
    return failed.kind === 'unknown' ? failed : refused('found null, expected true or false')
  }
  const isSecret = sides.some((side) => side.isSensitive === true)
  const marks = isSecret ? { isSensitive: true as const } : {}
  if (sides.some((side) => side.kind === 'bool' && side.value === decisive)) {
    return { ...bool(decisive), ...marks }
  }
  const open = sides.find((side) => side.kind === 'unknown')
  if (open?.kind !== 'unknown') return { ...bool(!decisive), ...marks }
  return { ...unknown(shortened(`(${sides.map(identityOf).join(` ${operator} `)})`), open.why), ...marks }
}

function equality(operator: '==' | '!=', left: Value, right: Value): Value {
  const answer = areEqual(left, right)
  if (answer !== undefined) return bool(answer === (operator === '=='))
  return undecided(operator, left, right)
}

function undecided(operator: BinaryOperator, left: Value, right: Value): Value {
  const open = [left, right].map(unknownIn).find((each) => each !== undefined)
  if (open?.isError === true) return open
  const identity = shortened(`(${identityOf(left)} ${operator} ${identityOf(right)})`)
  return unknown(identity, open?.why ?? 'compares values of types that are not kept')
}

function numbers(operator: BinaryOperator, left: Value, right: Value): Value {
  const [a, b] = [convert(left, numberType), convert(right, numberType)]
  if (a.kind === 'number' && b.kind === 'number') return calculate(operator, a.value, b.value)
  if (a.kind === 'unknown' && a.isError === true) return a
  if (b.kind === 'unknown' && b.isError === true) return b
  if (a.kind === 'null' || b.kind === 'null') return refused('found null, expected a number')
  return undecided(operator, a, b)
}

function calculate(operator: BinaryOperator, left: Numeric, right: Numeric): Value {
  switch (operator) {
    case '+':
      return num(add(left, right))
    case '-':
      return num(add(left, negate(right)))
    case '*':
      return num(multiply(left, right))
    case '/':
      return orZero(divide(left, right))
    case '%':
      return orZero(remainder(left, right))
    case '<':
      return bool(compareNumbers(left, right) < 0)
    case '>':
      return bool(compareNumbers(left, right) > 0)
    case '<=':
      return bool(compareNumbers(left, right) <= 0)
    case '>=':
      return bool(compareNumbers(left, right) >= 0)
    default:
      return refused(`found ${operator}, expected an operator of numbers`)
  }
}

function orZero(result: Numeric | undefined): Value {
  return result === undefined ? refused('found a division by zero') : num(result)
}
