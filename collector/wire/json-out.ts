/** Writes spans and log records in OTLP's JSON mapping: hex ids, enums as numbers, 64-bit numbers as text. */
import type { Batch, LogRecord, Span, SpanEvent, SpanLink } from '../process/model.ts'
import {
  holderJson,
  listJson,
  numberJson,
  scopeJson,
  textJson,
  valueJson,
  wholeJson,
  type JsonFields,
} from './json-parts-out.ts'

/** Builds an ExportTraceServiceRequest for `JSON.stringify`; a field at its default is left out. */
export function tracesJson(batch: Batch<Span>): JsonFields {
  return {
    resourceSpans: batch.map(({ resource, schemaUrl, scopes }) => ({
      resource: holderJson(resource),
      scopeSpans: scopes.map(({ scope, schemaUrl: ofScope, items }) => ({
        scope: scopeJson(scope),
        spans: items.map(spanJson),
        ...textJson('schemaUrl', ofScope),
      })),
      ...textJson('schemaUrl', schemaUrl),
    })),
  }
}

/** Builds an ExportLogsServiceRequest for `JSON.stringify`; a field at its default is left out. */
export function logsJson(batch: Batch<LogRecord>): JsonFields {
  return {
    resourceLogs: batch.map(({ resource, schemaUrl, scopes }) => ({
      resource: holderJson(resource),
      scopeLogs: scopes.map(({ scope, schemaUrl: ofScope, items }) => ({
        scope: scopeJson(scope),
        logRecords: items.map(logRecordJson),
        ...textJson('schemaUrl', ofScope),
      })),
      ...textJson('schemaUrl', schemaUrl),
    })),
  }
}

export function spanJson(span: Span): JsonFields {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...textJson('traceState', span.traceState),
    ...textJson('parentSpanId', span.parentSpanId),
    ...numberJson('flags', span.flags),
    name: span.name,
    ...numberJson('kind', span.kind),
    startTimeUnixNano: String(span.start),
    endTimeUnixNano: String(span.end),
    ...holderJson(span),
    ...listJson('events', span.events.map(eventJson)),
    ...numberJson('droppedEventsCount', span.droppedEvents),
    ...listJson('links', span.links.map(linkJson)),
    ...numberJson('droppedLinksCount', span.droppedLinks),
    status: { ...textJson('message', span.statusMessage), ...numberJson('code', span.statusCode) },
  }
}

function eventJson(event: SpanEvent): JsonFields {
  return { timeUnixNano: String(event.time), name: event.name, ...holderJson(event) }
}

function linkJson(link: SpanLink): JsonFields {
  return {
    traceId: link.traceId,
    spanId: link.spanId,
    ...textJson('traceState', link.traceState),
    ...numberJson('flags', link.flags),
    ...holderJson(link),
  }
}

export function logRecordJson(record: LogRecord): JsonFields {
  return {
    ...wholeJson('timeUnixNano', record.time),
    ...wholeJson('observedTimeUnixNano', record.observedTime),
    ...numberJson('severityNumber', record.severityNumber),
    ...textJson('severityText', record.severityText),
    ...(record.body === undefined ? {} : { body: valueJson(record.body) }),
    ...holderJson(record),
    ...numberJson('flags', record.flags),
    ...textJson('traceId', record.traceId),
    ...textJson('spanId', record.spanId),
    ...textJson('eventName', record.eventName),
  }
}
