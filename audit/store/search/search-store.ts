/** Postings in the database: filled in by the follower, asked by the door. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Pool } from '#sdk'
import { bigintArray, byteaArray, integerArray, smallintArray, textArray } from '../binary-array.ts'

const names = ['add-postings', 'find-postings', 'read-cursor', 'search-behind'] as const

// Every name of the list is a key.
const statements = Object.fromEntries(
  names.map((name) => [name, readFileSync(join(import.meta.dirname, `${name}.sql`), 'utf8').trim()]),
) as Readonly<Record<(typeof names)[number], string>>

/** What entries that follow one another are found by. */
export interface SearchPage {
  readonly tenant: string
  /** First of them. */
  readonly first: number
  /** How many they are, at most `maxPageEntries`. */
  readonly count: number
  /** Which of them carry a token (16 characters that stand for a byte each), counted from the first, ascending. */
  readonly postings: ReadonlyMap<string, readonly number[]>
}

/** Most entries of one page: their places are written with 16 bits. */
export const maxPageEntries = 4_096

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

  /** Adds pages, at most one of each log; answers the tenants whose cursor does not stand where their page begins. */
  async add(pages: readonly SearchPage[]): Promise<ReadonlySet<string>> {
    const [row] = await this.#pool.query<{ refused: string[] }>(
      statements['add-postings'],
      postingParameters(pages),
    )
    return new Set(row?.refused)
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

/** Lists what `ledger.add_postings` takes: each token of a page once, with the places that carry it. */
function postingParameters(pages: readonly SearchPage[]): Buffer[] {
  const tokens: Buffer[] = []
  const ends: number[] = []
  const places: number[] = []
  const placeEnds: number[] = []
  for (const { postings } of pages) {
    for (const [token, at] of postings) {
      tokens.push(Buffer.from(token, 'latin1'))
      for (const place of at) places.push(place)
      placeEnds.push(places.length)
    }
    ends.push(tokens.length)
  }
  return [
    textArray(pages.map(({ tenant }) => tenant)),
    bigintArray(pages.map(({ first }) => first)),
    bigintArray(pages.map(({ first, count }) => first + count)),
    integerArray(ends),
    byteaArray(tokens),
    integerArray(placeEnds),
    smallintArray(places),
  ]
}
