/** What can be wrong with the tiles of a log, and where. */
import { CodedError } from '../../lib/errors.ts'

export type TreeFault =
  | 'KEY_MISMATCH'
  | 'CHECKPOINT_MISSING'
  | 'CHECKPOINT_INVALID'
  | 'FILE_MISSING'
  | 'BUNDLE_MALFORMED'
  | 'TILE_MALFORMED'
  | 'ENTRY_MISMATCH'
  | 'TILE_MISMATCH'
  | 'TIME_DECREASED'
  | 'ROOT_MISMATCH'
  | 'REWRITTEN'
  | 'TRUNCATED'

/** In plain values, so that it passes from thread to thread. */
export interface TreeFinding {
  readonly fault: TreeFault
  /** First leaf that is wrong, or the first of those among which it is. */
  readonly firstBad: number
  /** Exclusive end of the leaves among which the wrong one is. */
  readonly before: number
  /** Says which file, found and expected. */
  readonly detail: string
}

/** A finding, thrown from wherever it is made. */
export class TreeFindingError extends CodedError<TreeFault> {
  readonly finding: TreeFinding
  constructor(finding: TreeFinding) {
    super(finding.fault, finding.detail)
    this.finding = finding
  }
}
