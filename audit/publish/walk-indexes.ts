/** Holds what the database derived from a log, to find entries by, against the entries. */
import type { AuditEvent } from '../../contracts/audit-event.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { searchKey, tokensOf } from '../search/tokens.ts'
import { eventDigest, eventText } from '../store/event-digest.ts'
import type { LogKeys } from '../store/log-keys.ts'
import type { IndexedEntry, Listed, WalkReader } from '../store/walk-reader.ts'
import type { HeldEntry } from './walk-entry.ts'
import { WalkFinding, type WalkFault } from './walk-finding.ts'

/** An entry as it was verified, and as the indexes should know it. */
export interface WalkedEntry extends IndexedEntry {
  readonly held: HeldEntry
}

export class WalkIndexes {
  readonly #reader: WalkReader
  readonly #keys: LogKeys
  /** Entries so far that are about somebody. */
  #listings = 0

  constructor(reader: WalkReader, keys: LogKeys) {
    this.#reader = reader
    this.#keys = keys
  }

  /** Compares the indexes by event, by subject and by word with entries that follow one another. @throws WalkFinding */
  async hold(entries: readonly WalkedEntry[]): Promise<void> {
    const [first, last] = [entries[0], entries.at(-1)]
    if (first === undefined || last === undefined) return
    const { tenant } = this.#keys
    const [before, to] = [this.#listings, last.index + 1]
    this.#listings += entries.filter(({ subject }) => subject !== null).length
    const rows = new Map((await this.#reader.listed(tenant, entries)).map((row) => [row.index, row]))
    const postings = await this.#reader.postings(tenant, first.index, to)
    const wrong = entries.flatMap((entry) => {
      const fault = this.#faultOf(entry, rows.get(entry.index), postings.get(entry.index))
      return fault === undefined ? [] : [{ entry, fault }]
    })
    if (wrong.length === 0) return
    // Whoever was erased between the two looks is in no index any more, and rightly so.
    const sides = await this.#reader.sides(tenant, first.index, to)
    const found = wrong.find(({ entry: { index, held } }) => {
      const isErased = held.facts !== undefined && sides.get(index)?.facts === null
      return !isErased
    })
    if (found !== undefined) throw new WalkFinding(found.fault, found.entry.index)
    this.#listings = before + [...sides.values()].filter(({ subject }) => subject !== null).length
  }

  /** Compares how much there is in the indexes with all entries, of which there are `size`. @throws WalkFinding */
  async finish(size: number): Promise<void> {
    const { tenant } = this.#keys
    const { keys, listings, beyond } = await this.#reader.countIndexes(tenant, size)
    if (beyond > 0) throw new WalkFinding('KEY_MISMATCH', size)
    if (keys !== size) {
      const index = await this.#reader.findExtra(tenant, 'key', size)
      throw new WalkFinding('KEY_MISMATCH', index ?? 0, index === undefined ? size : index + 1)
    }
    // Fewer are those that were erased since they were read.
    if (listings <= this.#listings) return
    const index = await this.#reader.findExtra(tenant, 'listing', size)
    if (index !== undefined) throw new WalkFinding('SUBJECT_MISMATCH', index)
  }

  #faultOf(entry: WalkedEntry, row: Listed | undefined, tokens: string | undefined): WalkFault | undefined {
    const { facts, personal } = entry.held
    if (row?.is_keyed !== true) return 'KEY_MISMATCH'
    if (!this.#isOwnDigest(entry.held, row.digest)) return 'KEY_MISMATCH'
    if (!row.is_listed) return 'SUBJECT_MISMATCH'
    // Not filled in yet, or by somebody whose key is gone.
    if (tokens === undefined || (facts !== undefined && personal === undefined)) return undefined
    return tokens === this.#tokensOf(entry.held) ? undefined : 'SEARCH_MISMATCH'
  }

  /** The digest is over the whole event: where a part of it is gone nobody can compute it any more. */
  #isOwnDigest({ leaf, facts, personal }: HeldEntry, digest: Buffer | null): boolean {
    if (facts === undefined || personal === undefined || digest === null) return true
    const { id, producer, sequence, eventTime } = leaf
    const event = {
      id,
      tenant: this.#keys.tenant,
      // The ledger itself wrote the leaf, and its hash proves it.
      producer: producer as AuditEvent['producer'],
      time: new Date(eventTime).toISOString(),
      facts,
      ...(sequence === undefined ? {} : { sequence }),
    }
    const texts = { facts: canonicalJson(facts), personal: canonicalJson(personal) }
    const whole = eventDigest(this.#keys.digestKey, eventText({ ...event, personal }, texts))
    if (whole.equals(digest)) return true
    // An event without personal data is sealed as one with none.
    return (
      Object.keys(personal).length === 0 &&
      eventDigest(this.#keys.digestKey, eventText(event, texts)).equals(digest)
    )
  }

  #tokensOf({ facts, personal }: HeldEntry): string {
    if (facts === undefined) return ''
    const tokens = tokensOf(searchKey(this.#keys.subjectTokenKey), facts, personal)
    return [...new Set(tokens.map((token) => Buffer.from(token, 'latin1').toString('hex')))].sort().join(' ')
  }
}
