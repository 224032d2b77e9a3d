/**
 * Collects encoded items of one signal and sends them in batches (OTLP/HTTP, binary protobuf). Bounded: while
 * the collector is away the newest items are dropped and counted. Nothing here makes a request wait.
 */
import { anchorClock } from '../trace/clock.ts'
import type { OtlpSender } from './sender.ts'
import { ProtoWriter } from './writer.ts'

export interface QueueOptions {
  readonly sender: Pick<OtlpSender, 'send'>
  /** Encoded `Resource` message. */
  readonly resource: Uint8Array
  /** Told what became of items. */
  readonly count: (outcome: 'exported' | 'dropped', items: number) => void
  /** Longest time an item waits for its batch, in milliseconds. Default 1 000. */
  readonly intervalMillis?: number
  /** Size at which a batch is sent at once. Default 256 KiB. */
  readonly batchBytes?: number
  /** Most bytes waiting; newer items are dropped beyond. Default 8 MiB. */
  readonly maxBytes?: number
  /** Random number in [0, 1) for the back-off's jitter. Default `Math.random`. */
  readonly random?: () => number
}

interface Batch {
  readonly writer: ProtoWriter
  items: number
}

/** First pause after a failed export; it doubles to `maxBackoffMillis` (OTLP specification: exponential with jitter). */
const firstBackoffMillis = 500
const maxBackoffMillis = 10_000

export class OtlpQueue {
  readonly #options: Required<QueueOptions>
  readonly #pending: Batch[] = []
  readonly #spare: ProtoWriter[] = []
  readonly #timer: NodeJS.Timeout
  readonly #scope: Buffer
  #current: Batch
  #waitingBytes = 0
  #failures = 0
  #sending: Promise<void> | undefined
  #wake: (() => void) | undefined
  #isClosed = false

  constructor(options: QueueOptions) {
    this.#options = {
      intervalMillis: 1_000,
      batchBytes: 256 * 1_024,
      maxBytes: 8 * 1_024 * 1_024,
      random: Math.random,
      ...options,
    }
    this.#scope = encodeScope()
    this.#current = this.#newBatch()
    this.#timer = setInterval(() => this.#tick(), this.#options.intervalMillis)
    this.#timer.unref()
  }

  /** Gives the writer to encode one item into, or undefined when the queue is full; then the item is counted as dropped. */
  begin(): ProtoWriter | undefined {
    if (this.#waitingBytes + this.#current.writer.length >= this.#options.maxBytes || this.#isClosed) {
      this.#options.count('dropped', 1)
      return undefined
    }
    return this.#current.writer
  }

  /** Says that one item was encoded since `begin`. */
  commit(): void {
    this.#current.items++
    if (this.#current.writer.length >= this.#options.batchBytes) this.#rotate()
  }

  /**
   * Sends everything that waits, for at most `millis`, and gives up at once where nobody listens; what is left
   * is counted as dropped.
   */
  async close(millis: number): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    this.#rotate()
    // This timer is what keeps a process alive that has nothing left but its last export.
    let timer: NodeJS.Timeout | undefined
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, millis)
    })
    await Promise.race([this.#drained(), deadline])
    clearTimeout(timer)
    this.#dropPending()
    this.#wake?.()
  }

  #dropPending(): void {
    const left = this.#pending.reduce((sum, { items }) => sum + items, 0)
    if (left > 0) this.#options.count('dropped', left)
    this.#pending.length = 0
  }

  async #drained(): Promise<void> {
    while (this.#sending !== undefined) {
      this.#wake?.()
      await this.#sending
    }
  }

  #tick(): void {
    anchorClock()
    if (this.#current.items > 0) this.#rotate()
  }

  #rotate(): void {
    if (this.#current.items > 0) {
      this.#pending.push(this.#current)
      this.#waitingBytes += this.#current.writer.length
      this.#current = this.#newBatch()
    }
    if (this.#pending.length === 0 || this.#sending !== undefined) return
    this.#sending = this.#pump().finally(() => {
      this.#sending = undefined
      if (this.#pending.length > 0) this.#rotate()
    })
  }

  #newBatch(): Batch {
    return { writer: this.#spare.pop() ?? new ProtoWriter(this.#options.batchBytes + 16_384), items: 0 }
  }

  async #pump(): Promise<void> {
    let batch = this.#pending[0]
    while (batch !== undefined) {
      const head = encodeHead(this.#options.resource, this.#scope, batch.writer.length)
      const outcome = await this.#options.sender.send(
        head,
        batch.writer.bytes.subarray(0, batch.writer.length),
      )
      if (outcome === 'unreachable' && this.#isClosed) this.#dropPending()
      else if (outcome === 'unreachable' || outcome === 'retryable') await this.#backOff()
      else if (this.#pending[0] === batch) this.#settle(batch, outcome)
      batch = this.#pending[0]
    }
  }

  #settle(batch: Batch, outcome: 'success' | 'refused'): void {
    this.#failures = 0
    this.#pending.shift()
    this.#waitingBytes -= batch.writer.length
    this.#options.count(outcome === 'success' ? 'exported' : 'dropped', batch.items)
    batch.writer.reset()
    if (this.#spare.length < 2) this.#spare.push(batch.writer)
  }

  /** Waits before the next try; `close` cuts it short so that the last try is made at once. */
  async #backOff(): Promise<void> {
    const ceiling = Math.min(maxBackoffMillis, firstBackoffMillis * 2 ** this.#failures++)
    const millis = this.#isClosed ? 100 : ceiling * (0.5 + this.#options.random() / 2)
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, millis)
      timer.unref()
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = undefined
  }
}

function encodeScope(): Buffer {
  const writer = new ProtoWriter(64)
  const scope = writer.open(1)
  writer.string(1, 'campanile.sdk')
  writer.close(scope)
  return writer.take()
}

/** Everything of the request before its items: field numbers agree between traces and logs. */
function encodeHead(resource: Uint8Array, scope: Uint8Array, itemBytes: number): Buffer {
  const scoped = scope.length + itemBytes
  const resourced = fieldBytes(resource.length) + fieldBytes(scoped)
  const writer = new ProtoWriter(resource.length + scope.length + 64)
  writer.varint((1 << 3) | 2)
  writer.varint(resourced)
  writer.rawField(1, resource)
  writer.varint((2 << 3) | 2)
  writer.varint(scoped)
  writer.raw(scope)
  return writer.take()
}

/** Size of a length-delimited field with a one-byte key. */
function fieldBytes(size: number): number {
  let bytes = 2
  for (let rest = size; rest > 127; rest = Math.floor(rest / 128)) bytes++
  return bytes + size
}
