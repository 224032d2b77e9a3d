/** One ledger entry as a line of canonical JSON: everything the export may show, under our own names. */
import { canonicalJson } from '../../contracts/canonical-json.ts'
import type { LedgerEntry } from './entry.ts'

/** Writes an entry as one line without its line end. */
export function toJsonLine({ leafHash, ...entry }: LedgerEntry): string {
  return canonicalJson({ ...entry, leafHash: Buffer.from(leafHash).toString('base64') })
}
