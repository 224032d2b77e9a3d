/** Empties elements of the side store, each with the mark that says why; leaves and proofs stay as they are. */
import type { Pool, Transaction } from '#sdk'
import type { Gone } from '../../contracts/retention.ts'
import { byteaArray } from './binary-array.ts'
import { goneMark } from './gone-marks.ts'
import type { LogKeys } from './log-keys.ts'
import { statements } from './statements.ts'

/** Entries of one statement: their rows are locked until it ends. */
const pageEntries = 500

type Keys = Pick<LogKeys, 'tenant' | 'digestKey'>

export class SideEraser {
  readonly #pool: Pool

  /** @param pool of the role that writes */
  constructor(pool: Pool) {
    this.#pool = pool
  }

  /** Empties entries and answers how many of them were not empty yet. */
  async empty(keys: Keys, indices: readonly number[], gone: Gone): Promise<number> {
    let emptied = 0
    for (let at = 0; at < indices.length; at += pageEntries) {
      const page = indices.slice(at, at + pageEntries)
      emptied += await this.#pool.inTenant(keys.tenant, (tx) => empty(tx, keys, { page, gone, token: null }))
    }
    return emptied
  }

  /** Empties every entry about a subject below an index and answers how many there were. */
  async emptySubject(keys: Keys, token: Buffer, below: number): Promise<number> {
    let found = 0
    for (;;) {
      const count = await this.#pool.inTenant(keys.tenant, async (tx) => {
        const parameters = [keys.tenant, token, below, pageEntries]
        const rows = await tx.query<{ index: number }>(statements['list-subject'], parameters)
        const page = rows.map(({ index }) => index)
        if (page.length > 0) await empty(tx, keys, { page, gone: { cause: 'erasure' }, token })
        return page.length
      })
      found += count
      if (count < pageEntries) return found
    }
  }
}

interface Emptying {
  readonly page: readonly number[]
  readonly gone: Gone
  /** Of the subject that is erased; null where time has passed. */
  readonly token: Buffer | null
}

async function empty(tx: Transaction, keys: Keys, { page, gone, token }: Emptying): Promise<number> {
  const marks = page.map((index) => goneMark(keys, index, gone))
  const parameters = [keys.tenant, page, byteaArray(marks), token]
  const [row] = await tx.query<{ emptied: number }>(statements['empty-entries'], parameters)
  return row?.emptied ?? 0
}
