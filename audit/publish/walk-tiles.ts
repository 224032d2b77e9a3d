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
    const end = stored?.isFull === true ? bytes.length : Number.MAX_SAFE_INTEGER
    if (stored?.bytes.subarray(0, end).equals(bytes) === true) continue
    const leaves = leavesPerHash(place.level)
    const first = (place.index * tileWidth + firstDifference(stored?.bytes, bytes, place.level)) * leaves
    throw new WalkFinding('TILE_MISMATCH', first, first + leaves)
  }
}

interface StoredTile {
  readonly bytes: Buffer
  /** A partial tile may have been collected: then the full one begins with the same bytes. */
  readonly isFull: boolean
}

async function readStored(
  tiles: LogTiles,
  tenant: string,
  place: TilePlace,
): Promise<StoredTile | undefined> {
  try {
    const own = await tiles.read(tenant, place)
    if (own !== undefined) return { bytes: own, isFull: false }
    const full = await tiles.read(tenant, { ...place, width: tileWidth })
    return full === undefined ? undefined : { bytes: full, isFull: true }
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
