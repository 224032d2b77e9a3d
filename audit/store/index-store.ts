/** The indexes by event and by subject in the database: filled in page by page behind the log. */
import type { Pool } from '#sdk'
import type { Leaf } from '../../contracts/leaf.ts'
import { AuditError } from '../log/errors.ts'
import { leafHash } from '../log/hash.ts'
import { readBatches, wholeBatches } from './batches.ts'
import { bigintArray, integerArray, textArray, uuidArray } from './binary-array.ts'
import { statements } from './statements.ts'

/** What an entry is found by as an event; whom it is about the database knows itself. */
export interface IndexKey {
  readonly id: string
  readonly producer: string
}

/** Entries that follow one another. */
export interface IndexPage {
  readonly tenant: string
  /** First of them. */
  readonly first: number
  readonly keys: readonly IndexKey[]
}

export interface Indexed {
  /** Entries that are known. */
  readonly size: number
  /** The greatest id among them; undefined while there is none. */
  readonly highest: string | undefined
}

/** See migration 010. */
const sideIncomplete = 'LG004'

export class IndexStore {
  readonly #pool: Pool

  /** @param pool of the role that writes */
  constructor(pool: Pool) {
    this.#pool = pool
  }

  /**
   * Adds pages, at most one of each log; answers the tenants whose cursor does not stand where their page begins.
   *
   * @throws AuditError AUDIT_LOG_CORRUPT when the side store lacks what tells the events of a page from others
   */
  async add(pages: readonly IndexPage[]): Promise<ReadonlySet<string>> {
    try {
      const sql = statements['index-entries']
      const [row] = await this.#pool.query<{ refused: string[] }>(sql, parametersOf(pages))
      return new Set(row?.refused)
    } catch (cause) {
      if ((cause as { sqlState?: unknown } | null)?.sqlState !== sideIncomplete) throw cause
      throw new AuditError(
        'AUDIT_LOG_CORRUPT',
        'the side store does not hold what tells an event from others',
        { cause },
      )
    }
  }

  /** Reads how far a log is known. */
  indexed(tenant: string): Promise<Indexed> {
    return this.#pool.inTenant(tenant, async (tx) => {
      const [row] = await tx.query<{ size: number; highest: string | null }>(
        statements['read-index-cursor'],
        [tenant],
      )
      return { size: row?.size ?? 0, highest: row?.highest ?? undefined }
    })
  }

  /** Lists the tenants whose logs have grown beyond what is known. */
  async behind(): Promise<string[]> {
    const rows = await this.#pool.query<{ tenant: string }>(statements['list-unindexed'])
    return rows.map(({ tenant }) => tenant)
  }

  /**
   * Reads a page of a log back from its leaves; without keys at its end.
   *
   * @throws AuditError AUDIT_LOG_CORRUPT when a batch is missing or not whole, or its leaves are not those of its hashes
   */
  async page(tenant: string, first: number, length: number): Promise<IndexPage> {
    const to = first + length
    const read = await this.#pool.inTenant(tenant, (tx) => readBatches(tx, tenant, { from: first, to }))
    const keys: IndexKey[] = []
    for (const { previousSize, size, leaves, hashes } of wholeBatches(read)) {
      // The first one may hold earlier entries too, or nothing but those at the end of the log.
      const from = first + keys.length
      if (keys.length === 0 ? previousSize > from : previousSize !== from) throw missing(from)
      for (let index = from; index < Math.min(size, to); index++) {
        const at = index - previousSize
        // A whole batch has as many hashes as leaves.
        keys.push(keyOf(index, leaves[at] as Buffer, hashes[at] as Buffer))
      }
    }
    return { tenant, first, keys }
  }
}

function missing(index: number): AuditError {
  return new AuditError('AUDIT_LOG_CORRUPT', `no batch holds entry ${index}`)
}

function keyOf(index: number, leaf: Buffer, hash: Buffer): IndexKey {
  if (!leafHash(leaf).equals(hash)) {
    throw new AuditError('AUDIT_LOG_CORRUPT', `the leaf of entry ${index} is not the one that was hashed`)
  }
  // The ledger itself wrote it, as its hash says.
  const { id, producer } = JSON.parse(leaf.toString()) as Leaf
  return { id, producer }
}

function parametersOf(pages: readonly IndexPage[]): Buffer[] {
  const keys = pages.flatMap((page) => page.keys)
  const names = [...new Set(keys.map(({ producer }) => producer))]
  const places = new Map(names.map((name, at) => [name, at + 1]))
  return [
    textArray(pages.map(({ tenant }) => tenant)),
    bigintArray(pages.map(({ first }) => first)),
    bigintArray(pages.map((page) => page.first + page.keys.length)),
    uuidArray(keys.map(({ id }) => id)),
    // Every producer is among the names.
    integerArray(keys.map(({ producer }) => places.get(producer) as number)),
    textArray(names),
  ]
}
