/**
 * Derives one log again from its batches: leaves, what the side store and the indexes have of them, the roots after
 * each batch and the signed ones, and every tile. It stops at the first thing that is wrong and says at which entry.
 */
import { openCheckpoint, type Checkpoint } from '../log/checkpoint.ts'
import { AuditError } from '../log/errors.ts'
import { splitBundle } from '../log/bundle.ts'
import { splitHashes } from '../log/hash.ts'
import { leavesPerHash, tileWidth, type TilePlace } from '../log/tile.ts'
import { TileEdge, type Tile } from '../log/tile-edge.ts'
import type { StoredBatch } from '../store/batches.ts'
import type { LogTiles } from '../store/log-tiles.ts'
import type { Log } from '../store/logs.ts'
import type { IndexedEntry, WalkPage, WalkReader, WalkSide } from '../store/walk-reader.ts'
import { holdEntry } from './walk-entry.ts'
import { WalkFinding } from './walk-finding.ts'

export interface LogWalkOptions {
  readonly log: Log
  readonly reader: WalkReader
  readonly tiles: LogTiles
}

/** Entries after which a page ends with the batch it is in: some 10 ms of work between two pauses. */
export const pageEntries = 250

export class LogWalk {
  readonly #options: LogWalkOptions
  readonly #edge = new TileEdge()
  /** Every batch that begins below it was read. */
  #readTo = 0
  /** Size up to which a stored root was right. */
  #held = 0
  #lastTime = 0

  constructor(options: LogWalkOptions) {
    this.#options = options
  }

  /** Entries that are verified. */
  get size(): number {
    return this.#edge.size
  }

  /**
   * Verifies the next page, at most up to the signed size. After a finding the walk is of no more use.
   *
   * @throws WalkFinding
   */
  async advance(signed: Checkpoint): Promise<void> {
    const { tenant } = this.#options.log.keys
    const from = this.size
    const page = await this.#read(tenant, Math.min(from + pageEntries, signed.size))
    const roots = this.#signedRoots(page, signed)
    const entries: IndexedEntry[] = []
    const full: Tile[] = []
    for (const batch of page.batches) {
      this.#holdPlace(batch)
      for (const [at, leaf] of batch.leaves.entries()) {
        entries.push(await this.#holdLeaf(batch, at, page.sides.get(batch.previousSize + at)))
        full.push(...this.#edge.add(leaf, batch.hashes[at] as Buffer))
      }
      this.#holdRoots([batch.root, ...(roots.get(batch.size) ?? [])])
      roots.delete(batch.size)
    }
    if (this.size === from) throw new WalkFinding('ENTRY_MISSING', from)
    this.#holdNothingLeft(roots)
    await this.#holdIndexes(tenant, entries)
    await this.#holdTiles(tenant, full)
    if (this.size >= signed.size) await this.#finish(tenant, signed)
  }

  async #read(tenant: string, to: number): Promise<WalkPage> {
    try {
      const page = await this.#options.reader.page(tenant, this.#readTo, to)
      this.#readTo = to
      return page
    } catch (error) {
      if (error instanceof AuditError) throw new WalkFinding('ENTRY_MISSING', this.size, to)
      throw error
    }
  }

  #holdPlace({ previousSize }: StoredBatch): void {
    if (previousSize > this.size) throw new WalkFinding('ENTRY_MISSING', this.size, previousSize)
    if (previousSize < this.size) throw new WalkFinding('BATCH_OVERLAP', previousSize, this.size)
  }

