/**
 * What waits in a spool, in memory: a queue for each tenant, and how many events of each segment still wait. A segment
 * whose count is back at nothing can go.
 */

/** An event that is durable and not yet settled. */
export interface PendingRecord {
  readonly id: string
  readonly tenant: string
  readonly sequence: number
  readonly recordedMillis: number
  readonly segment: number
  readonly offset: number
  readonly bytes: number
  /** The event as JSON, while it is kept in memory. */
  json?: string
}

class Queue {
  #records: PendingRecord[] = []
  #head = 0

  get length(): number {
    return this.#records.length - this.#head
  }

  push(record: PendingRecord): void {
    this.#records.push(record)
  }

  first(count: number): PendingRecord[] {
    return this.#records.slice(this.#head, this.#head + count)
  }

  /** Takes the first away when it is this one. */
  shift(id: string): PendingRecord | undefined {
    const record = this.#records[this.#head]
    if (record === undefined || record.id !== id) return undefined
    this.#head++
    // The taken part is cut off when it is half of the array, so that taking stays cheap.
    if (this.#head > 1_024 && this.#head * 2 > this.#records.length) {
      this.#records = this.#records.slice(this.#head)
      this.#head = 0
    }
    return record
  }
}

/** JSON of at most so many characters is kept in memory; the rest is read from its segment when its turn comes. */
const maxKeptCharacters = 8 * 2 ** 20

export class Pending {
  readonly #queues = new Map<string, Queue>()
  readonly #bySegment = new Map<number, number>()
  #length = 0
  #kept = 0

  get length(): number {
    return this.#length
  }

  /** Adds an event behind those of its tenant. */
  push(record: PendingRecord): void {
    let queue = this.#queues.get(record.tenant)
    if (queue === undefined) this.#queues.set(record.tenant, (queue = new Queue()))
    if (record.json !== undefined) {
      if (this.#kept + record.json.length > maxKeptCharacters) delete record.json
      else this.#kept += record.json.length
    }
    queue.push(record)
    this.#length++
    this.#bySegment.set(record.segment, (this.#bySegment.get(record.segment) ?? 0) + 1)
  }

  /**
   * Answers up to `limit` events, each tenant's in order and no tenant's more than its share, so that a long queue
   * delays no short one. Where there are more tenants than `limit`, they take turns.
   */
  next(limit: number, heldTenants: ReadonlySet<string>): PendingRecord[] {
    const free = [...this.#queues].filter(([tenant]) => !heldTenants.has(tenant))
    const share = Math.ceil(limit / Math.max(1, free.length))
    const served = free.slice(0, limit)
    if (free.length > limit) {
      for (const [tenant, queue] of served) {
        this.#queues.delete(tenant)
        this.#queues.set(tenant, queue)
      }
    }
    return served.flatMap(([, queue]) => queue.first(share)).slice(0, limit)
  }

  /**
   * Takes the first event of a tenant away.
   *
   * @returns the segment it stood in when nothing waits in that any more
   */
  shift(tenant: string, id: string): number | undefined {
    const queue = this.#queues.get(tenant)
    const record = queue?.shift(id)
    if (queue === undefined || record === undefined) return undefined
    if (queue.length === 0) this.#queues.delete(tenant)
    this.#length--
    this.#kept -= record.json?.length ?? 0
    const left = (this.#bySegment.get(record.segment) ?? 1) - 1
    if (left > 0) {
      this.#bySegment.set(record.segment, left)
      return undefined
    }
    this.#bySegment.delete(record.segment)
    return record.segment
  }

  /** Tells whether an event of a segment still waits. */
  waitsIn(segment: number): boolean {
    return this.#bySegment.has(segment)
  }

  /** When the event that waits longest was recorded, in milliseconds since the epoch. */
  oldestMillis(): number | undefined {
    let oldest: number | undefined
    for (const queue of this.#queues.values()) {
      const [first] = queue.first(1)
      if (first !== undefined && (oldest === undefined || first.recordedMillis < oldest))
        oldest = first.recordedMillis
    }
    return oldest
  }
}
