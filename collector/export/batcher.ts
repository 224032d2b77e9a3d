/**
 * Puts requests that wait in a queue together, on their way out of it: what is in a batch is still in the queue until the
 * other side has it, so that a crash loses nothing of it and no acknowledgement waits for it.
 */
import type { LoadSignal } from '../graph/load.ts'
import type { QueueEntry, SendingQueue } from '../queue/sending-queue.ts'

export interface Batching {
  /** Size from which a batch is sent at once. */
  readonly minSize: number
  /** Size beyond which nothing is added; 0 is without end. */
  readonly maxSize: number
  readonly sizer: 'items' | 'bytes'
  /** Longest wait for more; 0 never waits. */
  readonly flushMillis: number
}

export interface BatcherOptions {
  readonly queue: SendingQueue
  /** Signals without are sent request by request. */
  readonly batching: Readonly<Partial<Record<LoadSignal, Batching>>>
  /** Most bytes that requests are put together to, because the other side takes no more. */
  readonly maxMessageBytes: number
  /** Called when the queue cannot be read; true ends it. */
  readonly rest: () => Promise<boolean>
}

/** Requests of one signal that are sent as one. */
export interface EntryBatch {
  readonly signal: LoadSignal
  readonly entries: readonly QueueEntry[]
}

interface Gathering {
  readonly signal: LoadSignal
  readonly entries: QueueEntry[]
  size: number
  bytes: number
  readonly timer: NodeJS.Timeout | undefined
}

export class Batcher {
  readonly #options: BatcherOptions
  readonly #gathering = new Map<LoadSignal, Gathering>()
  #ready: EntryBatch[] = []
  readonly #takers: ((batch: EntryBatch | undefined) => void)[] = []
  /** Called once what is ready has been taken. */
  #goOn: (() => void) | undefined
  #isOver = false

  /** Begins to take requests out of the queue, one batch ahead of whoever asks. */
  constructor(options: BatcherOptions) {
    this.#options = options
    void this.#gather()
  }

  /** Answers the next batch; undefined once the queue is closed and everything taken from it was answered. */
  next(): Promise<EntryBatch | undefined> {
    const batch = this.#ready.shift()
    if (this.#ready.length === 0) this.#goOn?.()
    if (batch !== undefined || this.#isOver) return Promise.resolve(batch)
    return new Promise((resolve) => {
      this.#takers.push(resolve)
      this.#goOn?.()
    })
  }

  async #gather(): Promise<void> {
    for (let isOver = false; !isOver;) {
      try {
        const entry = await this.#options.queue.take()
        if (entry === undefined) isOver = true
        else this.#add(entry)
      } catch {
        // The disk of the queue, which has told of it.
        isOver = await this.#options.rest()
      }
      if (this.#ready.length > 0) await new Promise<void>((resolve) => (this.#goOn = resolve))
      this.#goOn = undefined
    }
    for (const gathering of this.#gathering.values()) this.#seal(gathering)
    this.#isOver = true
    for (const take of this.#takers.splice(0)) take(undefined)
  }

  #add(entry: QueueEntry): void {
    const { batching, maxMessageBytes } = this.#options
    const rule = batching[entry.signal]
    if (rule === undefined) {
      this.#hand({ signal: entry.signal, entries: [entry] })
      return
    }
    const size = rule.sizer === 'items' ? entry.items : entry.bytes.length
    let gathering = this.#gathering.get(entry.signal)
    const isTooMuch =
      gathering !== undefined &&
      ((rule.maxSize > 0 && gathering.size + size > rule.maxSize) ||
        gathering.bytes + entry.bytes.length > maxMessageBytes)
    if (gathering !== undefined && isTooMuch) {
      this.#seal(gathering)
      gathering = undefined
    }
    gathering ??= this.#begin(entry.signal, rule)
    gathering.entries.push(entry)
    gathering.size += size
    gathering.bytes += entry.bytes.length
    if (gathering.size >= rule.minSize || rule.flushMillis === 0) this.#seal(gathering)
  }

  #begin(signal: LoadSignal, { flushMillis }: Batching): Gathering {
    const timer = flushMillis === 0 ? undefined : setTimeout(() => this.#seal(gathering), flushMillis)
    const gathering: Gathering = { signal, entries: [], size: 0, bytes: 0, timer }
    this.#gathering.set(signal, gathering)
    return gathering
  }

  #seal(gathering: Gathering): void {
    clearTimeout(gathering.timer)
    this.#gathering.delete(gathering.signal)
    this.#hand(gathering)
  }

  #hand(batch: EntryBatch): void {
    const take = this.#takers.shift()
    if (take === undefined) this.#ready.push(batch)
    else take(batch)
  }
}
