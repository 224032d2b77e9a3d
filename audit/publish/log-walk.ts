/**
 * Derives one log again from its batches: leaves, what the side store and the indexes have of them, the roots after
 * each batch and the signed ones, and every tile. It stops at the first thing that is wrong and says at which entry.
 */
import type { Checkpoint } from '../log/checkpoint.ts'
import { TileEdge, type Tile } from '../log/tile-edge.ts'
import type { StoredBatch } from '../store/batches.ts'
import type { LogTiles } from '../store/log-tiles.ts'
import type { Log } from '../store/logs.ts'
import type { SignedNotes } from '../store/signed-notes.ts'
import type { WalkPage, WalkReader } from '../store/walk-reader.ts'
import { holdEntry } from './walk-entry.ts'
import { WalkFinding } from './walk-finding.ts'
import { WalkIndexes, type WalkedEntry } from './walk-indexes.ts'
import { WalkRetirements } from './walk-retirements.ts'
import { WalkRoots } from './walk-roots.ts'
import { holdTiles } from './walk-tiles.ts'

export interface LogWalkOptions {
  readonly log: Log
  readonly reader: WalkReader
  readonly tiles: LogTiles
  /** Remembers for which sizes a checkpoint was signed. */
  readonly notes: Pick<SignedNotes, 'sizes' | 'read'>
}

/** Entries after which a page ends with the batch it is in: some 10 ms of work between two pauses. */
export const pageEntries = 250

export class LogWalk {
  readonly #options: LogWalkOptions
  readonly #edge = new TileEdge()
  readonly #roots: WalkRoots
  readonly #retirements: WalkRetirements
  readonly #indexes: WalkIndexes
  /** Sizes that were signed below the one that was read for. */
  #sizes: { readonly below: number; readonly all: readonly number[] } = { below: 0, all: [] }
  /** Every batch that begins below it was read. */
  #readTo = 0
  #lastTime = 0

  constructor(options: LogWalkOptions) {
    this.#options = options
    this.#roots = new WalkRoots(options.log.keys.chain)
    this.#retirements = new WalkRetirements(options.log.keys, options.reader)
    this.#indexes = new WalkIndexes(options.reader, options.log.keys)
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
    const { log, reader, tiles } = this.#options
    const { tenant } = log.keys
    const from = this.size
    const to = Math.min(from + pageEntries, signed.size)
    const page = await reader.page(tenant, { begun: this.#readTo, from, to })
    this.#readTo = to
    await this.#holdCheckpoints(page, { from, to, below: signed.size })
    this.#roots.expect(page.checkpoints, signed)
    const entries: WalkedEntry[] = []
    const full: Tile[] = []
    for (const batch of page.batches) {
      entries.push(...(await this.#holdBatch(batch, page)))
      batch.leaves.forEach((leaf, at) => full.push(...this.#edge.add(leaf, batch.hashes[at] as Buffer)))
      if (!this.#edge.frontierBytes().equals(batch.frontier)) {
        throw new WalkFinding('ROOT_MISMATCH', batch.previousSize, batch.size)
      }
      this.#roots.hold(this.size, this.#edge.root(), batch.root)
    }
    if (this.size === from) throw new WalkFinding('ENTRY_MISSING', from, to)
    await this.#indexes.hold(entries)
    await holdTiles(tiles, tenant, full)
    if (this.size >= signed.size) await this.#finish(tenant, signed)
  }

  async #holdBatch(batch: StoredBatch, { sides }: WalkPage): Promise<WalkedEntry[]> {
    const { previousSize, size, leaves, hashes } = batch
    if (previousSize > this.size) throw new WalkFinding('ENTRY_MISSING', this.size, previousSize)
    if (previousSize < this.size) throw new WalkFinding('BATCH_OVERLAP', previousSize, this.size)
    if (!batch.isWhole) throw new WalkFinding('ENTRY_MISSING', previousSize, size)
    const entries: WalkedEntry[] = []
    let hasDemo = false
    for (const [at, leaf] of leaves.entries()) {
      const index = previousSize + at
      const side = sides.get(index)
      // A whole batch has as many hashes as leaves.
      const entry = { index, leaf, hash: hashes[at] as Buffer, side }
      const held = await holdEntry(entry, {
        keys: this.#options.log.keys,
        retirements: this.#retirements,
      })
      const { id, producer, time, synthetic } = held.leaf
      if (time < this.#lastTime) throw new WalkFinding('TIME_DECREASED', index)
      this.#lastTime = time
      hasDemo ||= synthetic === true
      const { subject = null, class: kind = null } = side ?? {}
      entries.push({ index, id, producer, subject, class: kind, time, held })
    }
    if (hasDemo !== batch.synthetic || this.#lastTime !== batch.lastTime) {
      throw new WalkFinding('BATCH_MISMATCH', previousSize, size)
    }
    return entries
  }

  /** The checkpoint that was signed last may still be on its way into the database. */
  async #holdCheckpoints(
    { checkpoints }: WalkPage,
    { from, to, below }: { readonly from: number; readonly to: number; readonly below: number },
  ): Promise<void> {
    const { log, notes } = this.#options
    if (this.#sizes.below !== below) this.#sizes = { below, all: await notes.sizes(log.keys.tenant) }
    const stored = new Set(checkpoints.map(({ size }) => size))
    const { all } = this.#sizes
    let at = firstAbove(all, from)
    while ((all[at] ?? Infinity) <= to && stored.has(all[at] ?? 0)) at++
    const missing = all.slice(at, at + 1).find((size) => size <= to && size < below)
    if (missing !== undefined) throw new WalkFinding('CHECKPOINT_MISSING', missing - 1)
  }

  async #finish(tenant: string, signed: Checkpoint): Promise<void> {
    const { reader, tiles, notes } = this.#options
    this.#roots.holdKept(await notes.read(tenant), signed)
    await holdTiles(tiles, tenant, this.#edge.partials())
    await this.#indexes.finish(this.size)
    const drift = await reader.drift()
    if (drift.length > 0) throw new WalkFinding('GUARD_MISSING', 0, this.size)
  }
}

/** Finds the place of the first of ascending sizes that is above one. */
function firstAbove(sizes: readonly number[], size: number): number {
  let [low, high] = [0, sizes.length]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((sizes[middle] ?? 0) > size) high = middle
    else low = middle + 1
  }
  return low
}
