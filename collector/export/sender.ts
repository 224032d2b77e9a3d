/**
 * What every exporter of OTLP does with a request, whatever carries it: a bounded queue, batches out of it, some consumers,
 * tries with back-off. Keys and defaults are those of the OpenTelemetry Collector's `exporterhelper`.
 */
import { CollectorError } from '../errors.ts'
import type { Exporter } from '../graph/exporter.ts'
import type { Load, LoadSignal } from '../graph/load.ts'
import type { Delivery, QueueEntry, Queued, SendingQueue } from '../queue/sending-queue.ts'
import { Batcher, type Batching, type EntryBatch } from './batcher.ts'
import { cutRequest, type Message } from './cut.ts'
import { Overflow } from './overflow.ts'
import { Retrier, type Ended } from './retrier.ts'
import type { RetryOptions } from './retry.ts'
import type { Transport } from './transport.ts'

export type SenderDrop =
  | 'export_failed'
  /** The other side took the request and said that it left these out. */
  | 'export_rejected'

export interface SenderOptions {
  readonly transport: Transport
  /** Holds what waits. Without one whoever hands over a request waits for the other side. */
  readonly queue?: SendingQueue
  /** Requests or batches sent at once out of the queue. */
  readonly consumers: number
  /** By signal; signals without are sent request by request. */
  readonly batching: Readonly<Partial<Record<LoadSignal, Batching>>>
  /** Most bytes that requests are put together to. */
  readonly maxMessageBytes: number
  /** Waits for space in a full queue, instead of refusing. */
  readonly blocksOnOverflow: boolean
  /** Takes a request only when the other side has; not for a queue on the disk. Always so without a queue. */
  readonly waitsForResult: boolean
  readonly retry: RetryOptions
  readonly onSent: (signal: LoadSignal, items: number) => void
  readonly onDropped: (signal: LoadSignal, items: number, where: SenderDrop) => void
  /** Told of what should not have happened; what it met is sent whole, or counted as dropped. */
  readonly onDefect: (error: unknown) => void
}

/** Rest after the disk of the queue has failed. */
const diskPauseMillis = 1_000

export class Sender implements Exporter {
  /** True where a request that was taken is on the disk or with the other side. */
  readonly isDurable: boolean
  readonly #options: SenderOptions
  readonly #stop = new AbortController()
  readonly #retrier: Retrier
  readonly #overflow: Overflow | undefined
  readonly #consumers: readonly Promise<void>[]
  /** Items that are sent past the queue. */
  #direct = 0

  /** Begins to send what waits. */
  constructor(options: SenderOptions) {
    this.#options = options
    this.#retrier = new Retrier(options.transport, options.retry, this.#stop.signal)
    const { queue, waitsForResult } = options
    this.isDurable = waitsForResult || queue?.isDurable !== false
    if (queue === undefined) {
      this.#consumers = []
      return
    }
    if (options.blocksOnOverflow) this.#overflow = new Overflow(queue)
    const batcher = new Batcher({ ...options, queue, rest: () => this.#retrier.pause(diskPauseMillis) })
    this.#consumers = Array.from({ length: options.consumers }, () => this.#consume(batcher, queue))
  }

  waiting = (): number => this.#direct + (this.#options.queue?.items ?? 0) + (this.#overflow?.items ?? 0)

  /** @throws CollectorError STORE_FULL, STORE_FAILED, STORE_CLOSED, EXPORT_REFUSED, EXPORT_GIVEN_UP */
  consume = async ({ signal, items, bytes }: Load): Promise<void> => {
    const { queue } = this.#options
    if (queue === undefined) await this.#sendPast(signal, { items, bytes })
    else if (this.#isAwaited) await this.#awaitResult(queue, { signal, items, bytes })
    else await this.#enqueue(queue, { signal, items, bytes })
  }

  /**
   * Gives what waits a while to be sent, then gives up: in memory it is counted as lost, on the disk it stays.
   *
   * @param graceMillis default 3 s
   */
  close = async (graceMillis = 3_000): Promise<void> => {
    const timer = setTimeout(() => this.#stop.abort(), graceMillis)
    this.#overflow?.close()
    // A queue in memory hands out what it has before it says that it is closed.
    await this.#options.queue?.close()
    await Promise.all(this.#consumers)
    clearTimeout(timer)
    this.#stop.abort()
    this.#options.transport.close()
  }

  /** True where whoever hands over a request is told how sending it ended. */
  get #isAwaited(): boolean {
    const { queue, waitsForResult } = this.#options
    return queue === undefined || (waitsForResult && !queue.isDurable)
  }

  #enqueue(queue: SendingQueue, queued: Queued): Promise<void> {
    return this.#overflow === undefined ? queue.append(queued) : this.#overflow.append(queued)
  }

  /** @throws CollectorError STORE_FULL, STORE_CLOSED, EXPORT_REFUSED, EXPORT_GIVEN_UP */
  #awaitResult(queue: SendingQueue, queued: Queued): Promise<void> {
    return new Promise((resolve, reject) => {
      const onEnd = (delivery: Delivery) => {
        if (delivery === 'delivered') resolve()
        else reject(failureOf(delivery))
      }
      this.#enqueue(queue, { ...queued, onEnd }).catch(reject)
    })
  }

  /** @throws CollectorError EXPORT_REFUSED, EXPORT_GIVEN_UP */
  async #sendPast(signal: LoadSignal, message: Message): Promise<void> {
    this.#direct += message.items
    try {
      for (const part of this.#partsOf(signal, message)) {
        const ended = await this.#deliver(signal, part)
        this.#count(signal, part.items, ended)
        if (ended.delivery !== 'delivered') throw failureOf(ended.delivery)
      }
    } finally {
      this.#direct -= message.items
    }
  }

  async #consume(batcher: Batcher, queue: SendingQueue): Promise<void> {
    for (let batch = await batcher.next(); batch !== undefined; batch = await batcher.next())
      await this.#settle(batch, queue)
  }

