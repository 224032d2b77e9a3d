/** Encodes one log line as an OTLP `LogRecord` (opentelemetry/proto/logs/v1/logs.proto). */
import { isAttributeValue, writeAnyValue, writeAttribute } from './value.ts'
import type { SdkSpan } from '../trace/span.ts'
import type { ProtoWriter } from './writer.ts'

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

/** SeverityNumber of each level (logs data model). */
const severities: Readonly<Record<LogLevel, number>> = { error: 17, warn: 13, info: 9, debug: 5 }

/** A line as the fence let it pass. */
export interface LogRecord {
  readonly micros: number
  readonly level: LogLevel
  readonly event: unknown
  readonly fields: Readonly<Record<string, unknown>>
  readonly span: SdkSpan | undefined
}

/** Writes a line as the next item of a batch. */
export function encodeLog(writer: ProtoWriter, record: LogRecord): void {
  const { micros, level, event, fields, span } = record
  const item = writer.open(2)
  writer.nanos(1, micros)
  writer.number(2, severities[level])
  writer.string(3, level.toUpperCase())
  if (isAttributeValue(event)) writeAnyValue(writer, 5, event)
  for (const key in fields) writeAttribute(writer, 6, key, fields[key])
  if (span !== undefined) {
    // The W3C sampled flag: every span of this SDK is recorded.
    writer.fixed32(8, 1)
    const { traceId, spanId } = span.spanContext()
    writer.rawField(9, Buffer.from(traceId, 'hex'))
    writer.rawField(10, Buffer.from(spanId, 'hex'))
  }
  writer.nanos(11, micros)
  writer.close(item)
}
