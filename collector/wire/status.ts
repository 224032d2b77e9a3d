/** Answers of an OTLP server: export responses and google.rpc.Status, in both encodings. */
import { ProtobufWriter } from './writer.ts'

/** What a refusal says, by its HTTP status. */
export interface Refused {
  readonly status: number
  readonly code: string
  readonly detail: string | undefined
}

type Format = 'protobuf' | 'json'

/** Codes of google.rpc.Code by HTTP status, as the Collector's receiver maps them. */
const rpcCodes: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 12,
  405: 12,
  408: 4,
  413: 8,
  415: 3,
  429: 8,
  500: 13,
  503: 14,
}
const unknownCode = 2
const writer = new ProtobufWriter()

const rejectedKeys = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
} as const

/** Encodes an export response; `partial_success` stays unset unless something was rejected. */
export function encodePartialSuccess(
  format: Format,
  signal: keyof typeof rejectedKeys,
  rejected: number,
  message: string,
): Uint8Array {
  if (format === 'json') {
    const partialSuccess = { [rejectedKeys[signal]]: String(rejected), errorMessage: message }
    return Buffer.from(JSON.stringify(rejected === 0 ? {} : { partialSuccess }))
  }
  if (rejected === 0) return new Uint8Array(0)
  const mark = writer.begin(0x0a)
  writer.int64(0x08, rejected)
  writer.text(0x12, message)
  writer.end(mark)
  return writer.take()
}

/** What a call of gRPC ends with. */
export interface GrpcStatus {
  /** Of google.rpc.Code. */
  readonly code: number
  readonly message: string
  /** A google.rpc.Status that asks to come back after a second, base64; absent where that would not help. */
  readonly details?: string
}

/** Says in gRPC what a refusal says. A call that may be sent again says when: without that nobody does. */
export function grpcStatusOf(refusal: Refused): GrpcStatus {
  const message = refusal.detail ?? refusal.code.replaceAll('_', ' ')
  // An encoding that is not known is UNIMPLEMENTED, where HTTP says 415.
  const code = refusal.code === 'encoding_unsupported' ? 12 : (rpcCodes[refusal.status] ?? unknownCode)
  if (refusal.status !== 429 && refusal.status !== 503) return { code, message }
  writer.uint32(0x08, code)
  writer.text(0x12, message)
  const detail = writer.begin(0x1a)
  writer.text(0x0a, 'type.googleapis.com/google.rpc.RetryInfo')
  const info = writer.begin(0x12)
  const delay = writer.begin(0x0a)
  writer.uint32(0x08, 1)
  for (const mark of [delay, info, detail]) writer.end(mark)
  return { code, message, details: writer.take().toString('base64') }
}

/** Encodes a google.rpc.Status. */
export function encodeStatus(format: Format, refusal: Refused): Uint8Array {
  const code = rpcCodes[refusal.status] ?? unknownCode
  const message = refusal.detail ?? refusal.code.replaceAll('_', ' ')
  if (format === 'json') return Buffer.from(JSON.stringify({ code, message }))
  writer.uint32(0x08, code)
  writer.text(0x12, message)
  return writer.take()
}
