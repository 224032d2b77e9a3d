/** What is said of a past scan beside its figures. Pure. */
import type { PastScan } from '../../../contracts/scan-history.ts'
import { figure } from '../format.ts'

/** Says by how much the lower end moved; a dash where the two do not compare. */
export function movedSince(scan: PastScan, before: PastScan | undefined): string {
  if (before === undefined || before.ruleset !== scan.ruleset) return '–'
  const moved = Math.round((scan.low - before.low) * 10) / 10
  if (moved === 0) return '0'
  return `${moved > 0 ? '+' : '−'}${figure(Math.abs(moved))}`
}

/** Says what a reader should know before trusting the difference. */
export function noteOf(scan: PastScan, before: PastScan | undefined): string {
  if (scan.isAfterGap) return 'scans before it are missing'
  if (before !== undefined && before.ruleset !== scan.ruleset) return 'other rules than before'
  return scan.changedItems === undefined ? 'the first of the history' : '–'
}
