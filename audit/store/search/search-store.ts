/** Postings in the database: filled in by the follower, asked by the door. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Pool } from '#sdk'

const names = ['add-postings', 'find-postings', 'read-cursor', 'search-behind'] as const

// Every name of the list is a key.
const statements = Object.fromEntries(
  names.map((name) => [name, readFileSync(join(import.meta.dirname, `${name}.sql`), 'utf8').trim()]),
) as Readonly<Record<(typeof names)[number], string>>

export interface Posting {
  readonly token: Buffer
  readonly index: number
}

export interface Behind {
  readonly tenant: string
  /** Entries that are filled in. */
  readonly cursor: number
  /** Entries the log has. */
  readonly size: number
}

export interface PostingQuery {
  /** All of which an entry must carry, the rarest first; at least one. */
  readonly tokens: readonly Buffer[]
  readonly from: number
  /** Exclusive. */
  readonly to: number
  readonly limit: number
}

export class SearchStore {
  readonly #pool: Pool
  readonly #readPool: Pool

  constructor({ pool, readPool }: { readonly pool: Pool; readonly readPool: Pool }) {
    this.#pool = pool
    this.#readPool = readPool
  }

  /** Lists the logs that have grown beyond what is filled in. */
  async behind(): Promise<Behind[]> {
    const rows = await this.#pool.query<{ tenant: string; cursor_size: number; log_size: number }>(
      statements['search-behind'],
    )
    return rows.map(({ tenant, cursor_size: cursor, log_size: size }) => ({ tenant, cursor, size }))
  }

  /** Adds the postings of the entries from `cursor` up to `size`; false when somebody else has moved the cursor. */
  async add({ tenant, cursor, size }: Behind, postings: readonly Posting[]): Promise<boolean> {
    const [row] = await this.#pool.query<{ is_taken: boolean }>(statements['add-postings'], [
      tenant,
      cursor,
      size,
      postings.map(({ token }) => token),
      postings.map(({ index }) => index),
    ])
    return row?.is_taken === true
  }

  /** Reads how many entries are filled in. */
  cursor(tenant: string): Promise<number> {
    return this.#readPool.inTenant(tenant, async (tx) => {
      const [row] = await tx.query<{ size: number }>(statements['read-cursor'], [tenant])
      return row?.size ?? 0
    })
  }

  /** Finds entries that carry every token, newest first. */
  find(tenant: string, { tokens, from, to, limit }: PostingQuery): Promise<number[]> {
    const [rarest, ...others] = tokens
    if (rarest === undefined) return Promise.resolve([])
    return this.#readPool.inTenant(tenant, async (tx) => {
      const parameters = [tenant, rarest, others, from, to, limit]
      const rows = await tx.query<{ index: number }>(statements['find-postings'], parameters)
      return rows.map(({ index }) => index)
    })
  }
}
