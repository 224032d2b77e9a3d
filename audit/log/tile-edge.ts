/**
 * The tiles at the right edge of a growing log. Adding an entry yields the tiles that became full; what is left is
 * partial. It knows the root at every size, so whoever writes tiles needs nothing else.
 */
import { joinBundle, splitBundle } from './bundle.ts'
import { AuditError } from './errors.ts'
import { Frontier } from './frontier.ts'
import { splitHashes } from './hash.ts'
import { rangeHash, tileHeight } from './subtree.ts'
import { partialPlaces, tileWidth, type TilePlace } from './tile.ts'

export interface Tile {
  readonly place: TilePlace
  /** Hashes one after the other, or an entry bundle. */
  readonly bytes: Buffer
}

export class TileEdge {
  #frontier = new Frontier()
  /** Entries of the bundle that is not full yet. */
  #entries: Buffer[] = []
  /** Hashes of the tile that is not full yet, by level. */
  readonly #rows: Buffer[][] = []

  get size(): number {
    return this.#frontier.size
  }

  /** Computes the root of everything added. */
  root(): Buffer {
    return this.#frontier.root()
  }

  /** Writes the roots of the complete subtrees, largest first. */
  frontierBytes(): Buffer {
    return this.#frontier.toBytes()
  }

  /** Adds an entry with its leaf hash and answers the tiles it completed. */
  add(entry: Buffer, hash: Buffer): Tile[] {
    const { size } = this.#frontier
    this.#entries.push(entry)
    this.#push(0, hash)
    this.#frontier.add(hash, (level, _, node) => {
      if (level % tileHeight === 0) this.#push(level / tileHeight, node)
    })
    return (size + 1) % tileWidth === 0 ? this.#takeFull() : []
  }

  /** Lists what is not full yet, as `partialPlaces` names it. */
  partials(): Tile[] {
    return partialPlaces(this.size).map((place) => ({ place, bytes: this.#bytesOf(place.level) }))
  }

  #push(level: number, hash: Buffer): void {
    this.#rows[level] ??= []
    this.#rows[level].push(hash)
  }

  #takeFull(): Tile[] {
    const index = this.size / tileWidth - 1
    const full: Tile[] = [
      { place: { level: 'entries', index, width: tileWidth }, bytes: this.#bytesOf('entries') },
    ]
    this.#entries = []
    let at = index
    for (const [level, row] of this.#rows.entries()) {
      if (row.length < tileWidth) break
      full.push({ place: { level, index: at, width: tileWidth }, bytes: this.#bytesOf(level) })
      this.#rows[level] = []
      at = Math.floor(at / tileWidth)
    }
    return full
  }

  #bytesOf(level: TilePlace['level']): Buffer {
    return level === 'entries' ? joinBundle(this.#entries) : Buffer.concat(this.#rows[level] ?? [])
  }

  /**
   * Takes up the edge of a log of `size` entries where it was left.
   *
   * @param partials as `partialPlaces(size)` lists them
   * @throws AuditError AUDIT_LOG_CORRUPT when a tile does not have its width
   */
  static resume(size: number, partials: readonly Tile[]): TileEdge {
    const edge = new TileEdge()
    for (const { place, bytes } of partials) {
      const parts = place.level === 'entries' ? splitBundle(bytes) : splitHashes(bytes)
      if (parts.length !== place.width) {
        throw new AuditError('AUDIT_LOG_CORRUPT', `found a tile of ${parts.length}, expected ${place.width}`)
      }
      if (place.level === 'entries') edge.#entries = parts
      else edge.#rows[place.level] = parts
    }
    edge.#frontier = new Frontier(size, frontierHashes(edge.#rows))
    return edge
  }
}

/** Folds the hashes of partial tiles into the roots of complete subtrees, largest first. */
function frontierHashes(rows: readonly (readonly Buffer[] | undefined)[]): Buffer[] {
  const hashes: Buffer[] = []
  for (let level = rows.length - 1; level >= 0; level--) {
    const row = rows[level] ?? []
    let at = 0
    for (let count = tileWidth / 2; count >= 1; count /= 2) {
      if ((row.length & count) === 0) continue
      hashes.push(rangeHash([row.slice(at, at + count)]))
      at += count
    }
  }
  return hashes
}
