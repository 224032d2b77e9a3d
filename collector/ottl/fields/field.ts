/** Fields of telemetry as statements read and write them: how a value gets in and out of the model. */
import { CollectorError } from '../../errors.ts'
import type { Attribute, Value } from '../../process/model.ts'
import { copyAttributes, copyValue, isMap } from '../../process/value.ts'
import {
  failed,
  isId,
  isTime,
  nanosFrom,
  signed,
  storable,
  textFrom,
  wholeFrom,
  type OttlValue,
} from '../ottl-value.ts'

export interface Field<T> {
  readonly get: (owner: T) => OttlValue
  readonly set: (owner: T, value: OttlValue) => void
  /** Whether keys may follow in brackets. */
  readonly isIndexable?: boolean
}

/** The fields of one context by their path. */
export type Fields<T> = Readonly<Record<string, Field<T>>>

/** Describes a text. */
export function text<T>(get: (owner: T) => string, set: (owner: T, value: string) => void): Field<T> {
  return { get, set: (owner, value) => set(owner, textFrom(value)) }
}

/** A whole number of 32 bits without sign. */
export function count<T>(get: (owner: T) => number, set: (owner: T, value: number) => void): Field<T> {
  return { get, set: (owner, value) => set(owner, Number(BigInt.asUintN(32, BigInt(wholeFrom(value))))) }
}

/** 64 bits that are seen as a whole number with sign. */
export function nanos<T>(get: (owner: T) => bigint, set: (owner: T, value: bigint) => void): Field<T> {
  return { get: (owner) => signed(get(owner)), set: (owner, value) => set(owner, nanosFrom(value)) }
}

/** Describes nanoseconds since 1970 that are seen as a time. */
export function time<T>(get: (owner: T) => bigint, set: (owner: T, value: bigint) => void): Field<T> {
  return {
    get: (owner) => ({ time: get(owner) }),
    set: (owner, value) => {
      if (!isTime(value)) throw failed(value, 'time')
      set(owner, BigInt.asUintN(64, value.time))
    },
  }
}

export interface IdAccess<T> {
  readonly get: (owner: T) => string
  readonly set: (owner: T, value: string) => void
  readonly bytes: 8 | 16
}

/** Describes an id, which equals no bytes and no text. */
export function id<T>({ get, set, bytes }: IdAccess<T>): Field<T> {
  return {
    get: (owner) => ({ id: get(owner) }),
    set: (owner, value) => {
      if (!isId(value) || (value.id !== '' && value.id.length !== bytes * 2))
        throw failed(value, `an id of ${bytes} bytes`)
      set(owner, value.id)
    },
  }
}

/** An id as hex text. */
export function idText<T>({ get, set, bytes }: IdAccess<T>): Field<T> {
  return {
    get: (owner) => get(owner) || '0'.repeat(bytes * 2),
    set: (owner, value) => {
      const hex = textFrom(value).toLowerCase()
      if (hex.length !== bytes * 2 || !/^[0-9a-f]+$/.test(hex)) throw failed(value, `${bytes * 2} hex digits`)
      set(owner, /^0+$/.test(hex) ? '' : hex)
    },
  }
}

/** Describes a map that is changed in place. */
export function attributes<T>(get: (owner: T) => Attribute[]): Field<T> {
  return {
    isIndexable: true,
    get: (owner) => ({ map: get(owner) }),
    set: (owner, value) => {
      if (!isMap(value)) throw failed(value, 'map')
      replaceAttributes(get(owner), value.map)
    },
  }
}

/** Describes a value of any type that OTLP has. */
export function any<T>(get: (owner: T) => Value, set: (owner: T, value: Value) => void): Field<T> {
  return { get, set: (owner, value) => set(owner, copyValue(storable(value))), isIndexable: true }
}

/** One that statements only read: the reference engine lets it be written, this one does not. */
export function readOnly<T>(name: string, get: (owner: T) => OttlValue): Field<T> {
  return {
    get,
    set: () => {
      throw new CollectorError('OTTL_FAILED', `found a change of ${name}, which can only be read`)
    },
  }
}

/** Changes a list in place: whoever holds it sees the change. */
export function replaceAttributes(into: Attribute[], from: readonly Attribute[]): void {
  const copy = copyAttributes(from)
  into.length = 0
  for (const attribute of copy) into.push(attribute)
}
