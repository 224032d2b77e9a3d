/** Stored spans and log records as the query API writes them. */
import type { Attribute, Value } from '../process/model.ts'
import { timeOf } from '../process/summary.ts'
import type { StoredLog, StoredSpan } from '../store/query.ts'
import { severityName, spanKinds, statusCodes } from '../wire/names.ts'

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

export function spanJson({ service, span }: Pick<StoredSpan, 'service' | 'span'>) {
  return {
    spanId: span.spanId,
    ...(span.parentSpanId === '' ? {} : { parentSpanId: span.parentSpanId }),
    name: span.name,
    kind: spanKinds[span.kind] ?? 'UNSPECIFIED',
    service,
    startTimeUnixNano: String(span.start),
    endTimeUnixNano: String(span.end),
    status: statusCodes[span.statusCode] ?? 'UNSET',
    ...(span.statusMessage === '' ? {} : { statusMessage: span.statusMessage }),
    attributes: attributesJson(span.attributes),
    events: span.events.map(({ time, name, attributes }) => ({
      timeUnixNano: String(time),
      name,
      attributes: attributesJson(attributes),
    })),
  }
}

export function logJson({ service, record }: StoredLog) {
  return {
    timeUnixNano: String(timeOf(record)),
    severity: record.severityText === '' ? severityName(record.severityNumber) : record.severityText,
    service,
    body: valueJson(record.body),
    ...(record.traceId === '' ? {} : { traceId: record.traceId }),
    ...(record.spanId === '' ? {} : { spanId: record.spanId }),
    attributes: attributesJson(record.attributes),
  }
}

function attributesJson(attributes: readonly Attribute[]): Json {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueJson(value)]))
}

function valueJson(value: Value): Json {
  if (value === undefined) return null
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object') return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(valueJson)
  if ('map' in value) return attributesJson(value.map)
  return Number.isFinite(value.double) ? value.double : String(value.double)
}
