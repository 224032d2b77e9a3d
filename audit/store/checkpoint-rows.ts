/** Rows of signed checkpoints: whatever many logs have to keep at one moment goes into one commit. */
import type { Pool } from '#sdk'
import { Coalescer } from '../../lib/coalescer.ts'
import { statements } from './statements.ts'

export interface CheckpointRow {
  readonly tenant: string
  readonly size: number
  readonly root: Buffer
  readonly note: string
}

export class CheckpointRows {
  readonly #rows: Coalescer<CheckpointRow>

  constructor(pool: Pool) {
    this.#rows = new Coalescer(async (rows) => {
      await pool.query(statements['insert-checkpoints'], [
        rows.map(({ tenant }) => tenant),
        rows.map(({ size }) => size),
        rows.map(({ root }) => root),
        rows.map(({ note }) => note),
      ])
    })
  }

  /** Keeps a row, durable when it resolves; one that is there already stays as it is. */
  insert(row: CheckpointRow): Promise<void> {
    return this.#rows.add(row)
  }
}
