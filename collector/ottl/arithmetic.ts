/** Calculations of statements: whole numbers wrap at 64 bits, and do not mix with doubles (as the reference engine). */
import { CollectorError } from '../errors.ts'
import { isDouble, isWhole, whole } from '../process/value.ts'
import { isDuration, isTime, typeOf, type OttlValue } from './ottl-value.ts'
import type { MathOperator } from './syntax.ts'

/**
 * Calculates with two values.
 *
 * @throws CollectorError OTTL_FAILED for types that do not go together and for division by zero
 */
export function calculate(operator: MathOperator, left: OttlValue, right: OttlValue): OttlValue {
  if (isWhole(left) && isWhole(right)) return wholeResult(operator, BigInt(left), BigInt(right))
  if (isDouble(left) && isDouble(right)) return { double: doubleResult(operator, left.double, right.double) }
  const result = timeResult(operator, left, right)
  if (result !== undefined) return result
  throw new CollectorError(
    'OTTL_FAILED',
    `found ${typeOf(left)} ${operator} ${typeOf(right)}, expected two numbers of one type, or times`,
  )
}

function wholeResult(operator: MathOperator, left: bigint, right: bigint): number | bigint {
  if (operator === '+') return whole(left + right)
  if (operator === '-') return whole(left - right)
  if (operator === '*') return whole(left * right)
  if (right === 0n) throw divisionByZero()
  return whole(left / right)
}

function doubleResult(operator: MathOperator, left: number, right: number): number {
  if (operator === '+') return left + right
  if (operator === '-') return left - right
  if (operator === '*') return left * right
  if (right === 0) throw divisionByZero()
  return left / right
}

function timeResult(operator: MathOperator, left: OttlValue, right: OttlValue): OttlValue {
  if (left === undefined || right === undefined || operator === '*' || operator === '/') return undefined
  const sign = operator === '+' ? 1n : -1n
  if (isDuration(left)) {
    if (isDuration(right)) return { nanos: left.nanos + sign * right.nanos }
    return isTime(right) && operator === '+' ? { time: right.time + left.nanos } : undefined
  }
  if (!isTime(left)) return undefined
  if (isDuration(right)) return { time: left.time + sign * right.nanos }
  return isTime(right) && operator === '-' ? { nanos: left.time - right.time } : undefined
}

function divisionByZero(): CollectorError {
  return new CollectorError('OTTL_FAILED', 'found a division by zero')
}
