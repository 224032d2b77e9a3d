/** Reads tiles and bundles from a source; what stands in them is anybody's guess until it has been hashed. */
import { gunzipSync } from 'node:zlib'
import { hashBytes } from '../log/hash.ts'
import { leavesPerHash, tilePath, tileWidth, type TilePlace } from '../log/tile.ts'
import type { LogSource } from './log-source.ts'
import { TreeFindingError } from './tree-finding.ts'

/** 256 entries of 65,535 bytes and their lengths. */
const maxBundleBytes = tileWidth * (65_535 + 2)
const maxTileBytes = tileWidth * hashBytes

/**
 * Reads the hashes or entries that a log of some size has at a place.
 *
 * @throws TreeFindingError FILE_MISSING, or TILE_MALFORMED for a tile that is not as long as it must be
 */
export async function readTile(source: LogSource, place: TilePlace): Promise<Buffer> {
  const isBundle = place.level === 'entries'
  const maxBytes = isBundle ? maxBundleBytes : maxTileBytes
  const path = tilePath(place)
  // Partial tiles are collected once the full one exists; that begins with the same bytes.
  const full = tilePath({ ...place, width: tileWidth })
  const bytes =
    (await source.read(path, maxBytes)) ?? (full === path ? undefined : await source.read(full, maxBytes))
  if (bytes === undefined) throw finding(place, 'FILE_MISSING', `found no ${path}`)
  if (isBundle) return inflated(bytes)
  const needed = place.width * hashBytes
  if (bytes.length !== needed && bytes.length !== maxTileBytes) {
    throw finding(place, 'TILE_MALFORMED', `${path} has ${bytes.length} bytes, expected ${needed}`)
  }
  return bytes.subarray(0, needed)
}

/**
 * Undoes the compression that the ledger keeps bundles under. A plain bundle may begin with the same bytes as a gzip
 * file; whichever of both is taken has to give the signed root.
 */
function inflated(bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 0x08) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBundleBytes })
  } catch {
    return bytes
  }
}

function finding(place: TilePlace, fault: 'FILE_MISSING' | 'TILE_MALFORMED', detail: string) {
  const leaves = leavesPerHash(place.level)
  const firstBad = place.index * tileWidth * leaves
  return new TreeFindingError({ fault, firstBad, before: firstBad + place.width * leaves, detail })
}
