/** Proof hashes out of the tiles: leaves and every eighth level, never a scan of the log. */
import { AuditError } from '../log/errors.ts'
import { hashBytes } from '../log/hash.ts'
import { rangeHash, runOf, subtreesOf, tileHeight, type HashRun, type LeafRange } from '../log/subtree.ts'
import { tileWidth } from '../log/tile.ts'
import type { LogTiles } from './log-tiles.ts'

export interface TiledLog {
  readonly tiles: LogTiles
  readonly tenant: string
  /** Signed size: for it every tile is there. */
  readonly size: number
}

/**
 * Computes the hash of each range.
 *
 * @throws AuditError AUDIT_LOG_CORRUPT when a tile is missing or too short
 */
export async function readRangeHashes(log: TiledLog, ranges: readonly LeafRange[]): Promise<Buffer[]> {
  const read = new Map<string, Promise<Buffer>>()
  const tileOf = (level: number, index: number) => {
    const name = `${level} ${index}`
    const tile = read.get(name) ?? log.tiles.readAt(log.tenant, { level, index }, log.size)
    read.set(name, tile)
    return tile
  }
  const hashesOf = async ({ level, first, count }: HashRun): Promise<Buffer[]> => {
    // A run is part of a tile: at most 128 hashes from a multiple of its length.
    const tile = await tileOf(level / tileHeight, Math.floor(first / tileWidth))
    const start = (first % tileWidth) * hashBytes
    if (tile.length < start + count * hashBytes) {
      throw new AuditError('AUDIT_LOG_CORRUPT', `level ${level} lacks hashes from ${first} on`)
    }
    return Array.from({ length: count }, (_, at) =>
      tile.subarray(start + at * hashBytes, start + (at + 1) * hashBytes),
    )
  }
  return Promise.all(
    ranges.map(async (range) =>
      rangeHash(await Promise.all(subtreesOf(range).map((subtree) => hashesOf(runOf(subtree))))),
    ),
  )
}
