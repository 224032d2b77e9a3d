/**
 * Holds a log's tiles against what was kept of it from earlier. A consistency proof is made of the tiles and verified:
 * so it does not matter that they are read a second time, from a source that may answer otherwise than the first time.
 */
import type { Checkpoint } from '../log/checkpoint.ts'
import { AuditError } from '../log/errors.ts'
import { hashBytes, splitHashes } from '../log/hash.ts'
import { verifyConsistency } from '../log/proof.ts'
import { consistencyRanges, rangeHash, runOf, subtreesOf, tileHeight, type HashRun } from '../log/subtree.ts'
import { tileWidth, widthAt } from '../log/tile.ts'
import { rewrittenDetail } from './earlier.ts'
import type { LogSource } from './log-source.ts'
import { readTile } from './read-tile.ts'
import { TreeFindingError } from './tree-finding.ts'

/**
 * Proves that a log begins with the tree of an earlier checkpoint.
 *
 * @param earlier no larger than `checkpoint`
 * @throws TreeFindingError REWRITTEN
 */
export async function holdEarlier(
  source: LogSource,
  earlier: Checkpoint,
  checkpoint: Checkpoint,
): Promise<void> {
  const { size: to, root: toRoot } = checkpoint
  const { size: from, root: fromRoot } = earlier
  const path: Buffer[] = []
  for (const range of consistencyRanges(from, to)) {
    const runs: Buffer[][] = []
    for (const subtree of subtreesOf(range)) runs.push(await readRun(source, runOf(subtree), to))
    path.push(rangeHash(runs))
  }
  try {
    verifyConsistency({ from, to, fromRoot, toRoot, path })
  } catch (error) {
    if (!(error instanceof AuditError)) throw error
    throw new TreeFindingError({ fault: 'REWRITTEN', firstBad: 0, before: from, detail: rewrittenDetail })
  }
}

/** A run is part of one tile: at most 128 hashes from a multiple of their number. */
async function readRun(source: LogSource, { level, first, count }: HashRun, size: number): Promise<Buffer[]> {
  const place = { level: level / tileHeight, index: Math.floor(first / tileWidth) }
  const tile = await readTile(source, { ...place, width: widthAt(place, size) })
  const start = (first % tileWidth) * hashBytes
  return splitHashes(tile.subarray(start, start + count * hashBytes))
}
