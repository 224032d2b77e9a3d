/** Paths of log records. */
import type { LogRecord } from '../../process/model.ts'
import { textOfValue } from '../../process/value.ts'
import { textFrom } from '../ottl-value.ts'
import { any, attributes, count, id, idText, nanos, text, time, type Fields, type IdAccess } from './field.ts'

const traceId: IdAccess<LogRecord> = {
  get: (log) => log.traceId,
  set: (log, value) => void (log.traceId = value),
  bytes: 16,
}
const spanId: IdAccess<LogRecord> = {
  get: (log) => log.spanId,
  set: (log, value) => void (log.spanId = value),
  bytes: 8,
}

export const logFields: Fields<LogRecord> = {
  time_unix_nano: nanos(
    (log) => log.time,
    (log, value) => void (log.time = value),
  ),
  observed_time_unix_nano: nanos(
    (log) => log.observedTime,
    (log, value) => void (log.observedTime = value),
  ),
  time: time(
    (log) => log.time,
    (log, value) => void (log.time = value),
  ),
  observed_time: time(
    (log) => log.observedTime,
    (log, value) => void (log.observedTime = value),
  ),
  severity_number: count(
    (log) => log.severityNumber,
    (log, value) => void (log.severityNumber = value),
  ),
  severity_text: text(
    (log) => log.severityText,
    (log, value) => void (log.severityText = value),
  ),
  body: any(
    (log) => log.body,
    (log, value) => void (log.body = value),
  ),
  'body.string': {
    get: (log) => textOfValue(log.body),
    set: (log, value) => void (log.body = textFrom(value)),
  },
  attributes: attributes((log) => log.attributes),
  dropped_attributes_count: count(
    (log) => log.droppedAttributes,
    (log, value) => void (log.droppedAttributes = value),
  ),
  flags: count(
    (log) => log.flags,
    (log, value) => void (log.flags = value),
  ),
  event_name: text(
    (log) => log.eventName,
    (log, value) => void (log.eventName = value),
  ),
  trace_id: id(traceId),
  'trace_id.string': idText(traceId),
  span_id: id(spanId),
  'span_id.string': idText(spanId),
}
