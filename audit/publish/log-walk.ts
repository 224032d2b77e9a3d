/**
 * Derives one log again from its rows, page by page: leaves, facts, sealed personal data, inner nodes, the roots
 * after each batch and the signed ones. It stops at the first thing that is wrong and says at which entry.
 */
import type { AuditEvent } from '../../contracts/audit-event.ts'
import type { Leaf } from '../../contracts/leaf.ts'
import { CodedError } from '../../lib/errors.ts'
import { openCheckpoint, type Checkpoint } from '../log/checkpoint.ts'
import { AuditError } from '../log/errors.ts'
import { Frontier } from '../log/frontier.ts'
import { leafHash } from '../log/hash.ts'
import { commitFacts, commitLeaf, commitPersonal } from '../log/leaf.ts'
import { tileHeight } from '../log/subtree.ts'
import type { Log } from '../store/logs.ts'
import { openPersonal, subjectToken } from '../store/personal.ts'
import type { NodePlace, WalkPage, WalkReader, WalkRow } from '../store/walk-reader.ts'

export type WalkFault =
  | 'ENTRY_MISSING'
  | 'LEAF_UNREADABLE'
  | 'LEAF_HASH_MISMATCH'
  | 'LEAF_ROW_MISMATCH'
  | 'FACTS_MISMATCH'
  | 'PERSONAL_MISMATCH'
  | 'TIME_DECREASED'
  | 'NODE_MISMATCH'
  | 'CHECKPOINT_INVALID'
  | 'ROOT_MISMATCH'

/** What is wrong with a log, thrown from wherever it is found. */
export class WalkFinding extends CodedError<WalkFault> {
  /** First entry that is wrong, or the first of those among which it is. */
  readonly index: number
  /** Exclusive end of the entries among which the wrong one is. */
  readonly before: number
  constructor(fault: WalkFault, index: number, before = index + 1) {
    super(fault, `found ${fault.toLowerCase()} from entry ${index} up to ${before}`)
    this.index = index
    this.before = before
  }
}

/** Most entries of one page: some 10 ms of work between two pauses. */
export const pageEntries = 250

export class LogWalk {
  readonly #log: Log
  readonly #reader: WalkReader
  readonly #frontier = new Frontier()
  /** Size up to which a stored root was right. */
  #held = 0
  #lastTime = 0

  constructor(log: Log, reader: WalkReader) {
    this.#log = log
    this.#reader = reader
  }

  /** Entries that are verified. */
  get size(): number {
    return this.#frontier.size
  }

