/**
 * OTLP over gRPC: unary Export calls over one HTTP/2 connection, made anew when the other side lets go of it. A frame of
 * five bytes and one trailer are the whole of gRPC here, as they are at the receiver.
 */
import {
  connect,
  constants,
  sensitiveHeaders,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
} from 'node:http2'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { LoadSignal } from '../graph/load.ts'
import type { SecureOptions } from '../tls/client-tls.ts'
import { grpcOutcome } from './grpc-outcome.ts'
import type { Outcome } from './retry.ts'
import { gzipOptions, maxAnswerBytes, rejectedOf, type Transport } from './transport.ts'

const compress = promisify(gzip)

export interface GrpcTransportOptions {
  /** `host:port`. */
  readonly target: string
  /** Beside those of the protocol, which win. Values are secrets. */
  readonly headers: Readonly<Record<string, string>>
  readonly compression: 'gzip' | 'none'
  /** Longest wait for an answer, in milliseconds; 0 has no end. */
  readonly timeoutMillis: number
  /** Asked for each connection; absent for plain text. */
  readonly secure?: () => SecureOptions
}

const paths: Readonly<Record<LoadSignal, string>> = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
}

/** A byte that says whether the message is compressed, and its length in four. */
const frameBytes = 5
/** Time that calls under way have on a connection that is given up. */
const lingerMillis = 30_000
const windowBytes = 2 ** 20

export class GrpcTransport implements Transport {
  readonly #options: GrpcTransportOptions
  readonly #headers: OutgoingHttpHeaders
  /** The connection of new calls. */
  #session: ClientHttp2Session | undefined
  /** Every connection that is open, with the number of calls under way on it. */
  readonly #open = new Map<ClientHttp2Session, number>()

  constructor(options: GrpcTransportOptions) {
    this.#options = options
    const { headers, compression, timeoutMillis } = options
    const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
    this.#headers = {
      'user-agent': 'campanile-collector',
      ...Object.fromEntries(given),
      ':method': 'POST',
      'content-type': 'application/grpc+proto',
      te: 'trailers',
      'grpc-accept-encoding': 'identity',
      ...(compression === 'gzip' ? { 'grpc-encoding': 'gzip' } : {}),
      ...(timeoutMillis === 0
        ? {}
        : { 'grpc-timeout': `${Math.min(Math.ceil(timeoutMillis), 99_999_999)}m` }),
      // Kept out of the tables of the header compression, of ours and of every proxy.
      [sensitiveHeaders]: given.map(([name]) => name),
    }
  }

  prepare = async (bytes: Uint8Array): Promise<Uint8Array> => {
    const isCompressed = this.#options.compression === 'gzip'
    const message = isCompressed ? await compress(bytes, gzipOptions) : bytes
    const frame = Buffer.allocUnsafe(frameBytes + message.length)
    frame[0] = isCompressed ? 1 : 0
    frame.writeUInt32BE(message.length, 1)
    frame.set(message, frameBytes)
    return frame
  }

  send = (signal: LoadSignal, message: Uint8Array, stop: AbortSignal): Promise<Outcome> => {
    if (stop.aborted) return Promise.resolve({ status: 'retryable' })
    let stream: ClientHttp2Stream
    const session = this.#connected()
    try {
      stream = session.request({ ...this.#headers, ':path': paths[signal] }, { signal: stop })
    } catch {
      // A connection that ended in this moment.
      this.#letGo(session)
      return Promise.resolve({ status: 'retryable' })
    }
    const outcome = this.#answerOf(stream, session)
    // Not there: what listeners hold lives with a stream that has ended until the old space is collected.
    stream.end(message)
    return outcome
  }

  close = (): void => {
    for (const session of this.#open.keys()) session.destroy()
  }

  #answerOf(stream: ClientHttp2Stream, session: ClientHttp2Session): Promise<Outcome> {
    const { timeoutMillis } = this.#options
    const answer = new Answer()
    return new Promise((resolve) => {
      const late =
        timeoutMillis === 0
          ? undefined
          : setTimeout(() => {
              // The connection may lead nowhere any more, which TCP would notice after a quarter of an hour.
              this.#letGo(session)
              stream.close(constants.NGHTTP2_CANCEL)
            }, timeoutMillis)
      stream.once('response', (headers) => answer.begin(headers))
      stream.on('data', (chunk: Buffer) => {
        if (!answer.add(chunk)) stream.close(constants.NGHTTP2_CANCEL)
      })
      stream.once('trailers', (headers: IncomingHttpHeaders) => answer.finish(headers))
      // Told of by `close`, which comes in any case.
      stream.on('error', () => undefined)
      this.#count(session, 1)
      stream.once('close', () => {
        clearTimeout(late)
        this.#count(session, -1)
        resolve(answer.outcome())
      })
    })
  }

  #connected(): ClientHttp2Session {
    const known = this.#session
    if (known !== undefined && !known.closed && !known.destroyed) return known
    const { target, secure } = this.#options
    const session = connect(`${secure === undefined ? 'http' : 'https'}://${target}`, {
      ...secure?.(),
      settings: { enablePush: false, initialWindowSize: windowBytes },
    })
    this.#session = session
    this.#open.set(session, 0)
    // Its calls are told by `close` of their streams.
    session.on('error', () => undefined)
    session.once('goaway', () => this.#letGo(session))
    session.once('close', () => {
      this.#open.delete(session)
      if (this.#session === session) this.#session = undefined
    })
    return session
  }

  /** Has new calls take another connection; those under way may end on this one. */
  #letGo(session: ClientHttp2Session): void {
    if (this.#session === session) this.#session = undefined
    this.#count(session, 0)
    setTimeout(() => session.destroy(), lingerMillis).unref()
  }

  /** Notes calls that begin or end; a connection that was let go ends with its last one. */
  #count(session: ClientHttp2Session, change: 1 | 0 | -1): void {
    const calls = this.#open.get(session)
    if (calls === undefined) return
    this.#open.set(session, calls + change)
    if (calls + change === 0 && this.#session !== session) session.destroy()
  }
}

/** What has come of an answer so far. The other side controls all of it. */
class Answer {
  #httpStatus = 0
  #first: IncomingHttpHeaders = {}
  #last: IncomingHttpHeaders | undefined
  readonly #chunks: Buffer[] = []
  #bytes = 0

  begin(headers: IncomingHttpHeaders & IncomingHttpStatusHeader): void {
    this.#first = headers
    this.#httpStatus = headers[':status'] ?? 0
  }

  finish(trailers: IncomingHttpHeaders): void {
    this.#last = trailers
  }

  /** Takes a part of the message; false when it is longer than an answer may be. */
  add(chunk: Buffer): boolean {
    this.#bytes += chunk.length
    if (this.#bytes > maxAnswerBytes) return false
    this.#chunks.push(chunk)
    return true
  }

  outcome(): Outcome {
    // As gRPC has it: an answer that is longer than it may be is RESOURCE_EXHAUSTED, and would be again.
    if (this.#bytes > maxAnswerBytes) return { status: 'failure' }
    const status = this.#last ?? this.#first
    const isAnswered =
      status['grpc-status'] !== undefined || (this.#httpStatus !== 200 && this.#httpStatus !== 0)
    // Cut off before it said how it ended: no connection, a reset, a time-out.
    if (!isAnswered) return { status: 'retryable' }
    const outcome = grpcOutcome(status, this.#httpStatus)
    if (outcome.status !== 'success') return outcome
    return { status: 'success', rejected: rejectedOf(Buffer.concat(this.#chunks).subarray(frameBytes)) }
  }
}
