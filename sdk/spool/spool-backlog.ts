/** The files of a spool as the relay sees them. */
import type { Backlog, BacklogState, Refusal, Taken, TakeOptions, WaitingEvent } from '../outbox/backlog.ts'
import type { Damaged } from './damaged.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { SpoolStore } from './store.ts'

export interface SpoolBacklogParts {
  readonly store: SpoolStore
  readonly letters: DeadLetters
  readonly damaged: Damaged
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Every tenant that has an event, delivered or not. */
  readonly tenants: () => readonly string[]
  /** Records a heartbeat of a tenant. */
  readonly beat: (tenant: string) => Promise<string>
  /** Told the bytes of all segments, now and then. */
  readonly onBytes: (bytes: number) => void
}

export class SpoolBacklog implements Backlog {
  readonly #parts: SpoolBacklogParts
  readonly #beatAt = new Map<string, number>()
  #isTaken = false

  constructor(parts: SpoolBacklogParts) {
    this.#parts = parts
  }

  async takeNext<T>(
    { limit, heldTenants }: TakeOptions,
    work: (taken: Taken) => Promise<T>,
  ): Promise<T | undefined> {
    if (this.#isTaken) return undefined
    this.#isTaken = true
    try {
      const { store } = this.#parts
      const loaded = await store.load(store.pending.next(limit, heldTenants))
      if (loaded.length === 0) return undefined
      return await work(this.#hand(loaded.map(({ record, event }) => waiting(record, event))))
    } finally {
      this.#isTaken = false
    }
  }

  async state(): Promise<BacklogState> {
    const { store, letters, now, onBytes } = this.#parts
    onBytes(store.diskBytes)
    const oldest = store.pending.oldestMillis()
    return {
      pending: store.pending.length,
      oldestSeconds: oldest === undefined ? 0 : Math.max(0, now() - oldest) / 1_000,
      deadLetters: await letters.count(),
    }
  }

  async tidy(): Promise<number> {
    return (await this.#parts.letters.erase()) + (await this.#parts.damaged.erase())
  }

  async beat(everySeconds: number): Promise<number> {
    const now = this.#parts.now()
    // A process that has just started owes one at once: a service that is restarted often would never beat.
    const due = this.#parts
      .tenants()
      .filter(
        (tenant) => now - (this.#beatAt.get(tenant) ?? Number.NEGATIVE_INFINITY) >= everySeconds * 1_000,
      )
    await Promise.all(due.map((tenant) => this.#parts.beat(tenant)))
    for (const tenant of due) this.#beatAt.set(tenant, now)
    return due.length
  }

  #hand(events: readonly WaitingEvent[]): Taken {
    const { store, letters } = this.#parts
    return {
      events,
      settle: (settled) => Promise.resolve(store.settle(settled)),
      refuse: async (event: WaitingEvent, why: Refusal) => {
        // First kept, then forgotten: a process that dies between finds it twice, not never.
        await letters.keep(event, why)
        store.settle([event])
      },
    }
  }
}

function waiting(
  {
    id,
    tenant,
    sequence,
    segment,
    offset,
  }: Pick<WaitingEvent, 'id' | 'tenant' | 'sequence'> & {
    readonly segment: number
    readonly offset: number
  },
  event: WaitingEvent['event'],
): WaitingEvent {
  return { id, tenant, sequence, position: `${segment}/${offset}`, event }
}
