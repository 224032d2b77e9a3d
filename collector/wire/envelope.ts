/** The frame that spans and log records share: resource → scope → items, with the same field numbers in both. */
import {
  emptyResource,
  emptyScope,
  type Batch,
  type ResourceItems,
  type ScopeItems,
} from '../process/model.ts'
import { readResource, readScope, writeResource, writeScope } from './attributes.ts'
import type { ProtobufReader } from './reader.ts'
import type { ProtobufWriter } from './writer.ts'

/** Reads one item, its length included. */
export type ReadItem<T> = (reader: ProtobufReader) => T
export type WriteItem<T> = (writer: ProtobufWriter, tag: number, item: T) => void

/**
 * Decodes an export request (the same bytes as `TracesData` or `LogsData`).
 *
 * @throws CollectorError OTLP_MALFORMED, OTLP_TOO_DEEP
 */
export function readBatch<T>(reader: ProtobufReader, readItem: ReadItem<T>): Batch<T> {
  const batch: Batch<T> = []
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x0a) batch.push(readResourceItems(reader, readItem))
    else reader.skip(tag)
  }
  return batch
}

function readResourceItems<T>(reader: ProtobufReader, readItem: ReadItem<T>): ResourceItems<T> {
  const outer = reader.enter()
  const found: ResourceItems<T> = { resource: emptyResource(), scopes: [], schemaUrl: '' }
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x0a) found.resource = readResource(reader)
    else if (tag === 0x12) found.scopes.push(readScopeItems(reader, readItem))
    else if (tag === 0x1a) found.schemaUrl = reader.string()
    else reader.skip(tag)
  }
  reader.leave(outer)
  return found
}

function readScopeItems<T>(reader: ProtobufReader, readItem: ReadItem<T>): ScopeItems<T> {
  const outer = reader.enter()
  const found: ScopeItems<T> = { scope: emptyScope(), items: [], schemaUrl: '' }
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x12) found.items.push(readItem(reader))
    else if (tag === 0x0a) found.scope = readScope(reader)
    else if (tag === 0x1a) found.schemaUrl = reader.string()
    else reader.skip(tag)
  }
  reader.leave(outer)
  return found
}

/** Encodes a batch as an export request. */
export function writeBatch<T>(writer: ProtobufWriter, batch: Batch<T>, writeItem: WriteItem<T>): Buffer {
  for (const { resource, scopes, schemaUrl } of batch) {
    const mark = writer.begin(0x0a, 3)
    writeResource(writer, 0x0a, resource)
    for (const { scope, items, schemaUrl: scopeSchemaUrl } of scopes) {
      const scopeMark = writer.begin(0x12, 3)
      writeScope(writer, 0x0a, scope)
      for (const item of items) writeItem(writer, 0x12, item)
      writer.text(0x1a, scopeSchemaUrl)
      writer.end(scopeMark)
    }
    writer.text(0x1a, schemaUrl)
    writer.end(mark)
  }
  return writer.take()
}
