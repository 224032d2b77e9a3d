/** The batches of one log as a database that never loses anything would hold them, behind the pool the publisher asks. */
import type { Pool, Transaction } from '#sdk'
import { joinBundle } from '../../../audit/log/bundle.ts'
import { leafHash } from '../../../audit/log/hash.ts'
import { TileEdge } from '../../../audit/log/tile-edge.ts'
import { statements } from '../../../audit/store/statements.ts'

export const tenant = 'drill'
export const origin = 'campanile.example/logs/drill'

export function entryOf(index: number): Buffer {
  return Buffer.from(`{"entry":${index}}`)
}

interface BatchRow {
  readonly previous_size: number
  readonly size: number
  readonly root: Buffer
  readonly frontier: Buffer
  readonly last_time: number
  readonly synthetic: boolean
  readonly leaves: Buffer
  readonly leaf_hashes: Buffer
}

interface CheckpointRow {
  readonly size: number
  readonly root: Buffer
  readonly note: string
}

type Answer = (params: readonly unknown[]) => readonly object[]

export class MemoryLog {
  readonly batches: BatchRow[] = []
  readonly checkpoints = new Map<number, CheckpointRow>()
  readonly #edge = new TileEdge()

  get size(): number {
    return this.#edge.size
  }

  /** Appends a batch. */
  append(count: number): void {
    const previous_size = this.size
    const leaves = Array.from({ length: count }, (_, at) => entryOf(previous_size + at))
    const hashes = leaves.map((leaf) => leafHash(leaf))
    leaves.forEach((leaf, at) => this.#edge.add(leaf, hashes[at] as Buffer))
    this.batches.push({
      previous_size,
      size: this.size,
      root: this.#edge.root(),
      frontier: this.#edge.frontierBytes(),
      last_time: 0,
      synthetic: false,
      leaves: joinBundle(leaves),
      leaf_hashes: Buffer.concat(hashes),
    })
  }

  /** Answers the statements of the publisher. */
  get pool(): Pool {
    const transaction: Transaction = {
      query: async <R extends object>(sql: string, params: readonly unknown[] = []) => {
        const answer = this.#answers.get(sql)
        if (answer === undefined) throw new Error(`no answer to ${sql}`)
        // Each answer has the columns its statement selects.
        return answer(params) as R[]
      },
    }
    return {
      ...transaction,
      inTenant: (_, work) => work(transaction),
      transaction: (work) => work(transaction),
      end: async () => undefined,
    }
  }

  readonly #answers = new Map<string, Answer>([
    [statements['list-tenants'], () => (this.size > 0 ? [{ tenant }] : [])],
    [statements['read-log'], () => (this.size > 0 ? [{ origin }] : [])],
    [statements['read-head'], () => this.batches.slice(-1)],
    [
      statements['read-checkpoint'],
      () => [...this.checkpoints.values()].sort((a, b) => a.size - b.size).slice(-1),
    ],
    [statements['read-batch-root'], ([, size]) => this.batches.filter((batch) => batch.size === size)],
    [
      statements['read-batches'],
      ([, from, to]) =>
        this.batches.filter((batch) => batch.size > Number(from) && batch.previous_size < Number(to)),
    ],
    [
      statements['insert-checkpoint'],
      ([, size, root, note]) => this.#keep({ size: Number(size), root: root as Buffer, note: String(note) }),
    ],
    [
      statements['insert-checkpoints'],
      // Of the one log there is.
      ([, sizes, roots, notes]) => {
        const [size, root, note] = [sizes, roots, notes].map((list) => (list as readonly unknown[])[0])
        return this.#keep({ size: Number(size), root: root as Buffer, note: String(note) })
      },
    ],
  ])

  #keep(row: CheckpointRow): [] {
    if (!this.checkpoints.has(row.size)) this.checkpoints.set(row.size, row)
    return []
  }
}
