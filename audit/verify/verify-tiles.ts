/**
 * Derives a log again from its tiles and entry bundles (C2SP tlog-tiles): every entry is hashed, every tile compared,
 * and the root held against the signed checkpoint. Parts of the tree are shared out to threads; what is kept of each
 * is its root.
 */
import type { Checkpoint } from '../log/checkpoint.ts'
import { AuditError } from '../log/errors.ts'
import { openCheckpointInChain, type ChainKey } from '../log/handover.ts'
import { emptyRoot, hashBytes } from '../log/hash.ts'
import { leavesPerHash, tilePath, tileWidth, widthAt } from '../log/tile.ts'
import { foldRow } from '../log/tile-hash.ts'
import { openEarlier } from './earlier.ts'
import { holdEarlier } from './hold-earlier.ts'
import type { LogSource, SourcePlace } from './log-source.ts'
import { openSource } from './open-source.ts'
import { readTile } from './read-tile.ts'
import { TreeFindingError, type TreeFinding } from './tree-finding.ts'
import { UnitPool } from './unit-pool.ts'
import { differenceOf, unitLeaves, type UnitReport } from './verify-unit.ts'

export interface TilesOptions {
  /** Most threads; default one for each core. */
  readonly threads?: number
  /** Fewest entries the log must have, from an earlier checkpoint. Default 0. */
  readonly minSize?: number
  /** Checkpoints of this log that were kept, or proofs with one: it must have grown from each. */
  readonly earlier?: readonly string[]
}

export type TilesVerdict =
  | {
      readonly valid: true
      readonly checkpoint: Checkpoint
      /** Tiles and bundles that were read and compared. */
      readonly files: number
      /** Entries that are no leaves of this ledger, so that their times could not be looked at. */
      readonly foreign: number
    }
  | ({ readonly valid: false } & TreeFinding)

/** As much as is read of any note: room for 64 signatures of ML-DSA-44. */
const maxCheckpointBytes = 262_144

/**
 * Verifies the log at a place.
 *
 * @param chain the keys that may have signed, as `openChain` gives them
 * @throws AuditError AUDIT_SOURCE_FAILED when the source cannot be read, or what reading `earlier` throws
 */
export async function verifyTiles(
  place: SourcePlace,
  chain: readonly ChainKey[],
  options: TilesOptions = {},
): Promise<TilesVerdict> {
  const source = openSource(place)
  try {
    const checkpoint = await readCheckpoint(source, chain)
    const { size } = checkpoint
    const { minSize = 0, earlier = [] } = options
    const known = earlier.map((text) => openEarlier(text, chain))
    const least = Math.max(minSize, ...known.map((each) => each.size))
    if (size < least) throw found('TRUNCATED', { firstBad: size, before: least }, `expected ${least} entries`)
    const reports = await verifyUnits(place, size, options.threads)
    holdTimes(reports)
    await holdUpperRows(source, reports, size)
    const root = size === 0 ? emptyRoot : foldRow(Buffer.concat(reports.map((report) => report.root)))
    if (!root.equals(checkpoint.root)) {
      throw found('ROOT_MISMATCH', { firstBad: 0, before: size }, 'the entries do not give the signed root')
    }
    for (const each of known) await holdEarlier(source, each, checkpoint)
    const foreign = reports.reduce((sum, report) => sum + report.foreign, 0)
    return { valid: true, checkpoint, files: countFiles(size), foreign }
  } catch (error) {
    if (error instanceof TreeFindingError) return { valid: false, ...error.finding }
    throw error
  }
}

async function readCheckpoint(source: LogSource, chain: readonly ChainKey[]): Promise<Checkpoint> {
  const note = await source.read('checkpoint', maxCheckpointBytes)
  const nowhere = { firstBad: 0, before: 0 }
  if (note === undefined) throw found('CHECKPOINT_MISSING', nowhere, 'found no checkpoint')
  try {
    return openCheckpointInChain(note.toString('utf8'), chain)
  } catch (error) {
    if (error instanceof AuditError) throw found('CHECKPOINT_INVALID', nowhere, error.message)
    throw error
  }
}

async function verifyUnits(place: SourcePlace, size: number, threads?: number): Promise<UnitReport[]> {
  const pool = new UnitPool({ place, size, ...(threads === undefined ? {} : { threads }) })
  return pool.run()
}

/** Times never decrease within a log; within a part its thread has looked. */
function holdTimes(reports: readonly UnitReport[]): void {
  let last = 0
  reports.forEach(({ firstTime, lastTime }, unit) => {
    if (firstTime !== undefined && firstTime < last) {
      const firstBad = unit * unitLeaves
      throw found('TIME_DECREASED', { firstBad, before: firstBad + unitLeaves }, 'older than the part before')
    }
    last = lastTime ?? last
  })
}

/** Compares the rows of tiles above the parts. */
async function holdUpperRows(source: LogSource, reports: readonly UnitReport[], size: number): Promise<void> {
  let row = reports.slice(0, Math.floor(size / unitLeaves)).map(({ root }) => root)
  for (let level = 2; row.length > 0; level++) {
    const above: Uint8Array[] = []
    for (let index = 0; index * tileWidth < row.length; index++) {
      const place = { level, index, width: widthAt({ level, index }, size) }
      const derived = Buffer.concat(row.slice(index * tileWidth, (index + 1) * tileWidth))
      const tile = await readTile(source, place)
      if (!tile.equals(derived)) {
        const at = differenceOf(tile, derived)
        const leaves = leavesPerHash(level)
        const firstBad = (index * tileWidth + at) * leaves
        const detail = `hash ${at} of ${tilePath(place)} is not the root over the entries below it`
        throw found('TILE_MISMATCH', { firstBad, before: firstBad + leaves }, detail)
      }
      if (derived.length === tileWidth * hashBytes) above.push(foldRow(derived))
    }
    row = above
  }
}

function countFiles(size: number): number {
  let count = Math.ceil(size / tileWidth)
  for (let level = 0; leavesPerHash(level) <= size; level++) {
    count += Math.ceil(Math.floor(size / leavesPerHash(level)) / tileWidth)
  }
  return count
}

function found(
  fault: TreeFinding['fault'],
  range: Pick<TreeFinding, 'firstBad' | 'before'>,
  detail: string,
): TreeFindingError {
  return new TreeFindingError({ fault, ...range, detail })
}
