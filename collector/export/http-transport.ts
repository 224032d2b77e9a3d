/** OTLP over HTTP/1.1 (opentelemetry-proto, `docs/specification.md` §OTLP/HTTP) over connections that are kept. */
import {
  Agent as PlainAgent,
  request as plainRequest,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http'
import { request as tlsRequest } from 'node:https'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { systemCodeOf } from '../../lib/errors.ts'
import type { LoadSignal } from '../graph/load.ts'
import { agentOptions, SecureAgent } from '../tls/agent.ts'
import type { SecureOptions } from '../tls/client-tls.ts'
import { outcomeOf, type Outcome } from './retry.ts'
import { gzipOptions, maxAnswerBytes, rejectedOf, type Transport } from './transport.ts'

const compress = promisify(gzip)

export interface HttpTransportOptions {
  /** Address of each signal that is sent, such as `https://gateway.example/v1/traces`. */
  readonly urls: Readonly<Partial<Record<LoadSignal, string>>>
  /** Beside those of the protocol, which win. Values are secrets. */
  readonly headers: Readonly<Record<string, string>>
  readonly compression: 'gzip' | 'none'
  /** Longest wait for an answer, in milliseconds; 0 has no end. */
  readonly timeoutMillis: number
  /** For addresses of `https:`; the runtime's own authorities without it. */
  readonly secure?: (() => SecureOptions) | undefined
}

interface Answer {
  readonly response: IncomingMessage
  readonly body: Buffer
}

export class HttpTransport implements Transport {
  readonly #options: HttpTransportOptions
  readonly #urls: ReadonlyMap<string, URL>
  readonly #headers: Readonly<Record<string, string>>
  readonly #plain = new PlainAgent(agentOptions)
  readonly #secure: SecureAgent

  constructor(options: HttpTransportOptions) {
    this.#options = options
    this.#secure = new SecureAgent(options.secure)
    const { urls, headers, compression } = options
    this.#urls = new Map(Object.entries(urls).map(([signal, url]) => [signal, new URL(url)]))
    const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
    this.#headers = {
      'user-agent': 'campanile-collector',
      ...Object.fromEntries(given),
      'content-type': 'application/x-protobuf',
      ...(compression === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
    }
  }

  prepare = (bytes: Uint8Array): Promise<Uint8Array> =>
    this.#options.compression === 'gzip' ? compress(bytes, gzipOptions) : Promise.resolve(bytes)

  send = async (signal: LoadSignal, message: Uint8Array, stop: AbortSignal): Promise<Outcome> => {
    const url = this.#urls.get(signal)
    // A configuration whose pipelines lead here is refused.
    if (url === undefined) return { status: 'failure' }
    try {
      // A kept connection may have been closed while the request was on its way to it; that says nothing of the server.
      const { response, body } = await this.#post(url, message, stop).catch((error: unknown) => {
        if (!(error instanceof StaleConnection)) throw error
        return this.#post(url, message, stop)
      })
      const status = response.statusCode ?? 0
      const outcome = outcomeOf(status, response.headers['retry-after'] ?? null, Date.now())
      return outcome.status === 'success' ? { ...outcome, rejected: rejectedOf(body) } : outcome
    } catch {
      // No connection, a reset or a time-out: the other side may be back soon.
      return { status: 'retryable' }
    }
  }

  close = (): void => {
    this.#plain.destroy()
    this.#secure.close()
  }

  #post(url: URL, message: Uint8Array, stop: AbortSignal): Promise<Answer> {
    const { timeoutMillis } = this.#options
    const isSecure = url.protocol === 'https:'
    const headers = { ...this.#headers, 'content-length': String(message.length) }
    const options = { method: 'POST', headers, signal: stop }
    return new Promise((resolve, reject) => {
      // Redirects are not followed: they could lead to whom nobody has named.
      const request = isSecure
        ? tlsRequest(url, { ...options, agent: this.#secure.current() })
        : plainRequest(url, { ...options, agent: this.#plain })
      const late =
        timeoutMillis === 0
          ? undefined
          : setTimeout(() => request.destroy(new Error('found no answer in time')), timeoutMillis)
      const settle = (finish: () => void) => {
        clearTimeout(late)
        finish()
      }
      request.once('error', (error) =>
        settle(() => reject(isStale(request, error) ? new StaleConnection() : error)),
      )
      request.once('response', (response: IncomingMessage) =>
        read(response).then(
          (body) => settle(() => resolve({ response, body })),
          (error: Error) => settle(() => reject(error)),
        ),
      )
      request.end(message)
    })
  }
}

class StaleConnection extends Error {}

function isStale(request: ClientRequest, error: Error): boolean {
  return request.reusedSocket && systemCodeOf(error) === 'ECONNRESET'
}

/** Reads an answer; one that does not end where it may is cut, and its status stands. */
function read(response: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    response.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxAnswerBytes) {
        chunks.push(chunk)
        return
      }
      resolve(Buffer.alloc(0))
      response.destroy()
    })
    response.once('end', () => resolve(Buffer.concat(chunks)))
    response.once('error', reject)
    response.once('close', () => reject(new Error('the answer broke off')))
  })
}
