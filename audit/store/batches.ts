/** Reads batches back: leaves and hashes as they were committed. */
import type { Transaction } from '#sdk'
import { unpackLeaves } from '../log/leaf-rows.ts'
import { AuditError } from '../log/errors.ts'
import { splitHashes } from '../log/hash.ts'
import { statements } from './statements.ts'

export interface StoredBatch {
  readonly previousSize: number
  readonly size: number
  readonly root: Buffer
  /** Roots of the complete subtrees after it, largest first. */
  readonly frontier: Buffer
  readonly lastTime: number
  readonly synthetic: boolean
  /** False where it does not hold as many leaves as its sizes say; whoever uses it must look. */
  readonly isWhole: boolean
  /** Canonical JSON of each leaf, from `previousSize` on. */
  readonly leaves: readonly Buffer[]
  /** As many as there are leaves. */
  readonly hashes: readonly Buffer[]
}

interface BatchRow {
  readonly previous_size: number
  readonly size: number
  readonly root: Buffer
  readonly frontier: Buffer
  readonly last_time: number
  readonly synthetic: boolean
  readonly leaves: Buffer
  readonly leaf_hashes: Buffer
}

/**
 * Reads the batches that hold entries from `from` up to and without `to`, in order; where the one that should hold
 * `from` is missing, the one before it comes first.
 *
 * @param tx inside the tenant
 */
export async function readBatches(
  tx: Transaction,
  tenant: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<StoredBatch[]> {
  const rows = await tx.query<BatchRow>(statements['read-batches'], [tenant, from, to])
  return rows.map(batchOf)
}

/**
 * Passes batches on.
 *
 * @throws AuditError AUDIT_LOG_CORRUPT when one does not hold as many leaves as its sizes say
 */
export function wholeBatches(batches: readonly StoredBatch[]): readonly StoredBatch[] {
  const broken = batches.find(({ isWhole }) => !isWhole)
  if (broken === undefined) return batches
  throw new AuditError('AUDIT_LOG_CORRUPT', `the batch from entry ${broken.previousSize} on is not whole`)
}

function batchOf(row: BatchRow): StoredBatch {
  const { previous_size: previousSize, size, root, frontier, last_time: lastTime, synthetic } = row
  const leaves = unpackAll(row.leaves)
  const hashes = splitHashes(row.leaf_hashes)
  const count = size - previousSize
  const isWhole = leaves?.length === count && hashes.length === count
  return { previousSize, size, root, frontier, lastTime, synthetic, isWhole, leaves: leaves ?? [], hashes }
}

function unpackAll(packed: Buffer): Buffer[] | undefined {
  try {
    return unpackLeaves(packed)
  } catch (error) {
    if (error instanceof AuditError) return undefined
    throw error
  }
}
