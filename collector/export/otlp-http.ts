/** Sends fenced requests on to another OTLP/HTTP server: a bounded queue, some consumers, retries with back-off. */
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Sink, StoredSignal } from '../process/pipeline.ts'
import { outcomeOf, pauseMillis, type Outcome, type RetryOptions } from './retry.ts'

const compress = promisify(gzip)

export interface ForwarderOptions {
  /** URL of each signal, e.g. `https://gateway.example/v1/traces`. */
  readonly urls: Readonly<Record<StoredSignal, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly compression: 'gzip' | 'none'
  readonly timeoutMillis: number
  /** Most requests waiting; more are dropped and counted. */
  readonly queueSize: number
  readonly consumers: number
  readonly retry: RetryOptions
  readonly onSent: (signal: StoredSignal, items: number) => void
  readonly onDropped: (signal: StoredSignal, items: number, where: 'queue_full' | 'export_failed') => void
}

interface Waiting {
  readonly signal: StoredSignal
  readonly bytes: Uint8Array
  readonly items: number
}

/** Answer bodies are read up to here and then thrown away. */
const maxAnswerBytes = 4 * 2 ** 20

export class OtlpForwarder implements Sink {
  readonly #options: ForwarderOptions
  readonly #queue: Waiting[] = []
  readonly #stop = new AbortController()
  readonly #consumers = new Set<Promise<void>>()

  constructor(options: ForwarderOptions) {
    this.#options = options
  }

  /** Items waiting. */
  get waiting(): number {
    return this.#queue.reduce((sum, { items }) => sum + items, 0)
  }

  append = async (
    signal: StoredSignal,
    bytes: Uint8Array,
    { items }: { readonly items: number },
  ): Promise<void> => {
    const { queueSize, consumers, onDropped } = this.#options
    if (this.#queue.length >= queueSize || this.#stop.signal.aborted) {
      onDropped(signal, items, 'queue_full')
      return
    }
    this.#queue.push({ signal, bytes, items })
    if (this.#consumers.size >= consumers) return
    const consumer = this.#consume().finally(() => this.#consumers.delete(consumer))
    this.#consumers.add(consumer)
  }

  async #consume(): Promise<void> {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const isSent = await this.#deliver(next)
      if (isSent) this.#options.onSent(next.signal, next.items)
      else this.#options.onDropped(next.signal, next.items, 'export_failed')
    }
  }

  async #deliver({ signal, bytes }: Waiting): Promise<boolean> {
    const body = this.#options.compression === 'gzip' ? await compress(bytes) : bytes
    const began = performance.now()
    for (let tries = 1; ; tries++) {
      const outcome = await this.#post(signal, body)
      if (outcome.status !== 'retryable') return outcome.status === 'success'
      const elapsedMillis = performance.now() - began
      const pause = pauseMillis(this.#options.retry, { tries, elapsedMillis, random: Math.random() })
      if (pause === undefined) return false
      const isOver = await this.#pause(
        Math.max(pause, Math.min(outcome.retryInMillis ?? 0, this.#options.retry.maxMillis)),
      )
      if (isOver) return false
    }
  }

  async #post(signal: StoredSignal, body: Uint8Array): Promise<Outcome> {
    const { urls, headers, compression, timeoutMillis } = this.#options
    try {
      const response = await fetch(urls[signal], {
        method: 'POST',
        redirect: 'error',
        headers: {
          ...headers,
          'content-type': 'application/x-protobuf',
          ...(compression === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
        },
        // `fetch` wants a view on a plain ArrayBuffer, which ours are.
        body: body as Uint8Array<ArrayBuffer>,
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMillis), this.#stop.signal]),
      })
      await discard(response)
      return outcomeOf(response.status, response.headers.get('retry-after'), Date.now())
    } catch {
      // No connection, a reset or a time-out: the other side may be back soon.
      return { status: 'retryable' }
    }
  }

  /** Waits, and tells whether the wait was cut short by the stop. */
  async #pause(millis: number): Promise<boolean> {
    return sleep(millis, false, { signal: this.#stop.signal }).catch(() => true)
  }

  /** Gives what waits a while to be sent, then gives up and counts it as lost. */
  async close(graceMillis = 3_000): Promise<void> {
    const timer = setTimeout(() => this.#stop.abort(), graceMillis)
    await Promise.all(this.#consumers)
    clearTimeout(timer)
    this.#stop.abort()
  }
}

async function discard(response: Response): Promise<void> {
  let size = 0
  const chunks: AsyncIterable<Uint8Array> | readonly Uint8Array[] = response.body ?? []
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > maxAnswerBytes) break
  }
}
