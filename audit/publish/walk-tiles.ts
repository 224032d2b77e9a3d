/** Holds stored tiles against the ones a walk derives. */
import { splitBundle } from '../log/bundle.ts'
import { AuditError } from '../log/errors.ts'
import { splitHashes } from '../log/hash.ts'
import { leavesPerHash, tileWidth, type TilePlace } from '../log/tile.ts'
import type { Tile } from '../log/tile-edge.ts'
import type { LogTiles } from '../store/log-tiles.ts'
import { WalkFinding } from './walk-finding.ts'

/**
 * Compares derived tiles with the stored ones, bundles as what they hold.
 *
 * @throws WalkFinding TILE_MISMATCH naming the first hash or entry that is missing or another
 */
export async function holdTiles(tiles: LogTiles, tenant: string, derived: readonly Tile[]): Promise<void> {
  for (const { place, bytes } of derived) {
    const stored = await readStored(tiles, tenant, place)
    // A partial tile may have been collected since: then the full one begins with the same bytes.
    if (stored?.subarray(0, bytes.length).equals(bytes) === true) continue
    const leaves = leavesPerHash(place.level)
    const first = (place.index * tileWidth + firstDifference(stored, bytes, place.level)) * leaves
    throw new WalkFinding('TILE_MISMATCH', first, first + leaves)
  }
}

async function readStored(tiles: LogTiles, tenant: string, place: TilePlace): Promise<Buffer | undefined> {
  try {
    return (await tiles.read(tenant, place)) ?? (await tiles.read(tenant, { ...place, width: tileWidth }))
  } catch (error) {
    if (error instanceof AuditError) return undefined
    throw error
  }
}

function firstDifference(stored: Buffer | undefined, right: Buffer, level: TilePlace['level']): number {
  const partsOf = level === 'entries' ? entriesOf : splitHashes
  const found = stored === undefined ? [] : partsOf(stored)
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
