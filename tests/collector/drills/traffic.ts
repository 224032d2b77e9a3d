/** Requests for drills of the collector: made once, then numbered in place, so that sending costs little beside taking. */
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect, type ClientHttp2Session } from 'node:http2'
import type { Batch, Span } from '../../../collector/process/model.ts'
import { encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { spansOf } from '../generate.ts'

/** Stands in a request where the number of its span goes. */
const mark = '@@@@@@@@'

/** A request whose spans are numbered anew for each sending. */
export class NumberedRequest {
  readonly spans: number
  readonly #bytes: Buffer
  readonly #marks: readonly number[]
  readonly #traces: readonly number[]

  /** @param number puts marks into a span */
  constructor(spans: number, number: (span: Span) => Span) {
    this.spans = spans
    const batch: Batch<Span> = spansOf(spans, 7).map((part) => ({
      ...part,
      scopes: part.scopes.map((scoped) => ({ ...scoped, items: scoped.items.map(number) })),
    }))
    this.#bytes = encodeTraces(new ProtobufWriter(), batch)
    this.#marks = placesOf(this.#bytes, Buffer.from(mark))
    const ids = new Set(
      batch.flatMap(({ scopes }) => scopes.flatMap(({ items }) => items.map((one) => one.traceId))),
    )
    this.#traces = [...ids].flatMap((id) => placesOf(this.#bytes, Buffer.from(id, 'hex')))
  }

  /** Writes the request whose first span has a number; traces are of eight spans. */
  numbered(first: number): Buffer {
    const bytes = Buffer.from(this.#bytes)
    const perSpan = this.#marks.length / this.spans
    this.#marks.forEach((at, index) =>
      bytes.write(String(first + Math.floor(index / perSpan)).padStart(mark.length, '0'), at),
    )
    this.#traces.forEach((at, index) => bytes.writeUInt32BE(((first + index) >>> 3) + 1, at + 12))
    return bytes
  }

  /** Tells the id of the first trace of a numbered request. */
  traceId(first: number): Buffer {
    const at = this.#traces[0] ?? 0
    return this.numbered(first).subarray(at, at + 16)
  }
}

/** Has every span a name and a path of its own. */
export function uniquelyNamed(span: Span): Span {
  return {
    ...span,
    name: `import ${mark} rows`,
    attributes: span.attributes.map((attribute) =>
      attribute.key === 'url.path' ? { key: 'url.path', value: `/courses/${mark}/roster` } : attribute,
    ),
  }
}

function placesOf(bytes: Buffer, wanted: Buffer): number[] {
  const places: number[] = []
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + wanted.length))
    places.push(at)
  return places
}

export interface Answered {
  /** HTTP status; 0 where the connection broke. */
  readonly status: number
  readonly retryAfter: string | undefined
}

/** Sends over HTTP, each sender over connections of its own. */
export class HttpSender {
  readonly #agent: Agent
  readonly #url: string

  constructor(url: string, connections: number) {
    this.#url = url
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections })
  }

  send(body: Buffer): Promise<Answered> {
    return new Promise((resolve) => {
      const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length }
      const sent = request(
        `${this.#url}/v1/traces`,
        { agent: this.#agent, method: 'POST', headers },
        (response) => {
          const answered = { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] }
          response.resume()
          response.once('end', () => resolve(answered))
          response.once('error', () => resolve({ ...answered, status: 0 }))
        },
      )
      sent.once('error', () => resolve({ status: 0, retryAfter: undefined }))
      sent.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

/** Sends over gRPC on one connection. */
export class GrpcSender {
  readonly #session: ClientHttp2Session

  constructor(url: string) {
    this.#session = connect(url)
    // Calls in flight tell of it themselves.
    this.#session.on('error', () => undefined)
  }

  /** Answers the status of the call; undefined where the connection broke. */
  send(body: Buffer): Promise<string | undefined> {
    return new Promise((resolve) => {
      if (this.#session.closed || this.#session.destroyed) {
        resolve(undefined)
        return
      }
      const stream = this.#session.request({
        ':method': 'POST',
        ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
        'content-type': 'application/grpc',
        te: 'trailers',
      })
      let status: string | undefined
      const take = (headers: Record<string, unknown>) => {
        const found = headers['grpc-status']
        if (typeof found === 'string') status ??= found
      }
      stream.once('response', take)
      stream.once('trailers', take)
      stream.resume()
      stream.once('error', () => resolve(undefined))
      stream.once('close', () => resolve(status))
      const head = Buffer.alloc(5)
      head.writeUInt32BE(body.length, 1)
      stream.end(Buffer.concat([head, body]))
    })
  }

  close(): void {
    this.#session.destroy()
  }
}

/** Resident memory of a process in MiB, as the kernel counts it. */
export function residentMiB(pid: number | undefined): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8')
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1_024)
}
