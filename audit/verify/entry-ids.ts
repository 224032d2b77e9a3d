/** Which events a log has had, so that one that stands twice is found: some 100 bytes an entry. */
import { sha256 } from '../log/hash.ts'

export class EntryIds {
  /** By the first byte of the digest: one set holds at most 2^24 members, together they hold 256 times as many. */
  readonly #sets = Array.from({ length: 256 }, () => new Set<string>())

  /** Notes an event by producer and id; answers false when it was noted before. */
  add(producer: string, id: string): boolean {
    // Half a SHA-256: two events that agree in it have to be made for it, and then both are reported.
    const digest = sha256(Buffer.from(JSON.stringify([producer, id])))
    const set = this.#sets[digest[0] ?? 0]
    const key = digest.toString('latin1', 1, 17)
    if (set === undefined || set.has(key)) return false
    set.add(key)
    return true
  }
}