  /** Sends a batch and takes it out of the queue. What is refused for something in it is sent request by request. */
  async #settle(batch: EntryBatch, queue: SendingQueue): Promise<void> {
    const delivery = await this.#send(batch, queue)
    if (delivery === 'to_be_parted') {
      for (const entry of batch.entries) await this.#settle({ ...batch, entries: [entry] }, queue)
      return
    }
    // What the stop cut short waits on the disk for the next start.
    if (delivery === 'given_up' && this.#stop.signal.aborted && queue.isDurable) return
    await Promise.all(batch.entries.map((entry) => this.#finish(entry, delivery)))
    this.#overflow?.retry()
  }

  async #finish(entry: QueueEntry, delivery: Delivery): Promise<void> {
    try {
      await entry.done(delivery)
    } catch {
      // The disk of the queue, which has told of it: what was sent may be sent once more after the next start.
      await this.#retrier.pause(diskPauseMillis)
    }
  }

  /** Sends a batch in as many messages as it takes, and answers how the worst of them ended. */
  async #send({ signal, entries }: EntryBatch, queue: SendingQueue): Promise<Delivery | 'to_be_parted'> {
    let worst: Delivery = 'delivered'
    for (const message of this.#messagesOf(signal, entries)) {
      const ended = await this.#deliver(signal, message)
      const isStopped = ended.delivery === 'given_up' && this.#stop.signal.aborted
      if (isStopped && queue.isDurable) return 'given_up'
      if (ended.isOfMessage === true && entries.length > 1) return 'to_be_parted'
      this.#count(signal, message.items, ended)
      if (ended.delivery !== 'delivered' && worst !== 'given_up') worst = ended.delivery
    }
    return worst
  }

  /** Never rejects: nobody waits for a consumer, and one that ended would end the process. */
  async #deliver(signal: LoadSignal, { bytes }: Message): Promise<Ended> {
    try {
      return await this.#retrier.deliver(signal, bytes)
    } catch (error) {
      this.#options.onDefect(error)
      return { delivery: 'refused', rejected: 0, isOfMessage: true }
    }
  }

  #messagesOf(signal: LoadSignal, entries: readonly QueueEntry[]): Iterable<Message> {
    const [first, ...others] = entries
    if (first === undefined) return []
    if (others.length === 0) return this.#partsOf(signal, first)
    // Lists of resources one after the other are one list (protobuf, "last one wins" does not hold for repeated fields).
    const bytes = Buffer.concat(entries.map((entry) => entry.bytes))
    return [{ items: entries.reduce((sum, { items }) => sum + items, 0), bytes }]
  }

  /** Cuts what is larger than a batch, or a message, may be. */
  *#partsOf(signal: LoadSignal, whole: Message): Generator<Message, void, undefined> {
    const { batching, maxMessageBytes, onDefect } = this.#options
    const { maxSize = 0, sizer = 'items' } = batching[signal] ?? {}
    let left = whole.items
    try {
      const parts = maxSize === 0 ? [whole] : cutRequest(signal, whole, { maxSize, sizer })
      for (const part of parts) {
        for (const message of cutRequest(signal, part, { maxSize: maxMessageBytes, sizer: 'bytes' })) {
          left -= message.items
          yield message
        }
      }
    } catch (error) {
      onDefect(error)
      // The other side may read what cannot be read here.
      if (left === whole.items) yield whole
      else this.#count(signal, Math.max(0, left), { delivery: 'refused', rejected: 0 })
    }
  }

  #count(signal: LoadSignal, items: number, { delivery, rejected }: Ended): void {
    const { onSent, onDropped } = this.#options
    if (delivery === 'delivered') {
      const refused = Math.min(items, rejected)
      onSent(signal, items - refused)
      if (refused > 0) onDropped(signal, refused, 'export_rejected')
      return
    }
    // Whoever is told of it sends it again.
    if (delivery === 'refused' || !this.#isAwaited) onDropped(signal, items, 'export_failed')
  }
}

function failureOf(delivery: 'refused' | 'given_up'): CollectorError {
  return delivery === 'refused'
    ? new CollectorError('EXPORT_REFUSED', 'the other side does not take this request')
    : new CollectorError('EXPORT_GIVEN_UP', 'the other side could not be reached in time')
}
