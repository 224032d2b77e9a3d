/** Reads a log in pages for the self-check, with everything that is stored twice and must agree. */
import type { Pool } from '#sdk'
import { statements } from './statements.ts'

export interface WalkRow {
  readonly index: number
  readonly id: string
  readonly producer: string
  readonly leaf: string
  readonly leaf_hash: Buffer
  /** Null once retention has deleted them; so are the members below. */
  readonly facts: string | null
  readonly salt: Buffer | null
  readonly personal_commitment: Buffer | null
  readonly subject: Buffer | null
  readonly sealed: Buffer | null
}

export interface WalkPage {
  readonly rows: readonly WalkRow[]
  /** Roots the log had after each batch, in order. */
  readonly heads: readonly { readonly size: number; readonly root: Buffer }[]
  readonly checkpoints: readonly { readonly size: number; readonly note: string }[]
}

export interface NodePlace {
  readonly level: number
  readonly index: number
}

export class WalkReader {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /** Reads the entries from `from` up to and without `to`, and the roots in between. */
  page(tenant: string, from: number, to: number): Promise<WalkPage> {
    return this.#pool.inTenant(tenant, async (tx) => ({
      rows: await tx.query<WalkRow>(statements['read-walk'], [tenant, from, to]),
      heads: await tx.query<WalkPage['heads'][number]>(statements['read-heads'], [tenant, from, to]),
      checkpoints: await tx.query<WalkPage['checkpoints'][number]>(statements['read-checkpoints'], [
        tenant,
        from,
        to,
      ]),
    }))
  }

  /** Reads stored inner nodes; undefined where one is missing. */
  nodes(tenant: string, places: readonly NodePlace[]): Promise<(Buffer | undefined)[]> {
    return this.#pool.inTenant(tenant, async (tx) => {
      const rows = await tx.query<{ run: number; hash: Buffer }>(statements['read-hashes'], [
        tenant,
        places.map(({ level }) => level),
        places.map(({ index }) => index),
        places.map(() => 1),
      ])
      const byRun = new Map(rows.map(({ run, hash }) => [run, hash]))
      return places.map((_, at) => byRun.get(at + 1))
    })
  }
}
