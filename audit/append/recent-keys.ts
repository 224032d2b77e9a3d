/**
 * Events that were appended a moment ago, by tenant and `eventName`: until the index in the database knows them, this
 * is the only thing that does. Those it knows are kept a while longer, so that most ids need not be asked for: an id
 * above every one that was let go is new, because ids are made in the order of time.
 */
import type { Indexed } from '../store/index-store.ts'
import type { KnownEvent } from '../store/known-events.ts'

/** Events after which the older half is let go. */
const defaultGeneration = 16_384
/** Generations beyond which nobody is to append before the index has taken what there is: some 60 MB. */
const fullGenerations = 8

/** Ids are of hexadecimal digits. */
const aboveAllIds = '~'

type Events = ReadonlyMap<string, KnownEvent>

/** Events of one log. */
interface Recent {
  /** In the order of their indexes. */
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
  /** What would have been let go if the index knew it. */
  readonly #held = new Map<string, Recent>()
  #size = 0
  /** Greatest id of each log that is not kept here. */
  readonly #highest = new Map<string, string>()
  /** Entries of each log that the index knows. */
  readonly #indexed = new Map<string, number>()

  /** @param generation events of one half */
  constructor(generation: number = defaultGeneration) {
    this.#generation = generation
  }

  /** How many events are kept. */
  get size(): number {
    return this.#size
  }

  /** Tells whether more are kept than a working index ever leaves here. */
  get isFull(): boolean {
    return this.#size >= fullGenerations * this.#generation
  }

  /** Begins to know a log, all of which the index has. */
  begin(tenant: string, { size, highest }: Indexed): void {
    this.#drop(tenant)
    this.#indexed.set(tenant, size)
    if (highest === undefined) this.#highest.delete(tenant)
    else this.#highest.set(tenant, highest)
  }

  /** Forgets a log that is to be begun again: until then every id may be in it. */
  forget(tenant: string): void {
    this.#drop(tenant)
    this.#highest.set(tenant, aboveAllIds)
  }

  /** Finds an event that was appended lately. */
  find(tenant: string, name: string): KnownEvent | undefined {
    for (const kept of [this.#young, this.#old, this.#held]) {
      const event = kept.get(tenant)?.events.get(name)
      if (event !== undefined) return event
    }
    return undefined
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
  add(tenant: string, events: Events, highest: string): void {
    const recent = this.#young.get(tenant) ?? { events: new Map<string, KnownEvent>(), highest: '', last: 0 }
    this.#young.set(tenant, recent)
    join(recent, { events, highest })
    this.#youngCount += events.size
    this.#size += events.size
  }

  /** Takes note that the index knows a log up to a size, and lets go what is old and known there. */
  noteIndexed(tenant: string, size: number): void {
    this.#indexed.set(tenant, Math.max(size, this.#indexed.get(tenant) ?? 0))
    this.#trim(tenant)
    if (this.#youngCount < this.#generation) return
    for (const [of, recent] of this.#old) {
      const held = this.#held.get(of)
      if (held === undefined) this.#held.set(of, recent)
      else join(held, recent)
      this.#trim(of)
    }
    this.#old = this.#young
    this.#young = new Map()
    this.#youngCount = 0
  }

  /** Lets go what is held of a log and known to the index. */
  #trim(tenant: string): void {
    const held = this.#held.get(tenant)
    const indexed = this.#indexed.get(tenant) ?? 0
    if (held === undefined) return
    if (held.highest > (this.#highest.get(tenant) ?? '')) this.#highest.set(tenant, held.highest)
    if (held.last < indexed) {
      this.#size -= held.events.size
      this.#held.delete(tenant)
      return
    }
    for (const [name, { index }] of held.events) {
      if (index >= indexed) return
      held.events.delete(name)
      this.#size--
    }
  }

  #drop(tenant: string): void {
    this.#youngCount -= this.#young.get(tenant)?.events.size ?? 0
    for (const kept of [this.#young, this.#old, this.#held]) {
      this.#size -= kept.get(tenant)?.events.size ?? 0
      kept.delete(tenant)
    }
  }
}

function join(
  recent: Recent,
  { events, highest }: Pick<Recent, 'highest'> & { readonly events: Events },
): void {
  for (const [name, event] of events) {
    recent.events.set(name, event)
    recent.last = event.index
  }
  if (highest > recent.highest) recent.highest = highest
}
