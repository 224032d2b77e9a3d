/**
 * Numbers as Terraform has them: decimals, not binary fractions. A whole number that JavaScript holds exactly is a
 * plain `number`; anything else is a coefficient and a power of ten.
 */

export type Numeric = number | Decimal

/** `coefficient × 10^exponent`, without trailing zeros in the coefficient. */
export interface Decimal {
  readonly coefficient: bigint
  readonly exponent: number
  /** False where digits were cut off: its text depends on the precision of who computes it. */
  readonly isExact: boolean
}

/** Digits kept of a division; Terraform keeps 512 bits, which are 154. */
const divisionDigits = 154
/** Largest power of ten that is computed with; beyond it a number is refused, not approximated. */
const exponentLimit = 5_000

/** Reads a number as HCL, JSON and `tonumber` write it; undefined for anything else or beyond the bounds. */
export function parseNumber(text: string): Numeric | undefined {
  const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/.exec(text)
  if (found === null || text.length > exponentLimit) return undefined
  const [, sign = '', whole = '', fraction = '', power = '0'] = found
  if (whole === '' && fraction === '') return undefined
  const exponent = Number(power) - fraction.length
  if (Math.abs(exponent) > exponentLimit) return undefined
  return decimal(BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`), exponent)
}

/** Brings a JavaScript number to a numeric. */
export function numeric(value: number): Numeric {
  return Number.isSafeInteger(value) ? value + 0 : (parseNumber(String(value)) ?? 0)
}

/** Makes a numeric of its parts, in its shortest form. */
export function decimal(coefficient: bigint, exponent: number, isExact = true): Numeric {
  let digits = coefficient
  let power = exponent
  while (digits !== 0n && digits % 10n === 0n) {
    digits /= 10n
    power += 1
  }
  if (digits === 0n) return 0
  if (isExact && power >= 0 && power <= 15) {
    const whole = Number(digits) * 10 ** power
    if (Number.isSafeInteger(whole) && Number.isSafeInteger(Number(digits))) return whole
  }
  return { coefficient: digits, exponent: power, isExact }
}

/** Adds exactly. */
export function add(left: Numeric, right: Numeric): Numeric {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right
    if (Number.isSafeInteger(sum)) return sum
  }
  const [a, b, exponent] = aligned(left, right)
  return decimal(a + b, exponent, isExact(left) && isExact(right))
}

/** Changes the sign. */
export function negate(value: Numeric): Numeric {
  if (typeof value === 'number') return value === 0 ? 0 : -value
  return { ...value, coefficient: -value.coefficient }
}

/** Multiplies exactly. */
export function multiply(left: Numeric, right: Numeric): Numeric {
  if (typeof left === 'number' && typeof right === 'number') {
    const product = left * right
    if (Number.isSafeInteger(product)) return product + 0
  }
  const [a, b] = [partsOf(left), partsOf(right)]
  return decimal(a.coefficient * b.coefficient, a.exponent + b.exponent, a.isExact && b.isExact)
}

/** Divides; undefined by zero. Digits beyond the precision are cut off and the result says so. */
export function divide(left: Numeric, right: Numeric): Numeric | undefined {
  const [a, b] = [partsOf(left), partsOf(right)]
  if (b.coefficient === 0n) return undefined
  const scaled = a.coefficient * 10n ** BigInt(divisionDigits)
  const isEven = scaled % b.coefficient === 0n
  const exponent = a.exponent - b.exponent - divisionDigits
  return decimal(scaled / b.coefficient, exponent, isEven && a.isExact && b.isExact)
}

/** The remainder with the sign of the dividend; undefined by zero. */
export function remainder(left: Numeric, right: Numeric): Numeric | undefined {
  if (typeof left === 'number' && typeof right === 'number') {
    return right === 0 ? undefined : (left % right) + 0
  }
  const [a, b, exponent] = aligned(left, right)
  return b === 0n ? undefined : decimal(a % b, exponent, isExact(left) && isExact(right))
}

/** Compares: below zero, zero, above zero. */
export function compareNumbers(left: Numeric, right: Numeric): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  const [a, b] = aligned(left, right)
  return a === b ? 0 : a < b ? -1 : 1
}

/** Cuts towards negative infinity, or positive for `ceil`. */
export function toWhole(value: Numeric, direction: 'floor' | 'ceil' | 'truncate'): Numeric {
  if (typeof value === 'number' || value.exponent >= 0) return value
  const unit = 10n ** BigInt(-value.exponent)
  const cut = value.coefficient / unit
  const isNegative = value.coefficient < 0n
  if (direction === 'floor' && isNegative) return decimal(cut - 1n, 0)
  if (direction === 'ceil' && !isNegative) return decimal(cut + 1n, 0)
  return decimal(cut, 0)
}

/** True for a number without a fraction. */
export function isWhole(value: Numeric): boolean {
  return typeof value === 'number' || value.exponent >= 0
}

/** Writes a number as Terraform turns it into text; undefined where the last digits are not known. */
export function numberText(value: Numeric): string | undefined {
  if (typeof value === 'number') return String(value)
  if (!value.isExact) return undefined
  const { coefficient, exponent } = value
  if (exponent >= 0) return String(coefficient * 10n ** BigInt(exponent))
  const isNegative = coefficient < 0n
  const digits = String(isNegative ? -coefficient : coefficient).padStart(1 - exponent, '0')
  const point = digits.length + exponent
  return `${isNegative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`
}

/** The nearest JavaScript number. */
export function toNumber(value: Numeric): number {
  return typeof value === 'number' ? value : Number(`${value.coefficient}e${value.exponent}`)
}

/** The whole number, cut towards zero. */
export function toBigInt(value: Numeric): bigint {
  const whole = toWhole(value, 'truncate')
  if (typeof whole === 'number') return BigInt(whole)
  return whole.coefficient * 10n ** BigInt(whole.exponent)
}

function isExact(value: Numeric): boolean {
  return typeof value === 'number' || value.isExact
}

function partsOf(value: Numeric): Decimal {
  return typeof value === 'number' ? { coefficient: BigInt(value), exponent: 0, isExact: true } : value
}

function aligned(left: Numeric, right: Numeric): [bigint, bigint, number] {
  const [a, b] = [partsOf(left), partsOf(right)]
  const exponent = Math.min(a.exponent, b.exponent)
  return [
    a.coefficient * 10n ** BigInt(a.exponent - exponent),
    b.coefficient * 10n ** BigInt(b.exponent - exponent),
    exponent,
  ]
}
