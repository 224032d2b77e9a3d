/** The parts of OTLP's JSON mapping that all signals share, for `JSON.stringify`; a field at its default is left out. */
import type { Attribute, Resource, Scope, Value } from '../process/model.ts'

export type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json }
export type JsonFields = { readonly [key: string]: Json }

export function holderJson({ attributes, droppedAttributes }: Resource): JsonFields {
  return {
    ...listJson('attributes', attributes.map(attributeJson)),
    ...(droppedAttributes === 0 ? {} : { droppedAttributesCount: droppedAttributes }),
  }
}

export function scopeJson(scope: Scope): JsonFields {
  return { ...textJson('name', scope.name), ...textJson('version', scope.version), ...holderJson(scope) }
}

export function attributeJson({ key, value }: Attribute): JsonFields {
  return { key, value: valueJson(value) }
}

export function valueJson(value: Value): JsonFields {
  if (value === undefined) return {}
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number' || typeof value === 'bigint') return { intValue: String(value) }
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(valueJson) } }
  if ('map' in value) return { kvlistValue: { values: value.map.map(attributeJson) } }
  return { doubleValue: doubleJson(value.double) }
}

/** JSON has neither NaN nor infinities; protobuf's mapping spells them as text. */
export function doubleJson(value: number): string | number {
  return Number.isFinite(value) ? value : String(value)
}

export function textJson(key: string, value: string): JsonFields {
  return value === '' ? {} : { [key]: value }
}

export function wholeJson(key: string, value: bigint): JsonFields {
  return value === 0n ? {} : { [key]: String(value) }
}

export function listJson(key: string, list: readonly Json[]): JsonFields {
  return list.length === 0 ? {} : { [key]: list }
}

export function numberJson(key: string, value: number): JsonFields {
  return value === 0 ? {} : { [key]: value }
}
