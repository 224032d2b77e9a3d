/** What verifying one part of a log gave, in values that pass from thread to thread. */
import { AuditError } from '../log/errors.ts'
import type { LogSource } from './log-source.ts'
import { TreeFindingError, type TreeFinding } from './tree-finding.ts'
import { verifyUnit, type UnitReport } from './verify-unit.ts'

export type UnitOutcome =
  | { readonly status: 'verified'; readonly report: UnitReport }
  | { readonly status: 'wrong'; readonly finding: TreeFinding }
  /** The source could not be read, which says nothing about the log. */
  | { readonly status: 'unread'; readonly reason: string }

/** Verifies a part; what is wrong with log or source is an outcome. */
export async function runUnit(source: LogSource, unit: number, size: number): Promise<UnitOutcome> {
  try {
    return { status: 'verified', report: await verifyUnit(source, unit, size) }
  } catch (error) {
    if (error instanceof TreeFindingError) return { status: 'wrong', finding: error.finding }
    if (error instanceof AuditError) return { status: 'unread', reason: error.message }
    throw error
  }
}
