/**
 * Reads fields of OTLP's JSON mapping: hex ids, enums as numbers or names, 64-bit whole numbers as text or
 * number, unknown fields ignored. The value comes from JSON.parse of a stranger's text.
 */
import { CollectorError } from '../errors.ts'
import type { Attribute, Value } from '../process/model.ts'
import { isNoId } from './no-id.ts'
import { maxDepth } from './reader.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** Reads an object; absent and null are an empty one. */
export function objectOf(value: unknown, name: string): JsonObject {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) throw wrong(name, 'an object')
  // Proven by the line above; what its properties are is checked as they are read.
  return value as JsonObject
}

/** Reads an array; absent and null are an empty one. */
export function listOf(value: unknown, name: string): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw wrong(name, 'an array')
  return value
}

export function textOf(value: unknown, name: string): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw wrong(name, 'text')
  return value
}

/** Reads an unsigned whole number of at most 32 bits. */
export function countOf(value: unknown, name: string): number {
  if (value === undefined || value === null) return 0
  const number = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > 0xffff_ffff) {
    throw wrong(name, 'a whole number of 32 bits')
  }
  return number
}

/** Reads an unsigned 64-bit time in nanoseconds. */
export function nanosOf(value: unknown, name: string): bigint {
  if (value === undefined || value === null) return 0n
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return BigInt.asUintN(64, BigInt(value))
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0)
    return BigInt.asUintN(64, BigInt(value))
  throw wrong(name, 'nanoseconds as digits')
}

/** Reads an enum by its number or one of its names. */
export function enumOf(value: unknown, name: string, names: Readonly<Record<string, number>>): number {
  if (typeof value !== 'string') return countOf(value, name)
  const number = Object.hasOwn(names, value) ? names[value] : undefined
  if (number === undefined) throw wrong(name, 'a number or name of the enum')
  return number
}

/** Reads an id of hex digits, in either case, as lower-case hex; one that is no id is empty. */
export function idOf(value: unknown, bytes: 8 | 16, name: string): string {
  const id = textOf(value, name)
  if (id === '') return ''
  if (id.length !== bytes * 2 || !/^[0-9a-f]+$/i.test(id)) throw wrong(name, `${bytes * 2} hex digits`)
  return isNoId(Buffer.from(id, 'hex'), 0, bytes) ? '' : id.toLowerCase()
}

export function attributesOf(value: unknown, depth = 0): Attribute[] {
  return listOf(value, 'attributes').map((entry) => {
    const object = objectOf(entry, 'attributes')
    return { key: textOf(object['key'], 'key'), value: valueOf(object['value'], depth) }
  })
}

/**
 * Reads an AnyValue.
 *
 * @throws CollectorError OTLP_TOO_DEEP, OTLP_MALFORMED
 */
export function valueOf(value: unknown, depth = 0): Value {
  if (depth > maxDepth) throw new CollectorError('OTLP_TOO_DEEP', `values nest deeper than ${maxDepth}`)
  const object = objectOf(value, 'value')
  if (has(object, 'stringValue')) return textOf(object['stringValue'], 'stringValue')
  if (has(object, 'boolValue')) return booleanOf(object['boolValue'], 'boolValue')
  if (has(object, 'intValue')) return wholeOf(object['intValue'], 'intValue')
  if (has(object, 'doubleValue')) return { double: doubleOf(object['doubleValue'], 'doubleValue') }
  if (has(object, 'bytesValue')) return Buffer.from(textOf(object['bytesValue'], 'bytesValue'), 'base64')
  if (has(object, 'arrayValue')) {
    const { values } = objectOf(object['arrayValue'], 'arrayValue')
    return listOf(values, 'values').map((item) => valueOf(item, depth + 1))
  }
  if (has(object, 'kvlistValue')) {
    return { map: attributesOf(objectOf(object['kvlistValue'], 'kvlistValue')['values'], depth + 1) }
  }
  return undefined
}

/** Tells whether a field is there; null is absent, as in protobuf's JSON mapping. */
export function has(object: JsonObject, key: string): boolean {
  return object[key] !== undefined && object[key] !== null
}

export function booleanOf(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw wrong(name, 'true or false')
  return value
}

/** Reads a signed whole number of 64 bits, text or number. */
export function wholeOf(value: unknown, name: string): number | bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  if (typeof value === 'string' && /^-?\d{1,19}$/.test(value)) {
    const whole = BigInt.asIntN(64, BigInt(value))
    return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole
  }
  throw wrong(name, 'a whole number of 64 bits')
}

/** Protobuf's mapping takes numbers as text too; JSON has no other form for NaN and infinities. */
export function doubleOf(value: unknown, name: string): number {
  if (typeof value === 'number') return value
  if (typeof value === 'string' && /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(value)) return Number(value)
  if (value === 'NaN') return Number.NaN
  if (value === 'Infinity') return Number.POSITIVE_INFINITY
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY
  throw wrong(name, 'a number')
}

/** Names the field, never its value: the message goes back to whoever sent it and into logs. */
export function wrong(name: string, expected: string): CollectorError {
  return new CollectorError('OTLP_MALFORMED', `field ${name}: expected ${expected}`)
}
