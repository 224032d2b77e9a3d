/** What an OTLP client makes of how a call of gRPC ended (opentelemetry-proto, `docs/specification.md` §OTLP/gRPC Response). */
import type { IncomingHttpHeaders } from 'node:http2'
import { ProtobufReader } from '../wire/reader.ts'
import type { Outcome } from './retry.ts'

/** CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS. */
const retryable: readonly number[] = [1, 4, 10, 11, 14, 15]
/** INVALID_ARGUMENT, and RESOURCE_EXHAUSTED of a message that is too large. */
const ofMessage: readonly number[] = [3, 8]
const resourceExhausted = 8
const unknown = 2

/** Codes by the status of an answer that is not gRPC (gRPC, `doc/http-grpc-status-mapping.md`). */
const byHttpStatus: Readonly<Record<number, number>> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  429: 14,
  502: 14,
  503: 14,
  504: 14,
}

/**
 * Judges a call by the headers that hold its status: the trailers, or the headers of an answer without a message.
 *
 * @param headers controlled by the other side
 */
export function grpcOutcome(headers: IncomingHttpHeaders, httpStatus: number): Outcome {
  const given = headers['grpc-status']
  const code = given === undefined ? (byHttpStatus[httpStatus] ?? unknown) : Number(given)
  if (code === 0) return { status: 'success' }
  const details = headers['grpc-status-details-bin']
  const retryInMillis = typeof details === 'string' ? retryDelayOf(details) : undefined
  const isRetryable = retryable.includes(code) || (code === resourceExhausted && retryInMillis !== undefined)
  if (!isRetryable) return { status: 'failure', isOfMessage: ofMessage.includes(code) }
  return { status: 'retryable', ...(retryInMillis === undefined ? {} : { retryInMillis }) }
}

/** Finds the delay of a RetryInfo in a `google.rpc.Status`, in milliseconds; undefined where there is none. */
function retryDelayOf(base64: string): number | undefined {
  try {
    const reader = new ProtobufReader(Buffer.from(base64, 'base64'))
    let found: number | undefined
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      if (tag === 0x1a) found = readDetail(reader) ?? found
      else reader.skip(tag)
    }
    return found
  } catch {
    return undefined
  }
}

/** Reads a `google.protobuf.Any`. */
function readDetail(reader: ProtobufReader): number | undefined {
  const outer = reader.enter()
  let type = ''
  let value: Uint8Array = new Uint8Array(0)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x0a) type = reader.string()
    else if (tag === 0x12) value = reader.bytes()
    else reader.skip(tag)
  }
  reader.leave(outer)
  return type.endsWith('/google.rpc.RetryInfo') ? readDelay(value) : undefined
}

/** Reads a `google.rpc.RetryInfo`: a duration in field 1. */
function readDelay(info: Uint8Array): number {
  const reader = new ProtobufReader(info)
  let millis = 0
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag !== 0x0a) {
      reader.skip(tag)
      continue
    }
    const outer = reader.enter()
    for (let inner = reader.tag(); inner !== 0; inner = reader.tag()) {
      if (inner === 0x08) millis += Number(reader.int64()) * 1_000
      else if (inner === 0x10) millis += Number(reader.int64()) / 1e6
      else reader.skip(inner)
    }
    reader.leave(outer)
  }
  return Math.max(0, millis)
}
