/** Proof hashes out of the stored rows: leaves and every eighth level, never a scan of the log. */
import type { Transaction } from '#sdk'
import { AuditError } from '../log/errors.ts'
import { rangeHash, runOf, subtreesOf, type LeafRange } from '../log/subtree.ts'
import { statements } from './statements.ts'

/**
 * Computes the hash of each range.
 *
 * @param tx inside the tenant
 * @throws AuditError AUDIT_LOG_CORRUPT when a stored hash is missing
 */
export async function readRangeHashes(
  tx: Transaction,
  tenant: string,
  ranges: readonly LeafRange[],
): Promise<Buffer[]> {
  const runs = ranges.map((range) => subtreesOf(range).map(runOf))
  const flat = runs.flat()
  const rows = await tx.query<{ run: number; hash: Buffer }>(statements['read-hashes'], [
    tenant,
    flat.map(({ level }) => level),
    flat.map(({ first }) => first),
    flat.map(({ count }) => count),
  ])
  const found = flat.map((): Buffer[] => [])
  for (const { run, hash } of rows) found[run - 1]?.push(hash)
  flat.forEach(({ level, first, count }, at) => {
    if (found[at]?.length !== count) {
      throw new AuditError('AUDIT_LOG_CORRUPT', `level ${level} lacks hashes from ${first} on`)
    }
  })
  let at = 0
  return runs.map((ofRange) => rangeHash(found.slice(at, (at += ofRange.length))))
}

/** Computes the root of the first `size` leaves. */
export async function readRoot(tx: Transaction, tenant: string, size: number): Promise<Buffer> {
  const [root] = await readRangeHashes(tx, tenant, [{ start: 0, end: size }])
  // One range in, one hash out.
  return root as Buffer
}
