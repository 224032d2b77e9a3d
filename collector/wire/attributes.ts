/** Values, attributes, resources and scopes of OTLP (`common/v1`, `resource/v1`) between bytes and the model. */
import { CollectorError } from '../errors.ts'
import {
  emptyResource,
  emptyScope,
  type Attribute,
  type Resource,
  type Scope,
  type Value,
} from '../process/model.ts'
import { maxDepth, type ProtobufReader } from './reader.ts'
import type { ProtobufWriter } from './writer.ts'

/** Reads one KeyValue and appends it. */
export function readAttribute(reader: ProtobufReader, into: Attribute[], depth = 0): void {
  const outer = reader.enter()
  const attribute: Attribute = { key: '', value: undefined }
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x0a) attribute.key = reader.string()
    else if (tag === 0x12) attribute.value = readValue(reader, depth)
    else reader.skip(tag)
  }
  reader.leave(outer)
  into.push(attribute)
}

/**
 * Reads an AnyValue.
 *
 * @throws CollectorError OTLP_TOO_DEEP when values nest deeper than 32
 */
export function readValue(reader: ProtobufReader, depth = 0): Value {
  if (depth > maxDepth) throw new CollectorError('OTLP_TOO_DEEP', `values nest deeper than ${maxDepth}`)
  const outer = reader.enter()
  let value: Value
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x0a) value = reader.string()
    else if (tag === 0x18) value = reader.int64()
    else if (tag === 0x10) value = reader.bool()
    else if (tag === 0x21) value = { double: reader.double() }
    else if (tag === 0x2a) value = readArray(reader, depth)
    else if (tag === 0x32) value = { map: readMap(reader, depth) }
    else if (tag === 0x3a) value = reader.bytes()
    else reader.skip(tag)
  }
  reader.leave(outer)
  return value
}

function readArray(reader: ProtobufReader, depth: number): Value[] {
  const outer = reader.enter()
  const values: Value[] = []
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x0a) values.push(readValue(reader, depth + 1))
    else reader.skip(tag)
  }
  reader.leave(outer)
  return values
}

function readMap(reader: ProtobufReader, depth: number): Attribute[] {
  const outer = reader.enter()
  const entries: Attribute[] = []
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x0a) readAttribute(reader, entries, depth + 1)
    else reader.skip(tag)
  }
  reader.leave(outer)
  return entries
}

export function readResource(reader: ProtobufReader): Resource {
  const outer = reader.enter()
  const resource = emptyResource()
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x0a) readAttribute(reader, resource.attributes)
    else if (tag === 0x10) resource.droppedAttributes = reader.uint32()
    else reader.skip(tag)
  }
  reader.leave(outer)
  return resource
}

export function readScope(reader: ProtobufReader): Scope {
  const outer = reader.enter()
  const scope = emptyScope()
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x0a) scope.name = reader.string()
    else if (tag === 0x12) scope.version = reader.string()
    else if (tag === 0x1a) readAttribute(reader, scope.attributes)
    else if (tag === 0x20) scope.droppedAttributes = reader.uint32()
    else reader.skip(tag)
  }
  reader.leave(outer)
  return scope
}

/** Writes attributes as a repeated KeyValue field. */
export function writeAttributes(writer: ProtobufWriter, tag: number, attributes: readonly Attribute[]): void {
  for (const { key, value } of attributes) {
    const mark = writer.begin(tag)
    writer.text(0x0a, key)
    if (value !== undefined) writeValue(writer, 0x12, value)
    writer.end(mark)
  }
}

/** Writes one AnyValue field; the empty value becomes an empty message. */
export function writeValue(writer: ProtobufWriter, tag: number, value: Value): void {
  const mark = writer.begin(tag)
  if (typeof value === 'string') writer.string(0x0a, value)
  else if (typeof value === 'number' || typeof value === 'bigint') writer.int64(0x18, value)
  else if (typeof value === 'boolean') writer.int64(0x10, value ? 1 : 0)
  else if (value instanceof Uint8Array) writer.bytes(0x3a, value)
  else if (value !== undefined) writeNested(writer, value)
  writer.end(mark)
}

function writeNested(
  writer: ProtobufWriter,
  value: Exclude<Value, undefined | string | number | bigint | boolean | Uint8Array>,
): void {
  if (Array.isArray(value)) {
    const mark = writer.begin(0x2a)
    for (const item of value) writeValue(writer, 0x0a, item)
    writer.end(mark)
  } else if ('map' in value) {
    const mark = writer.begin(0x32)
    writeAttributes(writer, 0x0a, value.map)
    writer.end(mark)
  } else writer.double(0x21, value.double)
}

export function writeResource(writer: ProtobufWriter, tag: number, resource: Resource): void {
  const mark = writer.begin(tag, 2)
  writeAttributes(writer, 0x0a, resource.attributes)
  writer.uint32(0x10, resource.droppedAttributes)
  writer.end(mark)
}

export function writeScope(writer: ProtobufWriter, tag: number, scope: Scope): void {
  const mark = writer.begin(tag)
  writer.text(0x0a, scope.name)
  writer.text(0x12, scope.version)
  writeAttributes(writer, 0x1a, scope.attributes)
  writer.uint32(0x20, scope.droppedAttributes)
  writer.end(mark)
}
