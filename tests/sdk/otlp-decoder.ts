/** Decodes OTLP with protobufjs from the official field numbers: an independent reader of what the SDK writes. */
import protobuf from 'protobufjs'

// The messages of opentelemetry-proto 1.x that the SDK writes, same names, same numbers.
const definition = `
syntax = "proto3";
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; ArrayValue array_value = 5; bytes bytes_value = 7; } }
message ArrayValue { repeated AnyValue values = 1; }
message KeyValue { string key = 1; AnyValue value = 2; }
message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
message InstrumentationScope { string name = 1; string version = 2; }
message Status { string message = 2; int32 code = 3; }
message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; }
message Link { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; repeated KeyValue attributes = 4; }
message Span { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5; int32 kind = 6; fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9; repeated Event events = 11; repeated Link links = 13; Status status = 15; fixed32 flags = 16; }
message ScopeSpans { InstrumentationScope scope = 1; repeated Span spans = 2; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }
message LogRecord { fixed64 time_unix_nano = 1; int32 severity_number = 2; string severity_text = 3; AnyValue body = 5; repeated KeyValue attributes = 6; fixed32 flags = 8; bytes trace_id = 9; bytes span_id = 10; fixed64 observed_time_unix_nano = 11; }
message ScopeLogs { InstrumentationScope scope = 1; repeated LogRecord log_records = 2; }
message ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; }
message ExportLogsServiceRequest { repeated ResourceLogs resource_logs = 1; }
`
const root = protobuf.parse(definition, { keepCase: true }).root
const ownTraces = root.lookupType('ExportTraceServiceRequest')
const ownLogs = root.lookupType('ExportLogsServiceRequest')

export interface DecodedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly traceState: string
  readonly name: string
  readonly kind: number
  readonly startNanos: bigint
  readonly endNanos: bigint
  readonly attributes: Readonly<Record<string, unknown>>
  readonly events: readonly {
    readonly name: string
    readonly attributes: Readonly<Record<string, unknown>>
  }[]
  readonly statusCode: number
  readonly flags: number
}

export interface DecodedLog {
  readonly body: unknown
  readonly severity: number
  readonly traceId: string
  readonly spanId: string
  readonly attributes: Readonly<Record<string, unknown>>
}

type Plain = Readonly<Record<string, unknown>>

function decode(message: protobuf.Type, bytes: Uint8Array): Plain {
  const decoded = message.decode(bytes)
  return message.toObject(decoded, { longs: String, bytes: String, arrays: true, defaults: true })
}

function list(value: unknown): readonly Plain[] {
  return Array.isArray(value) ? value : []
}

/** protobufjs gives bytes as base64. */
function hex(value: unknown): string {
  return Buffer.from(String(value), 'base64').toString('hex')
}

function anyValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  const any: Plain = { ...value }
  if (any['array_value'] !== undefined && any['array_value'] !== null) {
    return list((any['array_value'] as Plain)['values']).map(anyValue)
  }
  if ('int_value' in any) return Number(any['int_value'])
  return any['string_value'] ?? any['bool_value'] ?? any['double_value']
}

function attributesOf(pairs: unknown): Record<string, unknown> {
  return Object.fromEntries(list(pairs).map((pair) => [String(pair['key']), anyValue(pair['value'])]))
}

/** Reads every span of a trace export, whatever its resource. */
export function decodeSpans(body: Uint8Array, type = ownTraces): DecodedSpan[] {
  return list(decode(type, body)['resource_spans'])
    .flatMap((resource) => list(resource['scope_spans']))
    .flatMap((scope) => list(scope['spans']))
    .map((span) => ({
      traceId: hex(span['trace_id']),
      spanId: hex(span['span_id']),
      parentSpanId: hex(span['parent_span_id']),
      traceState: String(span['trace_state']),
      name: String(span['name']),
      kind: Number(span['kind']),
      startNanos: BigInt(String(span['start_time_unix_nano'])),
      endNanos: BigInt(String(span['end_time_unix_nano'])),
      attributes: attributesOf(span['attributes']),
      events: list(span['events']).map((event) => ({
        name: String(event['name']),
        attributes: attributesOf(event['attributes']),
      })),
      statusCode: Number((span['status'] as Plain | null)?.['code'] ?? 0),
      flags: Number(span['flags']),
    }))
}

/** Reads every record of a logs export. */
export function decodeLogs(body: Uint8Array, type = ownLogs): DecodedLog[] {
  return list(decode(type, body)['resource_logs'])
    .flatMap((resource) => list(resource['scope_logs']))
    .flatMap((scope) => list(scope['log_records']))
    .map((record) => ({
      body: anyValue(record['body']),
      severity: Number(record['severity_number']),
      traceId: hex(record['trace_id']),
      spanId: hex(record['span_id']),
      attributes: attributesOf(record['attributes']),
    }))
}

/** Reads the attributes of the first resource of a trace export. */
export function decodeResource(body: Uint8Array): Record<string, unknown> {
  const [first] = list(decode(ownTraces, body)['resource_spans'])
  return attributesOf((first?.['resource'] as Plain | undefined)?.['attributes'])
}
