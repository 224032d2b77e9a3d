/** Sends fenced requests on to another OTLP/HTTP server: out of a bounded queue, some consumers, retries with back-off. */
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { CollectorError } from '../errors.ts'
import type { Sink, StoredSignal } from '../process/pipeline.ts'
import type { QueueEntry, SendingQueue } from '../queue/sending-queue.ts'
import { outcomeOf, pauseMillis, type Outcome, type RetryOptions } from './retry.ts'

const compress = promisify(gzip)
// Level 1: a tenth larger than level 6 at a quarter of its time.
const compression = { level: 1 } as const

export interface ForwarderOptions {
  /** URL of each signal, e.g. `https://gateway.example/v1/traces`. */
  readonly urls: Readonly<Record<StoredSignal, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly compression: 'gzip' | 'none'
  readonly timeoutMillis: number
  /** Holds what waits. In memory it drops what it cannot hold; on the disk it refuses it, and the client sends it again. */
  readonly queue: SendingQueue
  readonly consumers: number
  readonly retry: RetryOptions
  readonly onSent: (signal: StoredSignal, items: number) => void
  readonly onDropped: (signal: StoredSignal, items: number, where: 'queue_full' | 'export_failed') => void
}

/** Rest after the disk of the queue has failed. */
const diskPauseMillis = 1_000

/** Answer bodies are read up to here and then thrown away. */
const maxAnswerBytes = 4 * 2 ** 20

export class OtlpForwarder implements Sink {
  readonly #options: ForwarderOptions
  readonly #stop = new AbortController()
  readonly #consumers: readonly Promise<void>[]

  /** Begins to send what waits. */
  constructor(options: ForwarderOptions) {
    this.#options = options
    this.#consumers = Array.from({ length: options.consumers }, () => this.#consume())
  }

  /** Items waiting. */
  get waiting(): number {
    return this.#options.queue.items
  }

  append = async (
    signal: StoredSignal,
    bytes: Uint8Array,
    { items }: { readonly items: number },
  ): Promise<void> => {
    const { queue, onDropped } = this.#options
    try {
      await queue.append(signal, items, bytes)
    } catch (error) {
      if (queue.isDurable || !(error instanceof CollectorError)) throw error
      onDropped(signal, items, 'queue_full')
    }
  }

  async #consume(): Promise<void> {
    const { queue } = this.#options
    for (let isOver = false; !isOver;) {
      try {
        const next = await queue.take()
        isOver = next === undefined || (await this.#send(next))
      } catch {
        // The disk of the queue, which has told of it: what was sent may be sent once more after the next start.
        isOver = await this.#pause(diskPauseMillis)
      }
    }
  }

  /** Sends an entry; answers true when the stop cut it short, so that it waits for the next start. */
  async #send(next: QueueEntry): Promise<boolean> {
    const { queue, onSent, onDropped } = this.#options
    // Metrics have exporters of their own.
    const signal = next.signal as StoredSignal
    const isSent = await this.#deliver(signal, next.bytes)
    if (!isSent && this.#stop.signal.aborted && queue.isDurable) return true
    if (isSent) onSent(signal, next.items)
    else onDropped(signal, next.items, 'export_failed')
    await next.done()
    return false
  }

  async #deliver(signal: StoredSignal, bytes: Uint8Array): Promise<boolean> {
    const body = this.#options.compression === 'gzip' ? await compress(bytes, compression) : bytes
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

  /** Gives what waits a while to be sent, then gives up: in memory it is counted as lost, on the disk it stays. */
  async close(graceMillis = 3_000): Promise<void> {
    const { queue } = this.#options
    const timer = setTimeout(() => this.#stop.abort(), graceMillis)
    // A queue in memory hands out what it has before it says that it is closed.
    await queue.close()
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
