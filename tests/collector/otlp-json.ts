/** Writes the model in OTLP's JSON mapping, as another implementation would; the collector itself only reads it. */
import type {
  Attribute,
  Batch,
  LogRecord,
  Resource,
  Scope,
  Span,
  Value,
} from '../../collector/process/model.ts'

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json }

/** Builds an ExportTraceServiceRequest. */
export function tracesJson(batch: Batch<Span>): Json {
  return { resourceSpans: batch.map((group) => groupJson(group, 'scopeSpans', 'spans', spanJson)) }
}

/** Builds an ExportLogsServiceRequest. */
export function logsJson(batch: Batch<LogRecord>): Json {
  return { resourceLogs: batch.map((group) => groupJson(group, 'scopeLogs', 'logRecords', logJson)) }
}

function groupJson<T>(
  { resource, schemaUrl, scopes }: Batch<T>[number],
  scopesKey: string,
  itemsKey: string,
  itemJson: (item: T) => Json,
): Json {
  return {
    resource: holderJson(resource),
    schemaUrl,
    [scopesKey]: scopes.map(({ scope, schemaUrl: ofScope, items }) => ({
      scope: scopeJson(scope),
      schemaUrl: ofScope,
      [itemsKey]: items.map(itemJson),
    })),
  }
}

function holderJson({ attributes, droppedAttributes }: Resource): { readonly [key: string]: Json } {
  return { attributes: attributes.map(attributeJson), droppedAttributesCount: droppedAttributes }
}

function scopeJson(scope: Scope): Json {
  return { name: scope.name, version: scope.version, ...holderJson(scope) }
}

function spanJson(span: Span): Json {
  const { traceId, spanId, parentSpanId, traceState, flags, name, kind } = span
  return {
    traceId,
    spanId,
    parentSpanId,
    traceState,
    flags,
    name,
    kind,
    startTimeUnixNano: String(span.start),
    endTimeUnixNano: String(span.end),
    ...holderJson(span),
    events: span.events.map((event) => ({
      timeUnixNano: String(event.time),
      name: event.name,
      ...holderJson(event),
    })),
    droppedEventsCount: span.droppedEvents,
    links: span.links.map((link) => ({
      traceId: link.traceId,
      spanId: link.spanId,
      traceState: link.traceState,
      flags: link.flags,
      ...holderJson(link),
    })),
    droppedLinksCount: span.droppedLinks,
    status: { code: span.statusCode, message: span.statusMessage },
  }
}

function logJson(record: LogRecord): Json {
  const { severityNumber, severityText, flags, traceId, spanId, eventName } = record
  return {
    timeUnixNano: String(record.time),
    observedTimeUnixNano: String(record.observedTime),
    severityNumber,
    severityText,
    flags,
    traceId,
    spanId,
    eventName,
    body: valueJson(record.body),
    ...holderJson(record),
  }
}

function attributeJson({ key, value }: Attribute): Json {
  return { key, value: valueJson(value) }
}

function valueJson(value: Value): Json {
  if (value === undefined) return {}
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number' || typeof value === 'bigint') return { intValue: String(value) }
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(valueJson) } }
  if ('map' in value) return { kvlistValue: { values: value.map.map(attributeJson) } }
  return { doubleValue: Number.isFinite(value.double) ? value.double : String(value.double) }
}
