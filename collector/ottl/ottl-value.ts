/** Values that statements calculate with: those of OTLP, and times, durations and ids, which live in fields only. */
import { CollectorError } from '../errors.ts'
import type { Value } from '../process/model.ts'
import { isDouble, isMap, isWhole, whole } from '../process/value.ts'

/** Nanoseconds since 1970. */
export interface TimeValue {
  readonly time: bigint
}

export interface DurationValue {
  readonly nanos: bigint
}

/** A trace or span id in lower-case hex; empty where there is none. */
export interface IdValue {
  readonly id: string
}

export type OttlValue = Value | TimeValue | DurationValue | IdValue

export function isTime(value: OttlValue): value is TimeValue {
  return typeof value === 'object' && 'time' in value
}

export function isDuration(value: OttlValue): value is DurationValue {
  return typeof value === 'object' && 'nanos' in value
}

export function isId(value: OttlValue): value is IdValue {
  return typeof value === 'object' && 'id' in value
}

/** Names the type of a value for messages, which never show the value. */
export function typeOf(value: OttlValue): string {
  if (value === undefined) return 'nil'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  if (isWhole(value)) return 'int'
  if (value instanceof Uint8Array) return 'bytes'
  if (Array.isArray(value)) return 'list'
  if (isMap(value)) return 'map'
  if (isDouble(value)) return 'float'
  if (isTime(value)) return 'time'
  return isDuration(value) ? 'duration' : 'id'
}

/** Builds the error of a value of the wrong type: it names the types and never the value. */
export function failed(found: OttlValue, expected: string): CollectorError {
  return new CollectorError('OTTL_FAILED', `found ${typeOf(found)}, expected ${expected}`)
}

/** Takes what can be kept in an attribute. */
export function storable(value: OttlValue): Value {
  if (typeof value === 'object' && (isTime(value) || isDuration(value) || isId(value))) {
    throw failed(value, 'a value that attributes can hold')
  }
  return value
}

/**
 * Takes a text.
 *
 * @throws CollectorError OTTL_FAILED
 */
export function textFrom(value: OttlValue): string {
  if (typeof value !== 'string') throw failed(value, 'string')
  return value
}

/**
 * Takes a whole number.
 *
 * @throws CollectorError OTTL_FAILED
 */
export function wholeFrom(value: OttlValue): number | bigint {
  if (!isWhole(value)) throw failed(value, 'int')
  return value
}

/** Takes a whole number of 64 bits as its unsigned bits, as times are kept. */
export function nanosFrom(value: OttlValue): bigint {
  return BigInt.asUintN(64, BigInt(wholeFrom(value)))
}

/** Gives 64 unsigned bits as the signed whole number that statements see. */
export function signed(value: bigint): number | bigint {
  return whole(value)
}

/**
 * Follows keys into a value: nil where one is missing.
 *
 * @throws CollectorError OTTL_FAILED where a key does not fit the value
 */
export function indexed(value: OttlValue, keys: readonly (string | number)[]): OttlValue {
  let current = value
  for (const key of keys) {
    if (current === undefined) return undefined
    if (typeof key === 'string') {
      if (!isMap(current)) throw failed(current, 'map')
      current = current.map.find((entry) => entry.key === key)?.value
    } else {
      if (!Array.isArray(current)) throw failed(current, 'list')
      if (key < 0 || key >= current.length)
        throw new CollectorError('OTTL_FAILED', `found index ${key} of a list of ${current.length}`)
      current = current[key]
    }
  }
  return current
}
