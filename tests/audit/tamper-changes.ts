/** Changes to a stored log of four batches of five entries, as a superuser with triggers off makes them. */
import type { WalkFault } from '../../audit/publish/walk-finding.ts'
import type { VerifyFault } from '../../audit/verify/verify-export.ts'
import type { LedgerHome } from './ledger-process.ts'
import { editBatch, tamper, tileFile, type BatchContent } from './stored-log.ts'

export interface Drill {
  readonly title: string
  readonly change: (home: LedgerHome, tenant: string) => Promise<void> | void
  /** What the ledger's own check names, in lower case in its log. */
  readonly fault: Lowercase<WalkFault>
  readonly index: number
  /** What the publisher says where the checkpoint itself is contradicted. */
  readonly contradicts?: 'audit_log_rolled_back' | 'audit_log_forked'
  /** What the offline verifier says of an export made afterwards; absent where the export is still right. */
  readonly exported?: readonly [fault: VerifyFault, firstBad: number]
}

type Change = Drill['change']

/** Edits the leaves and hashes of the batch that begins at an entry. */
export function inBatch(first: number, edit: (content: BatchContent) => void) {
  return (home: LedgerHome, tenant: string): Promise<void> => editBatch(home, [tenant, first], edit)
}

/** Runs statements; `$1` is the tenant. */
export function sql(...statements: readonly string[]): Change {
  return (home, tenant) => tamper(home, tenant, ...statements)
}

/** Changes the side store of the batch that begins at an entry. */
export function inSide(set: string, first = 0): Change {
  return sql(`update ledger.side set ${set} where tenant = $1 and first = ${first}`)
}

/** Changes a file below the folder of the log's tiles. */
export function files(pattern: RegExp, change: (path: string) => void): Change {
  return (home, tenant) => change(tileFile(home, tenant, pattern))
}
