/** Numeric functions of Terraform. */
import {
  add,
  compareNumbers,
  isWhole,
  multiply,
  negate,
  numeric,
  toNumber,
  toWhole,
  decimal,
  type Numeric,
} from '../values/decimal.ts'
import { num } from '../values/value.ts'
import {
  FunctionStop,
  listOf,
  many,
  numberOf,
  pure,
  textOf,
  wholeOf,
  type FunctionTable,
} from './definition.ts'

/** Largest power that is computed exactly. */
const powerLimit = 1_000

export const numberFunctions: FunctionTable = {
  abs: pure(1, 1, ([value]) => num(absolute(numberOf(value)))),
  ceil: pure(1, 1, ([value]) => num(toWhole(numberOf(value), 'ceil'))),
  floor: pure(1, 1, ([value]) => num(toWhole(numberOf(value), 'floor'))),
  max: pure(1, many, (args) => num(extreme(args.map(numberOf), 1))),
  min: pure(1, many, (args) => num(extreme(args.map(numberOf), -1))),
  signum: pure(1, 1, ([value]) => num(Math.sign(compareNumbers(numberOf(value), 0)) + 0)),
  sum: pure(1, 1, ([values]) => {
    const { items } = listOf(values)
    if (items.length === 0) throw new FunctionStop('found no elements, expected at least one')
    return num(items.map(numberOf).reduce((sum, each) => add(sum, each), 0))
  }),
  pow: pure(2, 2, ([base, exponent]) => num(power(numberOf(base), numberOf(exponent)))),
  log: pure(2, 2, ([value, base]) => num(logarithm(toNumber(numberOf(value)), toNumber(numberOf(base))))),
  parseint: pure(2, 2, ([digits, base]) => num(parseInteger(textOf(digits), wholeOf(base)))),
}

function absolute(value: Numeric): Numeric {
  return compareNumbers(value, 0) < 0 ? negate(value) : value
}

function extreme(values: readonly Numeric[], direction: 1 | -1): Numeric {
  return values.reduce((best, each) => (compareNumbers(each, best) * direction > 0 ? each : best))
}

function power(base: Numeric, exponent: Numeric): Numeric {
  const times = toNumber(exponent)
  if (!isWhole(exponent) || times < 0 || times > powerLimit) {
    const approximate = Math.pow(toNumber(base), times)
    if (Number.isSafeInteger(approximate) && isWhole(base) && times >= 0) return approximate
    throw new FunctionStop(`is a power that is not computed`, false)
  }
  let result: Numeric = 1
  for (let at = 0; at < times; at += 1) result = multiply(result, base)
  return result
}

/** Terraform computes with 64-bit floats here; their last digits are given up. */
function logarithm(value: number, base: number): Numeric {
  const result = Math.log(value) / Math.log(base)
  if (!Number.isFinite(result)) throw new FunctionStop('found a logarithm without a finite value')
  const whole = Math.round(result)
  if (whole === result) return whole
  const found = numeric(result)
  return typeof found === 'number' ? found : { ...found, isExact: false }
}

const digitsOf = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

function parseInteger(text: string, base: number): Numeric {
  if (base < 2 || base > 62) throw new FunctionStop(`found base ${base}, expected 2 to 62`)
  const [, sign = '', digits = ''] = /^([+-]?)([0-9A-Za-z]+)$/.exec(text) ?? []
  if (digits === '' || digits.length > powerLimit)
    throw new FunctionStop('found no digits, expected a number')
  let value = 0n
  for (const digit of digits) {
    // Up to base 36 upper and lower case are the same digits.
    const found = digitsOf.indexOf(base <= 36 ? digit.toLowerCase() : digit)
    if (found < 0 || found >= base) throw new FunctionStop(`found a digit that base ${base} does not have`)
    value = value * BigInt(base) + BigInt(found)
  }
  return decimal(sign === '-' ? -value : value, 0)
}
