/** Log records of OTLP (`logs/v1`) between bytes and the model. */
import { emptyLogRecord, type Batch, type LogRecord } from '../process/model.ts'
import { readAttribute, readValue, writeAttributes, writeValue } from './attributes.ts'
import { readBatch, writeBatch } from './envelope.ts'
import { ProtobufReader } from './reader.ts'
import type { ProtobufWriter } from './writer.ts'

/**
 * Decodes an ExportLogsServiceRequest.
 *
 * @param bytes attacker-controlled
 * @param mostParts as of `ProtobufReader`
 * @throws CollectorError OTLP_MALFORMED, OTLP_TOO_DEEP
 */
export function decodeLogs(bytes: Uint8Array, mostParts?: number): Batch<LogRecord> {
  return readBatch(new ProtobufReader(bytes, mostParts), readLogRecord)
}

/** Encodes log records as an ExportLogsServiceRequest. */
export function encodeLogs(writer: ProtobufWriter, batch: Batch<LogRecord>): Buffer {
  return writeBatch(writer, batch, writeLogRecord)
}

/**
 * Decodes one log record.
 *
 * @param bytes the message without its length
 * @throws CollectorError OTLP_MALFORMED, OTLP_TOO_DEEP, OTLP_TOO_MANY
 */
export function decodeLogRecord(bytes: Uint8Array): LogRecord {
  return readFields(new ProtobufReader(bytes))
}

function readLogRecord(reader: ProtobufReader): LogRecord {
  const outer = reader.enter()
  const record = readFields(reader)
  reader.leave(outer)
  return record
}

function readFields(reader: ProtobufReader): LogRecord {
  const record = emptyLogRecord()
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x32) readAttribute(reader, record.attributes)
    else readField(reader, tag, record)
  }
  return record
}

function readField(reader: ProtobufReader, tag: number, record: LogRecord): void {
  switch (tag) {
    case 0x09:
      record.time = reader.fixed64()
      return
    case 0x59:
      record.observedTime = reader.fixed64()
      return
    case 0x10:
      record.severityNumber = reader.uint32()
      return
    case 0x1a:
      record.severityText = reader.string()
      return
    case 0x2a:
      record.body = readValue(reader)
      return
    case 0x38:
      record.droppedAttributes = reader.uint32()
      return
    case 0x45:
      record.flags = reader.fixed32()
      return
    case 0x4a:
      record.traceId = reader.id(16)
      return
    case 0x52:
      record.spanId = reader.id(8)
      return
    case 0x62:
      record.eventName = reader.string()
      return
    default:
      reader.skip(tag)
  }
}

function writeLogRecord(writer: ProtobufWriter, tag: number, record: LogRecord): void {
  const mark = writer.begin(tag, 2)
  writer.fixed64(0x09, record.time)
  writer.uint32(0x10, record.severityNumber)
  writer.text(0x1a, record.severityText)
  if (record.body !== undefined) writeValue(writer, 0x2a, record.body)
  writeAttributes(writer, 0x32, record.attributes)
  writer.uint32(0x38, record.droppedAttributes)
  writer.fixed32(0x45, record.flags)
  writer.id(0x4a, record.traceId)
  writer.id(0x52, record.spanId)
  writer.fixed64(0x59, record.observedTime)
  writer.text(0x62, record.eventName)
  writer.end(mark)
}
