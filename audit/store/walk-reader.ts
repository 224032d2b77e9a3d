/** Reads a log in pages for the self-check, with everything that is stored twice and must agree. */
import type { Pool, Transaction } from '#sdk'
import { byteaArray } from './binary-array.ts'
import { readBatches, type StoredBatch } from './batches.ts'
import { statements } from './statements.ts'

/** Null is erased. */
export interface WalkSide {
  readonly index: number
  readonly class: string | null
  readonly facts: string | null
  readonly salt: Buffer | null
  readonly personal_commitment: Buffer | null
  readonly subject: Buffer | null
  readonly sealed: Buffer | null
  /** Why it is empty; null while it is not. */
  readonly gone: Buffer | null
}

export interface WalkPage {
  readonly batches: readonly StoredBatch[]
  /** By index. */
  readonly sides: ReadonlyMap<number, WalkSide>
  readonly checkpoints: readonly { readonly size: number; readonly note: string }[]
}

interface WalkEntry {
  readonly leaf: Buffer
  readonly side: WalkSide
}

export interface PageBounds {
  readonly begun: number
  readonly from: number
  readonly to: number
}

/** An entry as the indexes should know it. */
export interface IndexedEntry {
  readonly index: number
  readonly id: string
  readonly producer: string
  readonly subject: Buffer | null
  readonly class: string | null
  /** Of the leaf, milliseconds since the epoch. */
  readonly time: number
}

export interface Listed {
  readonly index: number
  readonly is_keyed: boolean
  readonly is_listed: boolean
  /** Of the event as the index has it; null where it does not know it. */
  readonly digest: Buffer | null
}

/** How many rows the indexes have of entries below a size, and how many of entries there are none of. */
export interface IndexCounts {
  readonly keys: number
  readonly listings: number
  readonly beyond: number
}

export class WalkReader {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /**
   * Reads the batches that begin from `begun` on and before `to`, and what else there is of their entries from
   * `from` on.
   */
  page(tenant: string, { begun, from, to }: PageBounds): Promise<WalkPage> {
    return this.#pool.inTenant(tenant, async (tx) => {
      const read = await readBatches(tx, tenant, { from: begun, to })
      const batches = read.filter(({ previousSize }) => previousSize >= begun)
      // The last one ends furthest; a log has more batches than a call may have arguments.
      const end = Math.max(to, batches.at(-1)?.size ?? 0)
      return {
        batches,
        sides: await readSides(tx, tenant, from, end),
        checkpoints: await tx.query<WalkPage['checkpoints'][number]>(statements['read-checkpoints'], [
          tenant,
          from,
          end,
        ]),
      }
    })
  }

  /** Reads the entry of an event of the ledger itself; undefined where there is none. */
  ownEntry(tenant: string, id: string): Promise<WalkEntry | undefined> {
    return this.#pool.inTenant(tenant, async (tx) => {
      const [found] = await tx.query<{ index: number }>(statements['find-entry'], [tenant, id, 'ledger'])
      if (found === undefined) return undefined
      const [entry] = await readEntries(tx, tenant, [found.index])
      return entry
    })
  }

  /**
   * Reads single entries, each from its own batch.
   *
   * @param indices ascending; one there is no entry of is left out
   */
  entries(tenant: string, indices: readonly number[]): Promise<WalkEntry[]> {
    return this.#pool.inTenant(tenant, (tx) => readEntries(tx, tenant, indices))
  }

  /** Asks the indexes by event and by subject about entries. */
  listed(tenant: string, entries: readonly IndexedEntry[]): Promise<Listed[]> {
    return this.#pool.inTenant(tenant, (tx) =>
      tx.query<Listed>(statements['read-listed'], [
        tenant,
        entries.map(({ index }) => index),
        entries.map(({ id }) => id),
        entries.map(({ producer }) => producer),
        byteaArray(entries.map(({ subject }) => subject)),
        entries.map((entry) => entry.class),
        entries.map(({ time }) => time),
      ]),
    )
  }

  /** Counts what the indexes by event and by subject have of entries below an index. */
  countIndexes(tenant: string, before: number): Promise<IndexCounts> {
    return this.#pool.inTenant(tenant, async (tx) => {
      const [row] = await tx.query<IndexCounts>(statements['count-indexes'], [tenant, before])
      return row ?? { keys: 0, listings: 0, beyond: 0 }
    })
  }

  /** Finds the first entry below an index of which an index has a row too many; undefined where none has. */
  findExtra(tenant: string, of: 'key' | 'listing', before: number): Promise<number | undefined> {
    return this.#pool.inTenant(tenant, async (tx) => {
      const [row] = await tx.query<{ index: number }>(statements[`find-extra-${of}`], [tenant, before])
      return row?.index
    })
  }

  /** Reads the search tokens of entries, as far as search is filled in: sorted, in hex, by index. */
  postings(tenant: string, from: number, to: number): Promise<ReadonlyMap<number, string>> {
    return this.#pool.inTenant(tenant, async (tx) => {
      const rows = await tx.query<{ index: number; tokens: string }>(statements['read-postings'], [
        tenant,
        from,
        to,
      ])
      return new Map(rows.map(({ index, tokens }) => [index, tokens]))
    })
  }

  /** Reads the side store of entries again. */
  sides(tenant: string, from: number, to: number): Promise<ReadonlyMap<number, WalkSide>> {
    return this.#pool.inTenant(tenant, (tx) => readSides(tx, tenant, from, to))
  }

  /** Lists what keeps the tables append-only and tenants apart and is not as the migrations made it. */
  async drift(): Promise<readonly string[]> {
    const rows = await this.#pool.query<{ what: string }>(statements['read-drift'])
    return rows.map(({ what }) => what)
  }
}

async function readSides(tx: Transaction, tenant: string, from: number, to: number) {
  const rows = await tx.query<WalkSide>(statements['read-side'], [tenant, from, to])
  return new Map(rows.map((row) => [row.index, row]))
}

async function readEntries(
  tx: Transaction,
  tenant: string,
  indices: readonly number[],
): Promise<WalkEntry[]> {
  const entries: WalkEntry[] = []
  let batch: StoredBatch | undefined
  for (const index of indices) {
    // Entries about one subject often stand in one batch: it is unpacked once.
    if (batch === undefined || batch.size <= index) {
      batch = (await readBatches(tx, tenant, { from: index, to: index + 1 }))[0]
    }
    const leaf = batch?.leaves[index - batch.previousSize]
    const side = (await readSides(tx, tenant, index, index + 1)).get(index)
    if (leaf !== undefined && side !== undefined) entries.push({ leaf, side })
  }
  return entries
}