  async #holdLeaf(batch: StoredBatch, at: number, side: WalkSide | undefined): Promise<IndexedEntry> {
    const index = batch.previousSize + at
    // A batch has as many hashes as leaves.
    const entry = { index, leaf: batch.leaves[at] as Buffer, hash: batch.hashes[at] as Buffer, side }
    const { id, producer, time } = await holdEntry(entry, this.#options.log.keys)
    if (time < this.#lastTime) throw new WalkFinding('TIME_DECREASED', index)
    this.#lastTime = time
    return { index, id, producer, subject: side?.subject ?? null }
  }

  #holdRoots(expected: readonly Buffer[]): void {
    const root = this.#edge.root()
    if (!expected.every((each) => each.equals(root))) {
      throw new WalkFinding('ROOT_MISMATCH', this.#held, this.size)
    }
    this.#held = this.size
  }

  /** Collects the roots that were signed for sizes of the page. */
  #signedRoots({ checkpoints }: WalkPage, signed: Checkpoint): Map<number, Buffer[]> {
    const roots = new Map<number, Buffer[]>([[signed.size, [signed.root]]])
    for (const { size, note } of checkpoints) {
      const { root } = this.#open(note, size)
      roots.set(size, [...(roots.get(size) ?? []), root])
    }
    return roots
  }

  /** A signed size that no batch ends at was not signed by this ledger. */
  #holdNothingLeft(roots: ReadonlyMap<number, unknown>): void {
    const left = [...roots.keys()].filter((size) => size <= this.size)
    if (left.length > 0) throw new WalkFinding('CHECKPOINT_INVALID', Math.min(...left) - 1)
  }

  #open(note: string, size: number): Checkpoint {
    try {
      const checkpoint = openCheckpoint(note, this.#options.log.verifierKey)
      if (checkpoint.size === size) return checkpoint
    } catch (error) {
      if (!(error instanceof AuditError)) throw error
    }
    throw new WalkFinding('CHECKPOINT_INVALID', size - 1)
  }

  async #holdIndexes(tenant: string, entries: readonly IndexedEntry[]): Promise<void> {
    const rows = await this.#options.reader.listed(tenant, entries)
    const wrong = rows.filter((row) => !row.is_keyed || !row.is_listed).sort((a, b) => a.index - b.index)
    const [first] = wrong
    if (first !== undefined) {
      throw new WalkFinding(first.is_keyed ? 'SUBJECT_MISMATCH' : 'KEY_MISMATCH', first.index)
    }
  }

  /** Compares tiles with the stored ones, bundles as what they hold. */
  async #holdTiles(tenant: string, tiles: readonly Tile[]): Promise<void> {
    for (const { place, bytes } of tiles) {
      const stored = await this.#options.tiles.read(tenant, place).catch((error: unknown) => {
        if (error instanceof AuditError) return undefined
        throw error
      })
      if (stored?.equals(bytes) === true) continue
      const leaves = leavesPerHash(place.level)
      const first = (place.index * tileWidth + firstDifference(stored, bytes, place.level)) * leaves
      throw new WalkFinding('TILE_MISMATCH', first, first + leaves)
    }
  }

  async #finish(tenant: string, signed: Checkpoint): Promise<void> {
    if (this.size > signed.size) throw new WalkFinding('ROOT_MISMATCH', signed.size, this.size)
    await this.#holdTiles(tenant, this.#edge.partials())
    if ((await this.#options.reader.countKeys(tenant, this.size)) !== this.size) {
      throw new WalkFinding('KEY_MISMATCH', 0, this.size)
    }
  }
}

/** Finds the first hash or entry of a tile that is not as it should be. */
function firstDifference(stored: Buffer | undefined, right: Buffer, level: TilePlace['level']): number {
  if (stored === undefined) return 0
  const partsOf = (bytes: Buffer) => (level === 'entries' ? entriesOf(bytes) : splitHashes(bytes))
  const found = partsOf(stored)
  const at = partsOf(right).findIndex((part, position) => found[position]?.equals(part) !== true)
  return Math.max(0, at)
}

function entriesOf(bytes: Buffer): Buffer[] {
  try {
    return splitBundle(bytes)
  } catch (error) {
    if (error instanceof AuditError) return []
    throw error
  }
}
