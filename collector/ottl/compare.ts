/** How values compare: different types are unequal and in no order, but for whole numbers and doubles. */
import { equalValues, isDouble, isWhole } from '../process/value.ts'
import { isDuration, isId, isTime, storable, type OttlValue } from './ottl-value.ts'
import type { Comparator } from './syntax.ts'

/** Compares two values by the rules of the language. */
export function compare(operator: Comparator, left: OttlValue, right: OttlValue): boolean {
  if (left === undefined && right === undefined)
    return operator === '==' || operator === '<=' || operator === '>='
  if (left === undefined || right === undefined) return operator === '!='
  // The most common comparison by far; the order of texts, which is that of their bytes, costs copies.
  if (typeof left === 'string' && typeof right === 'string' && (operator === '==' || operator === '!=')) {
    return (left === right) === (operator === '==')
  }
  const order = orderOf(left, right)
  if (order !== undefined) return holds(operator, order)
  const equal = isEqual(left, right)
  if (operator === '==') return equal
  return operator === '!=' && !equal
}

/** Below zero, zero or above; NaN where there is none though the types have one; absent where the types have none. */
function orderOf(left: OttlValue, right: OttlValue): number | undefined {
  if (typeof left === 'string')
    return typeof right === 'string' ? Buffer.compare(Buffer.from(left), Buffer.from(right)) : undefined
  if (typeof left === 'boolean') return typeof right === 'boolean' ? Number(left) - Number(right) : undefined
  if (isWhole(left)) return orderOfNumbers(left, right)
  if (isDouble(left)) return orderOfNumbers(left.double, right, true)
  if (left instanceof Uint8Array) return right instanceof Uint8Array ? Buffer.compare(left, right) : undefined
  if (isTime(left)) return isTime(right) ? order(left.time, right.time) : undefined
  return isDuration(left) && isDuration(right) ? order(left.nanos, right.nanos) : undefined
}

function orderOfNumbers(left: number | bigint, right: OttlValue, isDoubleLeft = false): number | undefined {
  if (isDouble(right)) return order(Number(left), right.double)
  if (!isWhole(right)) return undefined
  return isDoubleLeft ? order(Number(left), Number(right)) : order(left, right)
}

function order(left: number | bigint, right: number | bigint): number {
  if (left < right) return -1
  if (left > right) return 1
  return left === right || BigInt(left) === BigInt(right) ? 0 : Number.NaN
}

function holds(operator: Comparator, sign: number): boolean {
  switch (operator) {
    case '==':
      return sign === 0
    case '!=':
      return sign !== 0
    case '<':
      return sign < 0
    case '<=':
      return sign <= 0
    case '>':
      return sign > 0
    case '>=':
      return sign >= 0
  }
}

function isEqual(left: OttlValue, right: OttlValue): boolean {
  if (isId(left)) return isId(right) && left.id === right.id
  if (isId(right) || isTime(left) || isTime(right) || isDuration(left) || isDuration(right)) return false
  return equalValues(storable(left), storable(right))
}
