/** What an exporter's requests wait in: in memory, or on the disk (`wal-queue.ts`). */
import { CollectorError } from '../errors.ts'
import type { QueuedSignal } from './record.ts'

/** A request that is to be sent. */
export interface QueueEntry {
  readonly signal: QueuedSignal
  readonly items: number
  readonly bytes: Uint8Array
  /** Takes it out of the queue: it was sent, or given up. */
  readonly done: () => Promise<void>
}

export interface SendingQueue {
  /** True where a request that was taken outlives this process. */
  readonly isDurable: boolean
  /** Items that wait or are being sent. */
  readonly items: number
  /**
   * Takes a request.
   *
   * @throws CollectorError STORE_FULL, STORE_FAILED, STORE_CLOSED
   */
  readonly append: (signal: QueuedSignal, items: number, bytes: Uint8Array) => Promise<void>
  /** Hands out the oldest request that was not handed out yet; waits for one, and answers undefined once closed. */
  readonly take: () => Promise<QueueEntry | undefined>
  readonly close: () => Promise<void>
}

/** Holds a number of requests; they end with the process. */
export class MemoryQueue implements SendingQueue {
  readonly isDurable = false
  readonly #size: number
  readonly #entries: QueueEntry[] = []
  #waiters: (() => void)[] = []
  #items = 0
  #isClosed = false

  /** @param size most requests */
  constructor(size: number) {
    this.#size = size
  }

  get items(): number {
    return this.#items
  }

  append(signal: QueuedSignal, items: number, bytes: Uint8Array): Promise<void> {
    if (this.#isClosed) return Promise.reject(new CollectorError('STORE_CLOSED', 'the queue is closed'))
    if (this.#entries.length >= this.#size) {
      return Promise.reject(new CollectorError('STORE_FULL', `${this.#size} requests wait`))
    }
    this.#items += items
    const done = (): Promise<void> => {
      this.#items -= items
      return Promise.resolve()
    }
    this.#entries.push({ signal, items, bytes, done })
    this.#waiters.shift()?.()
    return Promise.resolve()
  }

  async take(): Promise<QueueEntry | undefined> {
    for (;;) {
      const entry = this.#entries.shift()
      if (entry !== undefined || this.#isClosed) return entry
      await new Promise<void>((resolve) => this.#waiters.push(resolve))
    }
  }

  close(): Promise<void> {
    this.#isClosed = true
    const waiters = this.#waiters
    this.#waiters = []
    for (const waiter of waiters) waiter()
    return Promise.resolve()
  }
}
