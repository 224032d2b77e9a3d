/**
 * What a list of attributes may be behind the fence: each key once, and not too many. OTLP (`common/v1`) says that keys
 * are unique and leaves open what to do where they are not; the reference engine finds the first of a key and carries the
 * others along. Here only the first goes on, so that looking up a key costs nobody more than the policy has keys.
 */
import type { Attribute } from './model.ts'

/** Most attributes of one list that are looked at; SDKs send 128 by default (AttributeCountLimit). */
export const maxAttributes = 1_024

/** Layouts that are longer are not remembered. */
const longestLayout = 64

/**
 * Tells which keys a list has had. Most lists have the keys of one before them in the same order, and those are known to
 * differ: as long as that holds, one comparison is enough.
 */
export class UniqueKeys {
  /** Keys of lists before, each once. */
  readonly #layout: string[] = []
  /** Of this list, once it has left the layout. */
  readonly #set = new Set<string>()
  #isOff = false

  /** Begins with another list. */
  begin(): void {
    if (this.#isOff) this.#set.clear()
    this.#isOff = false
  }

  /**
   * Tells whether a key is not among the first items of the list, and is to be put there next.
   *
   * @param list its first items are those that this was true for
   * @param kept how many of them there are
   */
  takes(key: string, list: readonly Attribute[], kept: number): boolean {
    if (!this.#isOff && this.#layout[kept] === key) return true
    return this.#takesOff(key, list, kept)
  }

  #takesOff(key: string, list: readonly Attribute[], kept: number): boolean {
    const set = this.#set
    if (!this.#isOff) {
      this.#isOff = true
      // What follows in the layout may be what this list has before.
      this.#layout.length = Math.min(this.#layout.length, kept)
      // In bounds: what was kept stands first.
      for (let at = 0; at < kept; at++) set.add((list[at] as Attribute).key)
    }
    if (set.has(key)) return false
    set.add(key)
    if (this.#layout.length === kept && kept < longestLayout) this.#layout.push(key)
    return true
  }
}
