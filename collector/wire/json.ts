/** Decodes OTLP/JSON export requests into the model. */
import type { Batch, LogRecord, Resource, Scope, Span, SpanEvent, SpanLink } from '../process/model.ts'
import {
  attributesOf,
  countOf,
  enumOf,
  idOf,
  listOf,
  nanosOf,
  objectOf,
  textOf,
  valueOf,
  type JsonObject,
} from './json-fields.ts'
import { severityNumbers, spanKindNumbers, statusCodeNumbers } from './names.ts'

/**
 * Reads the value of an ExportTraceServiceRequest in JSON.
 *
 * @throws CollectorError OTLP_MALFORMED, OTLP_TOO_DEEP
 */
export function tracesFromJson(request: unknown): Batch<Span> {
  return batchOf(objectOf(request, 'request')['resourceSpans'], ['scopeSpans', 'spans'], spanOf)
}

/**
 * Reads the value of an ExportLogsServiceRequest in JSON.
 *
 * @throws CollectorError OTLP_MALFORMED, OTLP_TOO_DEEP
 */
export function logsFromJson(request: unknown): Batch<LogRecord> {
  return batchOf(objectOf(request, 'request')['resourceLogs'], ['scopeLogs', 'logRecords'], logRecordOf)
}

/** Reads the frame that all signals share: resource → scope → items, under the keys of the signal. */
export function batchOf<T>(
  value: unknown,
  [scopesKey, itemsKey]: readonly [string, string],
  itemOf: (object: JsonObject) => T,
): Batch<T> {
  return listOf(value, 'resources').map((entry) => {
    const object = objectOf(entry, 'resources')
    return {
      resource: resourceOf(objectOf(object['resource'], 'resource')),
      schemaUrl: textOf(object['schemaUrl'], 'schemaUrl'),
      scopes: listOf(object[scopesKey], scopesKey).map((scopeEntry) => {
        const scoped = objectOf(scopeEntry, scopesKey)
        return {
          scope: scopeOf(objectOf(scoped['scope'], 'scope')),
          schemaUrl: textOf(scoped['schemaUrl'], 'schemaUrl'),
          items: listOf(scoped[itemsKey], itemsKey).map((item) => itemOf(objectOf(item, itemsKey))),
        }
      }),
    }
  })
}

function resourceOf(object: JsonObject): Resource {
  return {
    attributes: attributesOf(object['attributes']),
    droppedAttributes: countOf(object['droppedAttributesCount'], 'droppedAttributesCount'),
  }
}

function scopeOf(object: JsonObject): Scope {
  return {
    name: textOf(object['name'], 'name'),
    version: textOf(object['version'], 'version'),
    attributes: attributesOf(object['attributes']),
    droppedAttributes: countOf(object['droppedAttributesCount'], 'droppedAttributesCount'),
  }
}

function spanOf(object: JsonObject): Span {
  const status = objectOf(object['status'], 'status')
  return {
    traceId: idOf(object['traceId'], 16, 'traceId'),
    spanId: idOf(object['spanId'], 8, 'spanId'),
    parentSpanId: idOf(object['parentSpanId'], 8, 'parentSpanId'),
    traceState: textOf(object['traceState'], 'traceState'),
    flags: countOf(object['flags'], 'flags'),
    name: textOf(object['name'], 'name'),
    kind: enumOf(object['kind'], 'kind', spanKindNumbers),
    start: nanosOf(object['startTimeUnixNano'], 'startTimeUnixNano'),
    end: nanosOf(object['endTimeUnixNano'], 'endTimeUnixNano'),
    attributes: attributesOf(object['attributes']),
    droppedAttributes: countOf(object['droppedAttributesCount'], 'droppedAttributesCount'),
    events: listOf(object['events'], 'events').map((event) => eventOf(objectOf(event, 'events'))),
    droppedEvents: countOf(object['droppedEventsCount'], 'droppedEventsCount'),
    links: listOf(object['links'], 'links').map((link) => linkOf(objectOf(link, 'links'))),
    droppedLinks: countOf(object['droppedLinksCount'], 'droppedLinksCount'),
    statusCode: enumOf(status['code'], 'code', statusCodeNumbers),
    statusMessage: textOf(status['message'], 'message'),
  }
}

function eventOf(object: JsonObject): SpanEvent {
  return {
    time: nanosOf(object['timeUnixNano'], 'timeUnixNano'),
    name: textOf(object['name'], 'name'),
    attributes: attributesOf(object['attributes']),
    droppedAttributes: countOf(object['droppedAttributesCount'], 'droppedAttributesCount'),
  }
}

function linkOf(object: JsonObject): SpanLink {
  return {
    traceId: idOf(object['traceId'], 16, 'traceId'),
    spanId: idOf(object['spanId'], 8, 'spanId'),
    traceState: textOf(object['traceState'], 'traceState'),
    attributes: attributesOf(object['attributes']),
    droppedAttributes: countOf(object['droppedAttributesCount'], 'droppedAttributesCount'),
    flags: countOf(object['flags'], 'flags'),
  }
}

function logRecordOf(object: JsonObject): LogRecord {
  return {
    time: nanosOf(object['timeUnixNano'], 'timeUnixNano'),
    observedTime: nanosOf(object['observedTimeUnixNano'], 'observedTimeUnixNano'),
    severityNumber: enumOf(object['severityNumber'], 'severityNumber', severityNumbers),
    severityText: textOf(object['severityText'], 'severityText'),
    body: valueOf(object['body']),
    attributes: attributesOf(object['attributes']),
    droppedAttributes: countOf(object['droppedAttributesCount'], 'droppedAttributesCount'),
    flags: countOf(object['flags'], 'flags'),
    traceId: idOf(object['traceId'], 16, 'traceId'),
    spanId: idOf(object['spanId'], 8, 'spanId'),
    eventName: textOf(object['eventName'], 'eventName'),
  }
}
