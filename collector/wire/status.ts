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

/** Encodes a google.rpc.Status. */
export function encodeStatus(format: Format, refusal: Refused): Uint8Array {
  const code = rpcCodes[refusal.status] ?? unknownCode
  const message = refusal.detail ?? refusal.code.replaceAll('_', ' ')
  if (format === 'json') return Buffer.from(JSON.stringify({ code, message }))
  writer.uint32(0x08, code)
  writer.text(0x12, message)
  return writer.take()
}
