/** Encodes one log line as an OTLP `LogRecord` (opentelemetry/proto/logs/v1/logs.proto). */
import { isAttributeValue, writeAnyValue, writeAttribute } from './value.ts'
import type { TelemetryFence } from '../fence.ts'
import type { SdkSpan } from '../trace/span.ts'
import type { ProtoWriter } from './writer.ts'

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

/** SeverityNumber of each level (logs data model). */
const severities: Readonly<Record<LogLevel, number>> = { error: 17, warn: 13, info: 9, debug: 5 }

export interface LogRecord {
  readonly micros: number
  readonly level: LogLevel
  readonly event: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly span: SdkSpan | undefined
}

/** Writes a line as the next item of a batch. */
export function encodeLog(writer: ProtoWriter, record: LogRecord, fence: TelemetryFence): void {
  const { micros, level, event, fields, span } = record
  const item = writer.open(2)
  writer.nanos(1, micros)
  writer.number(2, severities[level])
  writer.string(3, level.toUpperCase())
  const body = fence.logBody(event)
  if (isAttributeValue(body)) writeAnyValue(writer, 5, body)
  for (const [key, value] of Object.entries(fields)) {
    const passed = fence.logAttribute(key, value)
    if (passed !== undefined) writeAttribute(writer, 6, key, passed)
  }
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
