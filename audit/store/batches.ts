/** Reads batches back: leaves and hashes as they were committed. */
import type { Transaction } from '#sdk'
import { splitBundle } from '../log/bundle.ts'
import { AuditError } from '../log/errors.ts'
import { splitHashes } from '../log/hash.ts'
import { statements } from './statements.ts'

export interface StoredBatch {
  readonly previousSize: number
  readonly size: number
  readonly root: Buffer
  /** Canonical JSON of each leaf, from `previousSize` on. */
  readonly leaves: readonly Buffer[]
  /** As many as there are leaves. */
  readonly hashes: readonly Buffer[]
}

interface BatchRow {
  readonly previous_size: number
  readonly size: number
  readonly root: Buffer
  readonly leaves: Buffer
  readonly leaf_hashes: Buffer
}

/**
 * Reads the batches that hold entries from `from` up to and without `to`, whole, in order; where the one that
 * should hold `from` is missing, the one before it comes first.
 *
 * @param tx inside the tenant
 * @throws AuditError AUDIT_LOG_CORRUPT when a batch does not hold what its sizes say
 */
export async function readBatches(
  tx: Transaction,
  tenant: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<StoredBatch[]> {
  const rows = await tx.query<BatchRow>(statements['read-batches'], [tenant, from, to])
  return rows.map(batchOf)
}

function batchOf({
  previous_size: previousSize,
  size,
  root,
  leaves,
  leaf_hashes: hashes,
}: BatchRow): StoredBatch {
  const count = size - previousSize
  const batch = { previousSize, size, root, leaves: splitBundle(leaves), hashes: splitHashes(hashes) }
  if (batch.leaves.length === count && batch.hashes.length === count) return batch
  throw new AuditError('AUDIT_LOG_CORRUPT', `the batch from entry ${previousSize} on does not hold ${count}`)
}
