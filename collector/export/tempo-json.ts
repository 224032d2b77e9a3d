/** Stored traces as Tempo's HTTP API writes them: protobuf's JSON mapping with ids in base64, and lists of traces. */
import type { Batch, Span } from '../process/model.ts'
import { durationOf } from '../process/summary.ts'
import type { StoredSpan } from '../store/query.ts'
import type { FoundTrace } from '../store/trace-search.ts'
import { attributeJson } from '../wire/json-parts-out.ts'
import { spanKindLabel, statusCodeLabel } from '../wire/names.ts'

/** Puts spans back under the resources and scopes they came with. */
export function batchOf(stored: readonly StoredSpan[]): Batch<Span> {
  const places = new Map<StoredSpan['place'], Span[]>()
  for (const { span, place } of stored) {
    const known = places.get(place)
    if (known === undefined) places.set(place, [span])
    else known.push(span)
  }
  return [...places].map(([{ resource, scope }, items]) => ({
    resource,
    schemaUrl: '',
    scopes: [{ scope, items, schemaUrl: '' }],
  }))
}

/** Writes the resources of a trace; their name differs between versions of the API. */
export function resourceSpansJson(batch: Batch<Span>) {
  return batch.map(({ resource, scopes }) => ({
    resource: { attributes: resource.attributes.map(attributeJson) },
    scopeSpans: scopes.map(({ scope, items }) => ({
      scope: {
        name: scope.name,
        ...(scope.version === '' ? {} : { version: scope.version }),
        ...(scope.attributes.length === 0 ? {} : { attributes: scope.attributes.map(attributeJson) }),
      },
      spans: items.map(spanJson),
    })),
  }))
}

function spanJson(span: Span) {
  return {
    traceId: base64(span.traceId),
    spanId: base64(span.spanId),
    ...(span.parentSpanId === '' ? {} : { parentSpanId: base64(span.parentSpanId) }),
    ...(span.traceState === '' ? {} : { traceState: span.traceState }),
    name: span.name,
    kind: spanKindLabel(span.kind),
    startTimeUnixNano: String(span.start),
    endTimeUnixNano: String(span.end),
    attributes: span.attributes.map(attributeJson),
    ...(span.events.length === 0
      ? {}
      : {
          events: span.events.map(({ time, name, attributes }) => ({
            timeUnixNano: String(time),
            name,
            attributes: attributes.map(attributeJson),
          })),
        }),
    ...(span.links.length === 0
      ? {}
      : {
          links: span.links.map(({ traceId, spanId, attributes }) => ({
            traceId: base64(traceId),
            spanId: base64(spanId),
            attributes: attributes.map(attributeJson),
          })),
        }),
    status:
      span.statusCode === 0
        ? {}
        : {
            code: statusCodeLabel(span.statusCode),
            ...(span.statusMessage === '' ? {} : { message: span.statusMessage }),
          },
  }
}

/** Writes what a list shows of a trace. */
export function foundTraceJson(trace: FoundTrace) {
  const spanSet = {
    spans: trace.spans.map(({ service, span }) => ({
      spanID: span.spanId,
      name: span.name,
      startTimeUnixNano: String(span.start),
      durationNanos: String(durationOf(span)),
      attributes: [attributeJson({ key: 'service.name', value: service })],
    })),
    matched: trace.matched,
  }
  return {
    traceID: trace.traceId,
    rootServiceName: trace.rootService,
    rootTraceName: trace.rootName,
    startTimeUnixNano: String(trace.start),
    durationMs: Math.floor(trace.durationNanos / 1e6),
    spanSet,
    spanSets: [spanSet],
  }
}

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64')
}
