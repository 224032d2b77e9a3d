/**
 * OTLP/gRPC (opentelemetry-proto, `docs/specification.md` §OTLP/gRPC) over HTTP/2: unary calls only, which is all that
 * OTLP has, so that a frame of five bytes and three trailers are the whole of gRPC here.
 */
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import { constants } from 'node:http2'
import { Refusal } from '../../lib/refusal.ts'
import type { Intake } from '../graph/intake.ts'
import { countDataPoints } from '../wire/metrics.ts'
import { encodePartialSuccess, grpcStatusOf, type GrpcStatus } from '../wire/status.ts'
import { Room, roomFor, type Admission } from './admission.ts'
import { collect, encodings, inflateBody, isEncoding, overloaded } from './body.ts'
import { bearerOf, isSameSecret, reasonOf, toRefusal } from './door.ts'
import { metricsRejected, type Signal } from './otlp-http.ts'

export interface GrpcReceiverOptions {
  /** Most bytes of a message, on the wire and after inflation. */
  readonly maxMessageBytes: number
  readonly intake: Intake
  /** True while the memory limiter refuses. */
  readonly isLimited: () => boolean
  /** Has room for what is read and worked on. */
  readonly admission: Admission
  /** Token that clients must show as `authorization: Bearer`. Absent: everybody who reaches the port. */
  readonly bearerToken?: string
  readonly onReceived: (signal: Signal, items: number) => void
  readonly onRefused: (reason: ReturnType<typeof reasonOf>) => void
  readonly onDefect: (error: unknown) => void
}

export type StreamHandler = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void

const signals: Readonly<Record<string, Signal>> = {
  '/opentelemetry.proto.collector.trace.v1.TraceService/Export': 'traces',
  '/opentelemetry.proto.collector.logs.v1.LogsService/Export': 'logs',
  '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export': 'metrics',
}

/** A byte that says whether the message is compressed, and its length in four. */
const frameBytes = 5
/** Longest message of a status: it stands in a header. */
const maxStatusText = 512

/** Creates the handler of the streams of a port. */
export function createGrpcReceiver(options: GrpcReceiverOptions): StreamHandler {
  return (stream, headers) => {
    // A client that goes away is nobody to answer to.
    stream.on('error', () => undefined)
    // `answer` answers every error; what is left is that there is nobody to answer to.
    answer(stream, headers, options).catch(options.onDefect)
  }
}

async function answer(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  options: GrpcReceiverOptions,
): Promise<void> {
  try {
    if (!isGrpc(headers)) {
      options.onRefused('media_type')
      refuseHttp(stream, headers)
      return
    }
    const signal = signals[headers[':path'] ?? '']
    if (signal === undefined)
      throw new Refusal('not_found', { detail: 'expected the Export call of a signal' })
    checkToken(headers, options.bearerToken)
    if (options.isLimited()) throw overloaded('the memory limit is reached')
    const encoding = headers['grpc-encoding']?.toString()
    const limit = options.maxMessageBytes
    const room = new Room(options.admission, stream)
    try {
      await room.take(roomFor(headers['content-length'], encoding, limit))
      // Few clients say in a header how long a message is; its frame does.
      const grow = room.grower(limit, encoding)
      const onRead = (size: number, first: Buffer) =>
        grow(size - frameBytes, first.length < frameBytes ? 0 : first.readUInt32BE(1))
      const message = await readMessage(stream, headers, { limit, onRead })
      room.isRead()
      respond(stream, await take(signal, message, options))
    } finally {
      room.end()
    }
  } catch (error) {
    const refusal = toRefusal(error)
    options.onRefused(reasonOf(refusal.code))
    if (refusal.code === 'internal') options.onDefect(error)
    refuse(stream, grpcStatusOf(refusal))
  }
}

/** Hands a request on and answers the export response. */
async function take(
  signal: Signal,
  message: Buffer,
  { intake, onReceived }: GrpcReceiverOptions,
): Promise<Uint8Array> {
  if (signal === 'metrics' && !intake.takesMetrics) {
    return encodePartialSuccess('protobuf', signal, countDataPoints(message), metricsRejected)
  }
  onReceived(signal, await intake.encoded(signal, message))
  return encodePartialSuccess('protobuf', signal, 0, '')
}

/** @throws Refusal body_malformed, body_too_large, encoding_unsupported, overloaded */
async function readMessage(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  {
    limit,
    onRead,
  }: {
    readonly limit: number
    readonly onRead: (size: number, first: Buffer) => Promise<void> | undefined
  },
): Promise<Buffer> {
  const encoding = String(headers['grpc-encoding'] ?? 'identity').toLowerCase()
  if (encoding !== 'identity' && !isEncoding(encoding)) {
    throw new Refusal('encoding_unsupported', {
      detail: `expected grpc-encoding ${encodings.join(', ')} or identity`,
    })
  }
  const body = await collect(stream, limit + frameBytes, onRead)
  if (body.length < frameBytes || body.readUInt32BE(1) !== body.length - frameBytes) {
    throw new Refusal('body_malformed', { detail: 'expected one message in one frame' })
  }
  const message = body.subarray(frameBytes)
  if (body[0] === 0) return message
  if (encoding === 'identity') {
    throw new Refusal('body_malformed', { detail: 'a compressed message needs grpc-encoding' })
  }
  return message.length === 0 ? message : inflateBody(message, encoding, limit)
}

function isGrpc(headers: IncomingHttpHeaders): boolean {
  const type = headers['content-type'] ?? ''
  return headers[':method'] === 'POST' && /^application\/grpc(?:\+proto)?(?:;|$)/.test(type)
}

function checkToken(headers: IncomingHttpHeaders, expected: string | undefined): void {
  if (expected === undefined || isSameSecret(bearerOf(headers.authorization), expected)) return
  throw new Refusal('unauthenticated')
}

function respond(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (stream.closed || stream.destroyed) return
  const frame = Buffer.alloc(frameBytes + message.length)
  frame.writeUInt32BE(message.length, 1)
  frame.set(message, frameBytes)
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
  stream.end(frame)
}

/** Answers with trailers alone, and asks whoever is still sending to stop. */
function refuse(stream: ServerHttp2Stream, { code, message, details }: GrpcStatus): void {
  if (stream.closed || stream.destroyed || stream.headersSent) return
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': String(code),
      'grpc-message': encodeURIComponent(message.slice(0, maxStatusText).toWellFormed()),
      'grpc-accept-encoding': ['identity', ...encodings].join(','),
      ...(details === undefined ? {} : { 'grpc-status-details-bin': details }),
    },
    { endStream: true },
  )
  if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR)
}

/** What does not speak gRPC is told so in HTTP. */
function refuseHttp(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  if (stream.closed || stream.destroyed) return
  const status = headers[':method'] === 'POST' ? 415 : 405
  stream.respond({ ':status': status, ...(status === 405 ? { allow: 'POST' } : {}) }, { endStream: true })
  if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR)
}
