/**
 * The keys that the fence took away last, for the developer who misses one. Senders choose the keys: names are those the
 * fence shows (`privacy/shown-key.ts`), and there are few, so that nobody can fill a memory or a page with them.
 */
import { maxBlockedKeys, type BlockedKey } from '../../contracts/blocked-keys.ts'
import type { Place } from '../../privacy/place.ts'
import type { Rule } from '../../privacy/rule.ts'

/** Told of a key that was taken away, by the name under which it may be shown. */
export type NoteBlocked = (name: string, rule: Rule, place: Place) => void

interface Entry {
  readonly name: string
  readonly rule: Rule
  readonly place: Place
  times: number
  /** Position in the order of all that were noted. */
  at: number
}

/** Shared by the fences of a process; holds at most `maxBlockedKeys`. */
export class BlockedKeyList {
  readonly #entries = new Map<string, Entry[]>()
  #size = 0
  #noted = 0

  /** Takes note of one; the one that was seen longest ago makes room. */
  readonly note: NoteBlocked = (name, rule, place) => {
    const at = ++this.#noted
    const named = this.#entries.get(name)
    const known = named?.find((entry) => entry.rule === rule && entry.place === place)
    if (known !== undefined) {
      known.times++
      known.at = at
      return
    }
    if (this.#size >= maxBlockedKeys) this.#dropOldest()
    const entry = { name, rule, place, times: 1, at }
    const beside = this.#entries.get(name)
    if (beside === undefined) this.#entries.set(name, [entry])
    else beside.push(entry)
    this.#size++
  }

  /** Lists them, the last seen first. */
  list(): BlockedKey[] {
    return [...this.#entries.values()]
      .flat()
      .sort((one, other) => other.at - one.at)
      .map(({ name, rule, place, times }) => ({ name, rule, place, times }))
  }

  #dropOldest(): void {
    let oldest: Entry | undefined
    for (const entries of this.#entries.values()) {
      for (const entry of entries) if (oldest === undefined || entry.at < oldest.at) oldest = entry
    }
    if (oldest === undefined) return
    const rest = (this.#entries.get(oldest.name) ?? []).filter((entry) => entry !== oldest)
    if (rest.length === 0) this.#entries.delete(oldest.name)
    else this.#entries.set(oldest.name, rest)
    this.#size--
  }
}
