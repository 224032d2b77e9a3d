/** Spans of OTLP (`trace/v1`) between bytes and the model. */
import { emptySpan, type Batch, type Span, type SpanEvent, type SpanLink } from '../process/model.ts'
import { readAttribute, writeAttributes } from './attributes.ts'
import { readBatch, writeBatch } from './envelope.ts'
import { ProtobufReader } from './reader.ts'
import type { ProtobufWriter } from './writer.ts'

/**
 * Decodes an ExportTraceServiceRequest.
 *
 * @param bytes attacker-controlled
 * @param mostParts as of `ProtobufReader`
 * @throws CollectorError OTLP_MALFORMED, OTLP_TOO_DEEP
 */
export function decodeTraces(bytes: Uint8Array, mostParts?: number): Batch<Span> {
  return readBatch(new ProtobufReader(bytes, mostParts), readSpan)
}

/** Encodes spans as an ExportTraceServiceRequest. */
export function encodeTraces(writer: ProtobufWriter, batch: Batch<Span>): Buffer {
  return writeBatch(writer, batch, writeSpan)
}

/**
 * Decodes one span.
 *
 * @param bytes the message without its length
 * @throws CollectorError OTLP_MALFORMED, OTLP_TOO_DEEP, OTLP_TOO_MANY
 */
export function decodeSpan(bytes: Uint8Array): Span {
  return readSpanFields(new ProtobufReader(bytes))
}

function readSpan(reader: ProtobufReader): Span {
  const outer = reader.enter()
  const span = readSpanFields(reader)
  reader.leave(outer)
  return span
}

function readSpanFields(reader: ProtobufReader): Span {
  const span = emptySpan()
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x4a) readAttribute(reader, span.attributes)
    else readSpanField(reader, tag, span)
  }
  return span
}

function readSpanField(reader: ProtobufReader, tag: number, span: Span): void {
  switch (tag) {
    case 0x0a:
      span.traceId = reader.id(16)
      return
    case 0x12:
      span.spanId = reader.id(8)
      return
    case 0x1a:
      span.traceState = reader.string()
      return
    case 0x22:
      span.parentSpanId = reader.id(8)
      return
    case 0x2a:
      span.name = reader.string()
      return
    case 0x30:
      span.kind = reader.uint32()
      return
    case 0x39:
      span.start = reader.fixed64()
      return
    case 0x41:
      span.end = reader.fixed64()
      return
    case 0x7a:
      readStatus(reader, span)
      return
    default:
      readRareField(reader, tag, span)
  }
}

function readRareField(reader: ProtobufReader, tag: number, span: Span): void {
  switch (tag) {
    case 0x50:
      span.droppedAttributes = reader.uint32()
      return
    case 0x5a:
      span.events.push(readEvent(reader))
      return
    case 0x60:
      span.droppedEvents = reader.uint32()
      return
    case 0x6a:
      span.links.push(readLink(reader))
      return
    case 0x70:
      span.droppedLinks = reader.uint32()
      return
    case 0x85:
      span.flags = reader.fixed32()
      return
    default:
      reader.skip(tag)
  }
}

function readStatus(reader: ProtobufReader, span: Span): void {
  const outer = reader.enter()
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x12) span.statusMessage = reader.string()
    else if (tag === 0x18) span.statusCode = reader.uint32()
    else reader.skip(tag)
  }
  reader.leave(outer)
}

function readEvent(reader: ProtobufReader): SpanEvent {
  const outer = reader.enter()
  const event: SpanEvent = { time: 0n, name: '', attributes: [], droppedAttributes: 0 }
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x09) event.time = reader.fixed64()
    else if (tag === 0x12) event.name = reader.string()
    else if (tag === 0x1a) readAttribute(reader, event.attributes)
    else if (tag === 0x20) event.droppedAttributes = reader.uint32()
    else reader.skip(tag)
  }
  reader.leave(outer)
  return event
}

function readLink(reader: ProtobufReader): SpanLink {
  const outer = reader.enter()
  const link: SpanLink = {
    traceId: '',
    spanId: '',
    traceState: '',
    attributes: [],
    droppedAttributes: 0,
    flags: 0,
  }
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x0a) link.traceId = reader.id(16)
    else if (tag === 0x12) link.spanId = reader.id(8)
    else if (tag === 0x1a) link.traceState = reader.string()
    else if (tag === 0x22) readAttribute(reader, link.attributes)
    else if (tag === 0x28) link.droppedAttributes = reader.uint32()
    else if (tag === 0x35) link.flags = reader.fixed32()
    else reader.skip(tag)
  }
  reader.leave(outer)
  return link
}

function writeSpan(writer: ProtobufWriter, tag: number, span: Span): void {
  const mark = writer.begin(tag, 2)
  writer.id(0x0a, span.traceId)
  writer.id(0x12, span.spanId)
  writer.text(0x1a, span.traceState)
  writer.id(0x22, span.parentSpanId)
  writer.text(0x2a, span.name)
  writer.uint32(0x30, span.kind)
  writer.fixed64(0x39, span.start)
  writer.fixed64(0x41, span.end)
  writeAttributes(writer, 0x4a, span.attributes)
  writer.uint32(0x50, span.droppedAttributes)
  for (const event of span.events) writeEvent(writer, event)
  writer.uint32(0x60, span.droppedEvents)
  for (const link of span.links) writeLink(writer, link)
  writer.uint32(0x70, span.droppedLinks)
  if (span.statusCode !== 0 || span.statusMessage !== '') {
    const status = writer.begin(0x7a)
    writer.text(0x12, span.statusMessage)
    writer.uint32(0x18, span.statusCode)
    writer.end(status)
  }
  writer.fixed32(0x85, span.flags)
  writer.end(mark)
}

function writeEvent(writer: ProtobufWriter, event: SpanEvent): void {
  const mark = writer.begin(0x5a)
  writer.fixed64(0x09, event.time)
  writer.text(0x12, event.name)
  writeAttributes(writer, 0x1a, event.attributes)
  writer.uint32(0x20, event.droppedAttributes)
  writer.end(mark)
}

function writeLink(writer: ProtobufWriter, link: SpanLink): void {
  const mark = writer.begin(0x6a)
  writer.id(0x0a, link.traceId)
  writer.id(0x12, link.spanId)
  writer.text(0x1a, link.traceState)
  writeAttributes(writer, 0x22, link.attributes)
  writer.uint32(0x28, link.droppedAttributes)
  writer.fixed32(0x35, link.flags)
  writer.end(mark)
}
