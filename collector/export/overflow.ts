/** Requests that wait for space in a full queue, in the order in which they came (`block_on_overflow`). */
import { CollectorError } from '../errors.ts'
import type { Queued, SendingQueue } from '../queue/sending-queue.ts'

interface Blocked {
  readonly queued: Queued
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export class Overflow {
  readonly #queue: SendingQueue
  readonly #blocked: Blocked[] = []
  #isTrying = false
  /** True when something has left the queue since the last look. */
  #hasLeft = false

  constructor(queue: SendingQueue) {
    this.#queue = queue
  }

  /**
   * Hands a request to the queue as soon as that has room.
   *
   * @throws CollectorError STORE_FULL for one it will never have room for, STORE_FAILED, STORE_CLOSED
   */
  append(queued: Queued): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#blocked.push({ queued, resolve, reject })
      this.retry()
    })
  }

  /** Tries again: something has left the queue. */
  retry(): void {
    this.#hasLeft = true
    if (!this.#isTrying) void this.#try()
  }

  /** Refuses whatever still waits. */
  close(): void {
    for (const { reject } of this.#blocked.splice(0))
      reject(new CollectorError('STORE_CLOSED', 'the queue is closed'))
  }

  async #try(): Promise<void> {
    this.#isTrying = true
    for (let next = this.#blocked[0]; next !== undefined; next = this.#blocked[0]) {
      this.#hasLeft = false
      const isEmpty = this.#queue.requests === 0
      try {
        await this.#queue.append(next.queued)
        next.resolve()
      } catch (error) {
        const isFull = error instanceof CollectorError && error.code === 'STORE_FULL'
        if (isFull && this.#hasLeft) continue
        if (isFull && !isEmpty && this.#blocked[0] === next) break
        next.reject(error)
      }
      if (this.#blocked[0] === next) this.#blocked.shift()
    }
    this.#isTrying = false
  }
}
