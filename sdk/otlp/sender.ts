/** Posts OTLP/HTTP requests over one kept-alive connection per signal. */
import { Agent, request, type IncomingMessage } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import { context } from '@opentelemetry/api'
import { systemCodeOf } from '../../lib/errors.ts'
import { suppressTracing } from '../trace/suppress.ts'

/**
 * `retryable` as OTLP/HTTP defines it: 429, 502, 503, 504 and no answer at all. `unreachable` is retryable too,
 * and says that nobody listens there: a process that is about to end need not wait for that to change.
 */
export type SendOutcome = 'success' | 'retryable' | 'unreachable' | 'refused'

export interface SenderOptions {
  /** Base address of the collector, e.g. `http://127.0.0.1:4318`. */
  readonly endpoint: string
  readonly signal: 'traces' | 'logs'
  /** Longest time for one export, in milliseconds. Default 10 000, as OTLP specifies. */
  readonly timeoutMillis?: number
}

const retryableStatus: ReadonlySet<number> = new Set([429, 502, 503, 504])
const unreachableCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

export class OtlpSender {
  readonly #url: URL
  readonly #agent: Agent
  readonly #options: Required<SenderOptions>

  constructor(options: SenderOptions) {
    this.#options = { timeoutMillis: 10_000, ...options }
    this.#url = new URL(`${options.endpoint.replace(/\/+$/, '')}/v1/${options.signal}`)
    const keepAlive = { keepAlive: true, maxSockets: 1 }
    this.#agent = this.#url.protocol === 'https:' ? new TlsAgent(keepAlive) : new Agent(keepAlive)
  }

  /** Sends head and items as one body; never throws. */
  async send(head: Uint8Array, items: Uint8Array): Promise<SendOutcome> {
    // The export is not part of any request: instrumented http must not trace it.
    return context.with(suppressTracing(), () => this.#post([head, items]))
  }

  /** Closes idle connections. */
  close(): void {
    this.#agent.destroy()
  }

  #post(parts: readonly Uint8Array[]): Promise<SendOutcome> {
    const send = this.#url.protocol === 'https:' ? tlsRequest : request
    return new Promise((resolve) => {
      const post = send(this.#url, {
        method: 'POST',
        agent: this.#agent,
        timeout: this.#options.timeoutMillis,
        headers: {
          'content-type': 'application/x-protobuf',
          'content-length': parts.reduce((sum, part) => sum + part.length, 0),
        },
      })
      post.on('response', (response) => resolve(outcomeOf(response)))
      post.on('timeout', () => post.destroy())
      post.on('error', (error) =>
        resolve(unreachableCodes.has(systemCodeOf(error) ?? '') ? 'unreachable' : 'retryable'),
      )
      post.on('close', () => resolve('retryable'))
      // The queue must not keep a process alive that has nothing else to do.
      post.on('socket', (socket) => socket.unref())
      for (const part of parts) post.write(part)
      post.end()
    })
  }
}

function outcomeOf(response: IncomingMessage): SendOutcome {
  response.resume()
  const status = response.statusCode ?? 0
  if (status >= 200 && status < 300) return 'success'
  return retryableStatus.has(status) ? 'retryable' : 'refused'
}
