/** Writes attributes as OTLP `KeyValue`s (opentelemetry/proto/common/v1/common.proto). */
import type { ProtoWriter } from './writer.ts'

export type AttributeScalar = string | number | boolean
export type AttributeValue = AttributeScalar | readonly AttributeScalar[]

/** Writes one attribute; what is no attribute value (null, an object) is left out, as the API allows. */
export function writeAttribute(writer: ProtoWriter, field: number, key: string, value: unknown): void {
  if (!isAttributeValue(value)) return
  const pair = writer.open(field)
  writer.string(1, key)
  writeAnyValue(writer, 2, value)
  writer.close(pair)
}

/** Tells whether a value can be written: a string, finite or not number, boolean, or a list of those. */
export function isAttributeValue(value: unknown): value is AttributeValue {
  if (Array.isArray(value)) return value.every((item) => isScalar(item))
  return isScalar(value)
}

function isScalar(value: unknown): value is AttributeScalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** Writes an `AnyValue` under a field. */
export function writeAnyValue(writer: ProtoWriter, field: number, value: AttributeValue): void {
  const any = writer.open(field)
  if (typeof value === 'string') writer.string(1, value)
  else if (typeof value === 'boolean') writer.number(2, value ? 1 : 0)
  else if (typeof value === 'number') writeNumber(writer, value)
  else {
    const list = writer.open(5)
    for (const item of value) writeAnyValue(writer, 1, item)
    writer.close(list)
  }
  writer.close(any)
}

function writeNumber(writer: ProtoWriter, value: number): void {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) writer.int64(3, value)
  else writer.double(4, value)
}
