/**
 * Which keys the attribute lists of a request have had, by number and without objects. Lists of one place never lie
 * within each other, so each place has its own marks, and a list leaves its number on those of its keys.
 */
import { maxAttributes } from '../process/unique-keys.ts'

/** Most keys that have a number: many more than a policy lists. A key without one has this number. */
export const mostKeys = 4_096

/** Numbers of lists stay far below what 32 bits hold: one request adds no more than it has parts. */
const mostLists = 2 ** 30

export class ListKeys {
  /** The list that had a key last, by place and key. */
  readonly #marks: Int32Array
  /** The list that is open, by place. */
  readonly #lists: Int32Array
  /** Attributes of it so far. */
  readonly #sizes: Int32Array
  #list = 0

  /** @param places how many there are that hold attributes */
  constructor(places: number) {
    this.#marks = new Int32Array(places * mostKeys)
    this.#lists = new Int32Array(places)
    this.#sizes = new Int32Array(places)
  }

  /** Begins with another request. */
  reset(): void {
    if (this.#list < mostLists) return
    this.#marks.fill(0)
    this.#list = 0
  }

  /** Begins with another list at a place. */
  begin(place: number): void {
    this.#lists[place] = ++this.#list
    this.#sizes[place] = 0
  }

  /**
   * Takes the next attribute of the list at a place; false where only the model can tell what becomes of it.
   *
   * @param key number of its key, 0 for an attribute that the fence takes away
   */
  takes(place: number, key: number): boolean {
    // In bounds: both are as long as there are places.
    const size = (this.#sizes[place] as number) + 1
    this.#sizes[place] = size
    if (size > maxAttributes || key === mostKeys) return false
    if (key === 0) return true
    const at = place * mostKeys + key
    const list = this.#lists[place] as number
    if (this.#marks[at] === list) return false
    this.#marks[at] = list
    return true
  }
}
