/** Encodes one span as an OTLP `Span` (opentelemetry/proto/trace/v1/trace.proto). */
import { SpanStatusCode, type Link } from '@opentelemetry/api'
import type { TelemetryFence } from '../fence.ts'
import { hexToWord } from '../trace/ids.ts'
import type { SdkSpan, SpanEvent } from '../trace/span.ts'
import { writeAttribute } from './value.ts'
import type { ProtoWriter } from './writer.ts'

/** SpanFlags: the W3C sampled bit, whether the parent's locality is known, and whether it is remote. */
const flagSampled = 0x1
const flagHasIsRemote = 0x100
const flagIsRemote = 0x200

/** Room for everything of a span but its prepared part and its own attributes. */
const fixedBytes = 128

/** Writes a span as the next item of a batch. */
export function encodeSpan(
  writer: ProtoWriter,
  span: SdkSpan,
  endMicros: number,
  fence: TelemetryFence,
): void {
  const item = writer.open(2)
  writer.ensure(fixedBytes)
  writeTraceId(writer, span)
  writer.words(2, span.span0, span.span1)
  if (span.hasParent) writer.words(4, span.parent0, span.parent1)
  if (span.traceState !== undefined) writer.string(3, span.traceState.serialize())
  if (span.prepared === undefined) writeDescription(writer, span.name, span.kind, fence)
  else writer.raw(span.prepared)
  writer.nanos(7, span.startMicros)
  writer.nanos(8, endMicros)
  if (span.attributes !== undefined) {
    for (const [key, value] of span.attributes) writeFenced(writer, 9, key, value, fence)
  }
  if (span.events !== undefined) for (const event of span.events) writeEvent(writer, event, fence)
  if (span.links !== undefined) for (const link of span.links) writeLink(writer, link, fence)
  if (span.status !== undefined && span.status.code !== SpanStatusCode.UNSET) {
    // The status message is prose and stays here.
    const status = writer.open(15)
    // The API counts OK as 1 and ERROR as 2, as OTLP does.
    writer.number(3, span.status.code)
    writer.close(status)
  }
  const remote = span.hasParent && span.isParentRemote ? flagIsRemote : 0
  writer.fixed32(16, flagSampled | flagHasIsRemote | remote)
  writer.close(item)
}

/** Writes name and kind, the beginning of a prepared part. */
export function writeDescription(
  writer: ProtoWriter,
  name: string,
  kind: number,
  fence: TelemetryFence,
): void {
  writer.string(5, fence.spanName(name))
  // The API counts from INTERNAL = 0, OTLP from INTERNAL = 1.
  writer.number(6, kind + 1)
}

/** Writes an attribute as the fence lets it pass, or nothing. */
export function writeFenced(
  writer: ProtoWriter,
  field: number,
  key: string,
  ...[value, fence]: readonly [unknown, TelemetryFence]
): void {
  const passed = fence.attribute(key, value)
  if (passed !== undefined) writeAttribute(writer, field, key, passed)
}

function writeTraceId(writer: ProtoWriter, span: SdkSpan): void {
  writer.varint((1 << 3) | 2)
  writer.varint(16)
  writer.bigEndian(span.trace0)
  writer.bigEndian(span.trace1)
  writer.bigEndian(span.trace2)
  writer.bigEndian(span.trace3)
}

function writeEvent(writer: ProtoWriter, event: SpanEvent, fence: TelemetryFence): void {
  const item = writer.open(11)
  writer.nanos(1, event.micros)
  writer.string(2, fence.eventName(event.name))
  for (const key in event.attributes) writeFenced(writer, 3, key, event.attributes[key], fence)
  writer.close(item)
}

function writeLink(writer: ProtoWriter, link: Link, fence: TelemetryFence): void {
  const { traceId, spanId } = link.context
  const item = writer.open(13)
  writer.rawField(1, Buffer.from(traceId, 'hex'))
  writer.words(2, hexToWord(spanId, 0), hexToWord(spanId, 8))
  for (const [key, value] of Object.entries(link.attributes ?? {})) writeFenced(writer, 4, key, value, fence)
  writer.close(item)
}
