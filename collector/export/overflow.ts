/** Requests that wait for space in a full queue, in the order in which they came (`block_on_overflow`). */
import { CollectorError } from '../errors.ts'
import { Tally, type Queued, type SendingQueue } from '../queue/sending-queue.ts'

export interface OverflowBounds {
  /** Most bytes that wait; one request may always. Default 64 MiB. */
  readonly maxBytes?: number
  /** Longest wait: whoever has gone by then sends again, and what waits on would come twice. Default 10 s, as OTLP's. */
  readonly maxMillis?: number
}

interface Blocked {
  readonly queued: Queued
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
  readonly late: NodeJS.Timeout
}

const full = () => new CollectorError('STORE_FULL', 'the queue has had no room for too long')

export class Overflow {
  readonly #queue: SendingQueue
  readonly #maxBytes: number
  readonly #maxMillis: number
  readonly #blocked = new Set<Blocked>()
  readonly #held = new Tally()

  constructor(queue: SendingQueue, { maxBytes = 64 * 2 ** 20, maxMillis = 10_000 }: OverflowBounds = {}) {
    this.#queue = queue
    this.#maxBytes = maxBytes
    this.#maxMillis = maxMillis
  }

  /** Items that wait. */
  get items(): number {
    return this.#held.items
  }

  /**
   * Hands a request to the queue as soon as that has room.
   *
   * @throws CollectorError STORE_FULL where it waits too long, would never find room or too much waits; STORE_FAILED,
   *   STORE_CLOSED
   */
  append(queued: Queued): Promise<void> {
    const isFree = this.#blocked.size === 0
    if (isFree && this.#isToBeAsked(queued)) return this.#queue.append(queued)
    if (!isFree && this.#held.bytes + queued.bytes.length > this.#maxBytes) return Promise.reject(full())
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#remove(blocked)
        reject(full())
        // Those behind it may be smaller.
        this.retry()
      }, this.#maxMillis)
      const blocked: Blocked = { queued, resolve, reject, late }
      this.#blocked.add(blocked)
      this.#held.add(sizeOf(queued))
    })
  }

  /** Hands over as many as have room: something has left the queue. */
  retry(): void {
    for (const blocked of this.#blocked) {
      if (!this.#isToBeAsked(blocked.queued)) return
      this.#remove(blocked)
      // Not one after the other: those of a moment share a write.
      this.#queue.append(blocked.queued).then(blocked.resolve, blocked.reject)
    }
  }

  /** Refuses whatever still waits. */
  close(): void {
    for (const blocked of this.#blocked) {
      this.#remove(blocked)
      blocked.reject(new CollectorError('STORE_CLOSED', 'the queue is closed'))
    }
  }

  /** An empty queue that has no room for a request never will, and says so itself. */
  #isToBeAsked(queued: Queued): boolean {
    return this.#queue.requests === 0 || this.#queue.hasRoomFor(queued)
  }

  #remove(blocked: Blocked): void {
    clearTimeout(blocked.late)
    this.#blocked.delete(blocked)
    this.#held.remove(sizeOf(blocked.queued))
  }
}

function sizeOf({ items, bytes }: Queued) {
  return { items, bytes: bytes.length }
}
