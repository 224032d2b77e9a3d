/** Reads what search is derived from: leaves and the side store. */
import type { Pool } from '#sdk'
import { readBatches } from '../batches.ts'
import { statements } from '../statements.ts'

interface SideRow {
  readonly index: number
  readonly facts: string | null
  readonly subject: Buffer | null
  readonly sealed: Buffer | null
}

/** An entry as search reads it. */
export interface SourceRow extends SideRow {
  readonly id: string
}

export class SearchSource {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /** Reads entries from `from` up to and without `to` of which the side store still has something. */
  rows(tenant: string, from: number, to: number): Promise<SourceRow[]> {
    return this.#pool.inTenant(tenant, async (tx) => {
      const batches = await readBatches(tx, tenant, { from, to })
      const ids = new Map(
        batches.flatMap(({ previousSize, leaves }) =>
          leaves.map((leaf, at): [number, string] => [previousSize + at, idOf(leaf)]),
        ),
      )
      const side = await tx.query<SideRow>(statements['read-side'], [tenant, from, to])
      return side.flatMap((row) => {
        const id = ids.get(row.index)
        return id === undefined ? [] : [{ ...row, id }]
      })
    })
  }
}

function idOf(leaf: Buffer): string {
  // The ledger itself wrote it.
  return (JSON.parse(leaf.toString()) as { id: string }).id
}
