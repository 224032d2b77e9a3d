/** Requests that wait in memory, and end with the process. */
import { CollectorError } from '../errors.ts'
import {
  hasRoom,
  Tally,
  type Capacity,
  type QueueEntry,
  type Queued,
  type SendingQueue,
} from './sending-queue.ts'

export class MemoryQueue implements SendingQueue {
  readonly isDurable = false
  readonly #capacity: Capacity
  readonly #entries: QueueEntry[] = []
  readonly #held = new Tally()
  #waiters: (() => void)[] = []
  #isClosed = false

  /** @param capacity of what waits and what is being sent */
  constructor(capacity: Capacity) {
    this.#capacity = capacity
  }

  get items(): number {
    return this.#held.items
  }

  get requests(): number {
    return this.#held.requests
  }

  hasRoomFor({ items, bytes }: Queued): boolean {
    return hasRoom(this.#capacity, this.#held, items, bytes.length)
  }

  append({ signal, items, bytes, onEnd }: Queued): Promise<void> {
    if (this.#isClosed) return Promise.reject(new CollectorError('STORE_CLOSED', 'the queue is closed'))
    if (!hasRoom(this.#capacity, this.#held, items, bytes.length)) {
      return Promise.reject(new CollectorError('STORE_FULL', `${this.#held.requests} requests wait`))
    }
    const size = { items, bytes: bytes.length }
    this.#held.add(size)
    const entry: QueueEntry = {
      signal,
      items,
      bytes,
      done: (delivery) => {
        this.#held.remove(size)
        onEnd?.(delivery)
        return Promise.resolve()
      },
    }
    this.#entries.push(entry)
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
