/**
 * Derives one part of a tree again: the 65,536 leaves below one full tile of level 1, or what the log has of them.
 * Every entry is hashed, every tile of levels 0 and 1 is compared. Parts are independent of one another, so that each
 * can have a thread of its own.
 */
import { AuditError } from '../log/errors.ts'
import { hashBytes } from '../log/hash.ts'
import { tilePath, tileWidth, widthAt, type TilePlace } from '../log/tile.ts'
import { bundleBytes, foldRow, hashBundle } from '../log/tile-hash.ts'
import { LeafTimes, type TimeSpan } from './leaf-times.ts'
import type { LogSource } from './log-source.ts'
import { readTile } from './read-tile.ts'
import { TreeFindingError } from './tree-finding.ts'

/** Leaves of a full part. */
export const unitLeaves = tileWidth * tileWidth
/** Tiles that are asked for before they are needed: a distant source answers slowly, not seldom. */
const readAhead = 8

export interface UnitReport extends TimeSpan {
  /** Merkle tree hash over its leaves. */
  readonly root: Uint8Array
}

/**
 * Verifies a part of a log.
 *
 * @param unit which, from the left
 * @param size of the log
 * @throws TreeFindingError, or AuditError AUDIT_SOURCE_FAILED
 */
export async function verifyUnit(source: LogSource, unit: number, size: number): Promise<UnitReport> {
  const first = unit * tileWidth
  const end = Math.min(first + tileWidth, Math.ceil(size / tileWidth))
  const rowWidth = widthAt({ level: 1, index: unit }, size)
  const row = rowWidth === 0 ? undefined : await readTile(source, { level: 1, index: unit, width: rowWidth })
  const times = new LeafTimes()
  const roots: Buffer[] = []
  const pending: Promise<Pair>[] = []
  for (let index = first, next = first; index < end; index++) {
    for (; next < Math.min(end, index + readAhead); next++) pending.push(readPair(source, next, size))
    const pair = await (pending.shift() as Promise<Pair>)
    const above = row?.subarray((index - first) * hashBytes, (index - first + 1) * hashBytes)
    roots.push(holdTile(pair, above, times))
  }
  const complete = Buffer.concat(roots.slice(0, rowWidth))
  if (row !== undefined && !row.equals(complete)) throw wrongRow(row, complete, unit)
  return { root: foldRow(Buffer.concat(roots)), ...times.span() }
}

/** A bundle and the tile over it. */
interface Pair {
  readonly place: TilePlace
  readonly bundle: Buffer
  readonly tile: Buffer
}

function readPair(source: LogSource, index: number, size: number): Promise<Pair> {
  const place = { level: 0, index, width: widthAt({ level: 0, index }, size) }
  const both = Promise.all([readTile(source, { ...place, level: 'entries' }), readTile(source, place)])
  const pair = both.then(([bundle, tile]) => ({ place, bundle, tile }))
  // One that was asked for early may fail before it is waited for; it is waited for, or an earlier one failed.
  pair.catch(() => undefined)
  return pair
}

/** Hashes a bundle's entries, holds them against their tile, and answers the root over them. */
function holdTile({ place, bundle, tile }: Pair, above: Buffer | undefined, times: LeafTimes): Buffer {
  const { width, index } = place
  const firstLeaf = index * tileWidth
  const used = bundleBytes(bundle, width)
  // A full bundle may stand where a partial one is asked for; no other may hold more.
  const isLonger = used < bundle.length && bundleBytes(bundle, tileWidth) !== bundle.length
  const path = tilePath({ ...place, level: 'entries' })
  if (isLonger || (width === tileWidth && used !== bundle.length)) {
    throw malformed(place, `${path} does not end with an entry`)
  }
  let hashes: Buffer
  let decreasedAt: number | undefined
  try {
    hashes = hashBundle(bundle, width, (at, start, end) => {
      if (!times.take(bundle, start, end)) decreasedAt ??= at
    })
  } catch (error) {
    if (error instanceof AuditError) throw malformed(place, `${path}: ${error.message}`)
    throw error
  }
  if (!hashes.equals(tile)) throw mismatch(place, { hashes, tile, above })
  // Only now: the time of an entry that was changed says nothing.
  if (decreasedAt !== undefined) throw decreased(firstLeaf + decreasedAt)
  return foldRow(hashes)
}

interface Difference {
  readonly hashes: Buffer
  readonly tile: Buffer
  /** Root over the tile that the row above has, where it has one. */
  readonly above: Buffer | undefined
}

/** Says which of entry and tile is wrong: the one that does not agree with the row above. */
function mismatch(place: TilePlace, { hashes, tile, above }: Difference): TreeFindingError {
  const at = differenceOf(hashes, tile)
  const leaf = place.index * tileWidth + at
  const isTileWrong = above?.equals(foldRow(hashes)) === true
  const isEntryWrong = above?.equals(foldRow(tile)) === true
  const file = tilePath(place)
  const bundle = tilePath({ ...place, level: 'entries' })
  if (isTileWrong) {
    const detail = `hash ${at} of ${file} is not that of its entry; the row above agrees with the entry`
    return new TreeFindingError({ fault: 'TILE_MISMATCH', firstBad: leaf, before: leaf + 1, detail })
  }
  const who = isEntryWrong
    ? 'the row above agrees with the tile'
    : 'what stands above does not say which of both is wrong'
  const detail = `entry ${at} of ${bundle} does not have the hash that ${file} has for it; ${who}`
  return new TreeFindingError({ fault: 'ENTRY_MISMATCH', firstBad: leaf, before: leaf + 1, detail })
}

function wrongRow(row: Buffer, derived: Buffer, unit: number): TreeFindingError {
  const at = differenceOf(row, derived)
  const firstBad = (unit * tileWidth + at) * tileWidth
  const path = tilePath({ level: 1, index: unit, width: row.length / hashBytes })
  const detail = `hash ${at} of ${path} is not the root over the entries below it`
  return new TreeFindingError({ fault: 'TILE_MISMATCH', firstBad, before: firstBad + tileWidth, detail })
}

/** Finds the first hash in which two rows differ. */
export function differenceOf(a: Buffer, b: Buffer): number {
  let at = 0
  const hashAt = (row: Buffer) => row.subarray(at * hashBytes, (at + 1) * hashBytes)
  while (hashAt(a).equals(hashAt(b)) && (at + 1) * hashBytes < a.length) at++
  return at
}

function malformed({ index, width }: TilePlace, detail: string): TreeFindingError {
  const firstBad = index * tileWidth
  return new TreeFindingError({ fault: 'BUNDLE_MALFORMED', firstBad, before: firstBad + width, detail })
}

function decreased(leaf: number): TreeFindingError {
  const detail = 'the leaf is older than the one before'
  return new TreeFindingError({ fault: 'TIME_DECREASED', firstBad: leaf, before: leaf + 1, detail })
}
