/**
 * Events that were appended a moment ago, by tenant and `eventName`: until the index in the database knows them, this
 * is the only thing that does. Those it knows are kept a while longer, so that most ids need not be asked for: an id
 * above every one that was let go is new, because ids are made in the order of time.
 */
import type { Indexed } from '../store/index-store.ts'
import type { KnownEvent } from '../store/known-events.ts'

/** Events after which the older half is let go. */
const defaultGeneration = 16_384

/** Events of one log. */
interface Recent {
  readonly events: Map<string, KnownEvent>
  /** Greatest id of them. */
  highest: string
  /** Last index of them. */
  last: number
}

export class RecentKeys {
  readonly #generation: number
  #young = new Map<string, Recent>()
  #youngCount = 0
  #old = new Map<string, Recent>()
  /** Greatest id of each log that is not kept here. */
  readonly #highest = new Map<string, string>()
  /** Entries of each log that the index knows. */
  readonly #indexed = new Map<string, number>()

  /** @param generation events of one half */
  constructor(generation: number = defaultGeneration) {
    this.#generation = generation
  }

  /** Begins to know a log, all of which the index has. */
  begin(tenant: string, { size, highest }: Indexed): void {
    this.#young.delete(tenant)
    this.#old.delete(tenant)
    this.#indexed.set(tenant, size)
    if (highest === undefined) this.#highest.delete(tenant)
    else this.#highest.set(tenant, highest)
  }

  /** Finds an event that was appended lately. */
  find(tenant: string, name: string): KnownEvent | undefined {
    return this.#young.get(tenant)?.events.get(name) ?? this.#old.get(tenant)?.events.get(name)
  }

  /** Tells whether the index may know an event of this id although `find` does not. */
  isDoubtful(tenant: string, id: string): boolean {
    const highest = this.#highest.get(tenant)
    return highest !== undefined && id <= highest
  }

  /**
   * Takes events that are being appended.
   *
   * @param events by `eventName`, in order
   * @param highest greatest of their ids
   */
  add(tenant: string, events: ReadonlyMap<string, KnownEvent>, highest: string): void {
    const recent = this.#young.get(tenant) ?? { events: new Map<string, KnownEvent>(), highest: '', last: 0 }
    this.#young.set(tenant, recent)
    for (const [name, event] of events) {
      recent.events.set(name, event)
      recent.last = event.index
    }
    if (highest > recent.highest) recent.highest = highest
    this.#youngCount += events.size
  }

  /** Takes note that the index knows a log up to a size, and lets go what is old and known there. */
  noteIndexed(tenant: string, size: number): void {
    this.#indexed.set(tenant, Math.max(size, this.#indexed.get(tenant) ?? 0))
    if (this.#youngCount < this.#generation) return
    const isKnown = [...this.#old].every(([of, { last }]) => last < (this.#indexed.get(of) ?? 0))
    if (!isKnown) return
    for (const [of, { highest }] of this.#old) {
      if (highest > (this.#highest.get(of) ?? '')) this.#highest.set(of, highest)
    }
    this.#old = this.#young
    this.#young = new Map()
    this.#youngCount = 0
  }
}
