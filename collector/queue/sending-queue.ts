/** What an exporter's requests wait in: in memory (`memory-queue.ts`), or on the disk (`wal-queue.ts`). */
import type { QueuedSignal } from './record.ts'

/** How sending a request ended. */
export type Delivery = 'delivered' | 'refused' | 'given_up'

/** A request that is to be sent. */
export interface QueueEntry {
  readonly signal: QueuedSignal
  readonly items: number
  readonly bytes: Uint8Array
  /** Takes it out of the queue. */
  readonly done: (delivery: Delivery) => Promise<void>
}

/** What `size` counts: requests, their spans, records or points, or their bytes. */
export interface Capacity {
  readonly sizer: 'requests' | 'items' | 'bytes'
  readonly size: number
}

/** A request on its way into a queue. */
export interface Queued {
  readonly signal: QueuedSignal
  readonly items: number
  /** Not changed afterwards. */
  readonly bytes: Uint8Array
  /** Told how sending it ended, where the queue is in memory; one on the disk outlives whoever wants to know. */
  readonly onEnd?: (delivery: Delivery) => void
}

export interface SendingQueue {
  /** True where a request that was taken outlives this process. */
  readonly isDurable: boolean
  /** Requests that wait or are being sent. */
  readonly requests: number
  /** Items that wait or are being sent. */
  readonly items: number
  /** Tells whether a request would be taken now. */
  readonly hasRoomFor: (queued: Queued) => boolean
  /**
   * Takes a request.
   *
   * @throws CollectorError STORE_FULL, STORE_FAILED, STORE_CLOSED
   */
  readonly append: (queued: Queued) => Promise<void>
  /** Hands out the oldest request that was not handed out yet; waits for one, and answers undefined once closed. */
  readonly take: () => Promise<QueueEntry | undefined>
  readonly close: () => Promise<void>
}

/** What is in a queue, or in a part of it. */
export class Tally {
  requests = 0
  items = 0
  bytes = 0

  add({ items, bytes }: { readonly items: number; readonly bytes: number }): void {
    this.requests++
    this.items += items
    this.bytes += bytes
  }

  join(other: Tally): void {
    this.requests += other.requests
    this.items += other.items
    this.bytes += other.bytes
  }

  remove({ items, bytes }: { readonly items: number; readonly bytes: number }): void {
    this.requests--
    this.items -= items
    this.bytes -= bytes
  }
}

/**
 * Tells whether a request finds room. One that is larger than the whole is taken where nothing else waits: it would be
 * refused, and sent again, for ever.
 */
export function hasRoom({ sizer, size }: Capacity, held: Tally, items: number, bytes: number): boolean {
  if (held.requests === 0) return true
  if (sizer === 'requests') return held.requests < size
  return sizer === 'items' ? held.items + items <= size : held.bytes + bytes <= size
}
