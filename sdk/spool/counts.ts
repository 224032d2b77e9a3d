/**
 * The numbers a spool gives out, for each tenant from 0 and without a hole. A number counts once its event is durable;
 * when a write fails, numbers given out since are given again, because nobody was told that their events are kept.
 */

export interface TenantCount {
  /** The next number. */
  readonly next: number
  /** Id of the last event that is no heartbeat. */
  readonly lastId?: string
}

interface State {
  next: number
  lastId: string | undefined
  durable: TenantCount
}

export class Counts {
  readonly #states = new Map<string, State>()

  constructor(known: ReadonlyMap<string, TenantCount>) {
    for (const [tenant, count] of known) {
      this.#states.set(tenant, { next: count.next, lastId: count.lastId, durable: count })
    }
  }

  /** Gives the next number of a tenant. */
  take(tenant: string): number {
    let state = this.#states.get(tenant)
    if (state === undefined)
      this.#states.set(tenant, (state = { next: 0, lastId: undefined, durable: { next: 0 } }))
    return state.next++
  }

  /** Takes note that an event is durable; those of a tenant come in order. @param id absent for a heartbeat */
  settle(tenant: string, sequence: number, id: string | undefined): void {
    const state = this.#states.get(tenant)
    if (state === undefined) return
    state.lastId = id ?? state.lastId
    state.durable = { next: sequence + 1, ...(state.lastId === undefined ? {} : { lastId: state.lastId }) }
  }

  /** Takes back every number whose event did not become durable. */
  rollBack(): void {
    for (const state of this.#states.values()) state.next = state.durable.next
  }

  lastId(tenant: string): string | undefined {
    return this.#states.get(tenant)?.lastId
  }

  /** What is durable, for the head of a segment. Tenants without any event are left out. */
  durable(): Record<string, TenantCount> {
    const counts = [...this.#states].map(([tenant, { durable }]) => [tenant, durable] as const)
    return Object.fromEntries(counts.filter(([, { next }]) => next > 0))
  }

  tenants(): string[] {
    return [...this.#states].filter(([, { durable }]) => durable.next > 0).map(([tenant]) => tenant)
  }
}
