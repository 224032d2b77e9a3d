/**
 * Spans and log records between decoding and encoding, as OTLP 1.x has them. Objects are mutable: they belong
 * to one request, and the fence rewrites them in place.
 */

/** A double, kept apart from whole numbers so that encoding gives back the type that came in. */
export interface DoubleValue {
  readonly double: number
}

export interface MapValue {
  readonly map: Attribute[]
}

/** An OTLP AnyValue; `undefined` is the empty value, a whole number beyond 2^53 is a bigint. */
export type Value =
  string | boolean | number | bigint | DoubleValue | Uint8Array | Value[] | MapValue | undefined

export interface Attribute {
  key: string
  value: Value
}

export interface Resource {
  attributes: Attribute[]
  droppedAttributes: number
}

export interface Scope {
  name: string
  version: string
  attributes: Attribute[]
  droppedAttributes: number
}

export interface SpanEvent {
  time: bigint
  name: string
  attributes: Attribute[]
  droppedAttributes: number
}

export interface SpanLink {
  traceId: string
  spanId: string
  traceState: string
  attributes: Attribute[]
  droppedAttributes: number
  flags: number
}

export interface Span {
  /** 32 lower-case hex digits. */
  traceId: string
  /** 16 lower-case hex digits. */
  spanId: string
  /** Empty for a root. */
  parentSpanId: string
  traceState: string
  flags: number
  name: string
  /** 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number
  /** Nanoseconds since 1970. */
  start: bigint
  end: bigint
  attributes: Attribute[]
  droppedAttributes: number
  events: SpanEvent[]
  droppedEvents: number
  links: SpanLink[]
  droppedLinks: number
  /** 0 unset, 1 ok, 2 error. */
  statusCode: number
  statusMessage: string
}

export interface LogRecord {
  time: bigint
  observedTime: bigint
  severityNumber: number
  severityText: string
  body: Value
  attributes: Attribute[]
  droppedAttributes: number
  flags: number
  traceId: string
  spanId: string
  eventName: string
}

export interface ScopeItems<T> {
  scope: Scope
  items: T[]
  schemaUrl: string
}

export interface ResourceItems<T> {
  resource: Resource
  scopes: ScopeItems<T>[]
  schemaUrl: string
}

/** One request's worth of a signal. */
export type Batch<T> = ResourceItems<T>[]

export function emptyResource(): Resource {
  return { attributes: [], droppedAttributes: 0 }
}

export function emptyScope(): Scope {
  return { name: '', version: '', attributes: [], droppedAttributes: 0 }
}

export function emptySpan(): Span {
  return {
    traceId: '',
    spanId: '',
    parentSpanId: '',
    traceState: '',
    flags: 0,
    name: '',
    kind: 0,
    start: 0n,
    end: 0n,
    attributes: [],
    droppedAttributes: 0,
    events: [],
    droppedEvents: 0,
    links: [],
    droppedLinks: 0,
    statusCode: 0,
    statusMessage: '',
  }
}

export function emptyLogRecord(): LogRecord {
  return {
    time: 0n,
    observedTime: 0n,
    severityNumber: 0,
    severityText: '',
    body: undefined,
    attributes: [],
    droppedAttributes: 0,
    flags: 0,
    traceId: '',
    spanId: '',
    eventName: '',
  }
}

/** Counts the items of a batch. */
export function countItems<T>(batch: Batch<T>): number {
  let count = 0
  for (const { scopes } of batch) for (const { items } of scopes) count += items.length
  return count
}

/** Finds the text value of an attribute; other types count as absent. */
export function textAttribute(attributes: readonly Attribute[], key: string): string | undefined {
  for (const attribute of attributes) {
    if (attribute.key === key) return typeof attribute.value === 'string' ? attribute.value : undefined
  }
  return undefined
}
