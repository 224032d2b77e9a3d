/**
 * Sends metrics on by Prometheus Remote-Write 1.0, as the Collector's `prometheusremotewrite` exporter does: batches
 * one after the other, so that samples stay in order; the requests of a large batch side by side.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { countPoints, type Metric } from '../process/metric-model.ts'
import type { Batch } from '../process/model.ts'
import { encodeRemoteWrite, type RemoteRequest } from './remote-write-proto.ts'
import { SeriesBuilder, type SeriesSettings } from './remote-write-series.ts'
import { outcomeOf, pauseMillis, type Outcome, type RetryOptions } from './retry.ts'
import { compressSnappy } from './snappy.ts'

export interface RemoteWriteSettings extends SeriesSettings {
  readonly endpoint: string
  /** Beside those of the protocol, which win. */
  readonly headers: Readonly<Record<string, string>>
  /** For one request, in milliseconds. Default 5 s. */
  readonly timeout: number
  /** Most bytes of a request before compression. Default 3 000 000. */
  readonly maxBatchSizeBytes: number
  readonly remoteWriteQueue: {
    /** Without a queue a batch that comes while another is sent is dropped and counted. Default true. */
    readonly enabled: boolean
    /** Most batches waiting; more are dropped and counted. Default 10 000. */
    readonly queueSize: number
    /** Most requests of one batch under way. Default 5. */
    readonly numConsumers: number
  }
  /** Times in milliseconds. Default from 50 ms to 200 ms apart, for a minute. */
  readonly retryOnFailure: {
    readonly enabled: boolean
    readonly initialInterval: number
    readonly maxInterval: number
    readonly multiplier: number
    readonly randomizationFactor: number
    /** 0 means no end. */
    readonly maxElapsedTime: number
  }
}

export type RemoteWriteDrop =
  /** Of a temporality, a name or a scale that Prometheus has no form for. */
  | 'unsupported'
  /** Too many batches, or too many series in one. */
  | 'queue_full'
  | 'export_failed'

export interface RemoteWriteOptions extends RemoteWriteSettings {
  /** Most bytes waiting, compressed, whatever the number of batches. */
  readonly maxQueueBytes: number
  /** The platform's, or one that knows the house's authority. */
  readonly fetch: (url: URL, init: RequestInit) => Promise<Response>
  readonly onSent: (points: number) => void
  readonly onDropped: (where: RemoteWriteDrop, points: number) => void
}

interface Waiting {
  readonly requests: readonly RemoteRequest[]
  readonly bytes: number
  readonly points: number
}

/** Answer bodies are read up to here and then thrown away. */
const maxAnswerBytes = 65_536

export class RemoteWriter {
  readonly #options: RemoteWriteOptions
  readonly #url: URL
  readonly #builder: SeriesBuilder
  readonly #retry: RetryOptions
  readonly #queue: Waiting[] = []
  readonly #stop = new AbortController()
  #bytes = 0
  #sending: Promise<void> | undefined

  constructor(options: RemoteWriteOptions) {
    this.#options = options
    this.#url = new URL(options.endpoint)
    this.#retry = retryOf(options.retryOnFailure)
    this.#builder = new SeriesBuilder(options, options.onDropped)
  }

  /** Points waiting or under way. */
  get waiting(): number {
    return this.#queue.reduce((sum, { points }) => sum + points, 0)
  }