  /**
   * Verifies the next page, at most up to the signed size. After a finding the walk is of no more use.
   *
   * @throws WalkFinding
   */
  async advance(signed: Checkpoint): Promise<void> {
    const { tenant } = this.#log.keys
    const from = this.size
    const to = Math.min(from + pageEntries, signed.size)
    const page = await this.#reader.page(tenant, from, to)
    const gap = firstGap(page.rows, from, to)
    const nodes: { place: NodePlace; hash: Buffer }[] = []
    const roots = this.#rootsOf(page, signed)
    for (const row of page.rows.slice(0, gap - from)) {
      await this.#takeRow(row)
      this.#frontier.add(row.leaf_hash, (level, index, hash) => {
        if (level % tileHeight === 0) nodes.push({ place: { level, index }, hash })
      })
      this.#holdRoot(roots.get(this.size))
    }
    if (gap < to) throw new WalkFinding('ENTRY_MISSING', gap)
    await this.#holdNodes(nodes)
  }

  async #takeRow(row: WalkRow): Promise<void> {
    const { index } = row
    const leaf = readLeaf(row)
    if (!leafHash(Buffer.from(row.leaf)).equals(row.leaf_hash)) {
      throw new WalkFinding('LEAF_HASH_MISMATCH', index)
    }
    if (leaf.id !== row.id || leaf.producer !== row.producer) {
      throw new WalkFinding('LEAF_ROW_MISMATCH', index)
    }
    holdFacts(row, leaf)
    if (row.sealed !== null) await this.#holdPersonal(row, row.sealed)
    if (leaf.time < this.#lastTime) throw new WalkFinding('TIME_DECREASED', index)
    this.#lastTime = leaf.time
  }

  async #holdPersonal(row: WalkRow, sealed: Buffer): Promise<void> {
    const { subjectKeys, subjectTokenKey, tenant } = this.#log.keys
    const token = row.subject ?? subjectToken(subjectTokenKey, undefined)
    const key = await subjectKeys.find(tenant, token)
    // Destroyed with the subject's data: what is sealed under it can no longer say anything.
    if (key === undefined) return
    try {
      const { salt, personal } = openPersonal({ key, eventId: row.id }, sealed)
      const commitment = commitPersonal(personal, salt)
      const isRight = row.personal_commitment === null || commitment.equals(row.personal_commitment)
      const isOwn = subjectToken(subjectTokenKey, personal.subject).equals(token)
      if (isRight && isOwn) return
    } catch (error) {
      if (!(error instanceof AuditError)) throw error
    }
    throw new WalkFinding('PERSONAL_MISMATCH', row.index)
  }

  /** Collects the roots that the page's sizes must have. */
  #rootsOf({ heads, checkpoints }: WalkPage, signed: Checkpoint): Map<number, Buffer[]> {
    const roots = new Map<number, Buffer[]>([[signed.size, [signed.root]]])
    const add = (size: number, root: Buffer) => roots.set(size, [...(roots.get(size) ?? []), root])
    for (const { size, root } of heads) add(size, root)
    for (const { size, note } of checkpoints) {
      const checkpoint = this.#open(note, size)
      add(checkpoint.size, checkpoint.root)
    }
    return roots
  }

  #open(note: string, size: number): Checkpoint {
    try {
      const checkpoint = openCheckpoint(note, this.#log.verifierKey)
      if (checkpoint.size === size) return checkpoint
    } catch (error) {
      if (!(error instanceof AuditError)) throw error
    }
    throw new WalkFinding('CHECKPOINT_INVALID', size - 1)
  }

  #holdRoot(expected: readonly Buffer[] = []): void {
    if (expected.length === 0) return
    const root = this.#frontier.root()
    if (!expected.every((each) => each.equals(root))) {
      throw new WalkFinding('ROOT_MISMATCH', this.#held, this.size)
    }
    this.#held = this.size
  }

  async #holdNodes(nodes: readonly { place: NodePlace; hash: Buffer }[]): Promise<void> {
    if (nodes.length === 0) return
    const stored = await this.#reader.nodes(
      this.#log.keys.tenant,
      nodes.map(({ place }) => place),
    )
    nodes.forEach(({ place, hash }, at) => {
      if (stored[at]?.equals(hash) === true) return
      const width = 2 ** place.level
      throw new WalkFinding('NODE_MISMATCH', place.index * width, (place.index + 1) * width)
    })
  }
}

/** Finds the first index that no row has; `to` when all are there. */
function firstGap(rows: readonly WalkRow[], from: number, to: number): number {
  const at = rows.findIndex(({ index }, position) => index !== from + position)
  return at >= 0 ? from + at : Math.min(from + rows.length, to)
}

function readLeaf({ leaf, index }: WalkRow): Leaf {
  try {
    // Its hash proves what the ledger wrote; a changed one may be anything.
    const value = JSON.parse(leaf) as Leaf | null
    if (typeof value?.time === 'number' && typeof value.commitment === 'string') return value
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new WalkFinding('LEAF_UNREADABLE', index)
}

function holdFacts({ index, facts, salt, personal_commitment: personal }: WalkRow, leaf: Leaf): void {
  if (facts === null || salt === null || personal === null) return
  try {
    // They are compared by commitment, whatever they hold.
    const opened = JSON.parse(facts) as AuditEvent['facts']
    if (commitLeaf(commitFacts(opened, salt), personal) === leaf.commitment) return
  } catch (error) {
    if (!(error instanceof Error)) throw error
  }
  throw new WalkFinding('FACTS_MISMATCH', index)
}