  /** Takes a batch; what finds no room is dropped and counted. */
  append(batch: Batch<Metric>): void {
    const { remoteWriteQueue, maxQueueBytes, maxBatchSizeBytes, onDropped } = this.#options
    const most = remoteWriteQueue.enabled ? remoteWriteQueue.queueSize : 1
    if (this.#queue.length >= most || this.#bytes >= maxQueueBytes || this.#stop.signal.aborted) {
      onDropped('queue_full', countPoints(batch))
      return
    }
    const requests: RemoteRequest[] = []
    // Compressed one by one: what is not compressed can be many times as long.
    for (const { bytes, points } of encodeRemoteWrite(this.#builder.build(batch), maxBatchSizeBytes)) {
      requests.push({ bytes: compressSnappy(bytes), points })
    }
    if (requests.length === 0) return
    const bytes = requests.reduce((sum, request) => sum + request.bytes.length, 0)
    const points = requests.reduce((sum, request) => sum + request.points, 0)
    this.#queue.push({ requests, bytes, points })
    this.#bytes += bytes
    this.#start()
  }

  #start(): void {
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined
      // A batch may have come after the last look at the queue.
      if (this.#queue.length > 0) this.#start()
    })
  }

  async #send(): Promise<void> {
    // A batch leaves the queue when it is done with, so that what is under way counts as waiting.
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      const open = [...next.requests]
      const worker = async () => {
        for (let request = open.shift(); request !== undefined; request = open.shift())
          await this.#deliver(request)
      }
      await Promise.all(Array.from({ length: this.#options.remoteWriteQueue.numConsumers }, worker))
      this.#queue.shift()
      this.#bytes -= next.bytes
    }
  }

  async #deliver({ bytes, points }: RemoteRequest): Promise<void> {
    const { onSent, onDropped } = this.#options
    const began = performance.now()
    for (let tries = 1; !this.#stop.signal.aborted; tries++) {
      const outcome = await this.#post(bytes)
      if (outcome.status === 'success') {
        onSent(points)
        return
      }
      if (outcome.status === 'failure') break
      const elapsedMillis = performance.now() - began
      const pause = pauseMillis(this.#retry, { tries, elapsedMillis, random: Math.random() })
      if (pause === undefined) break
      const asked = Math.min(outcome.retryInMillis ?? 0, this.#retry.maxMillis)
      await sleep(Math.max(pause, asked), undefined, { signal: this.#stop.signal }).catch(() => undefined)
    }
    onDropped('export_failed', points)
  }

  async #post(body: Buffer): Promise<Outcome> {
    const { headers, timeout, fetch } = this.#options
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        redirect: 'error',
        headers: {
          ...lowerCased(headers),
          'content-encoding': 'snappy',
          'content-type': 'application/x-protobuf',
          'x-prometheus-remote-write-version': '0.1.0',
          'user-agent': 'campanile-collector',
        },
        // `fetch` wants a view on a plain ArrayBuffer, which ours are.
        body: body as Buffer<ArrayBuffer>,
        signal: AbortSignal.any([AbortSignal.timeout(timeout), this.#stop.signal]),
      })
      await discard(response)
      // Remote write asks for another try after every 5xx, not only those that OTLP names.
      const status = response.status >= 500 ? 503 : response.status
      return outcomeOf(status, response.headers.get('retry-after'), Date.now())
    } catch {
      // No connection, a reset or a time-out: the other side may be back soon.
      return { status: 'retryable' }
    }
  }

  /** Gives what waits a while to be sent, then gives up and counts it as lost. */
  async close(graceMillis = 3_000): Promise<void> {
    const timer = setTimeout(() => this.#stop.abort(), graceMillis)
    while (this.#sending !== undefined) await this.#sending
    clearTimeout(timer)
    this.#stop.abort()
  }
}

function retryOf(settings: RemoteWriteSettings['retryOnFailure']): RetryOptions {
  return {
    enabled: settings.enabled,
    initialMillis: settings.initialInterval,
    maxMillis: settings.maxInterval,
    multiplier: settings.multiplier,
    randomization: settings.randomizationFactor,
    maxElapsedMillis: settings.maxElapsedTime,
  }
}

/** Headers of the configuration in the spelling in which those of the protocol replace them. */
function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

async function discard(response: Response): Promise<void> {
  let size = 0
  const chunks: AsyncIterable<Uint8Array> | readonly Uint8Array[] = response.body ?? []
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > maxAnswerBytes) break
  }
}
