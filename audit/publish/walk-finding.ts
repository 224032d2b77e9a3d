/** What can be wrong with a stored log. */
import { CodedError } from '../../lib/errors.ts'

export type WalkFault =
  | 'ENTRY_MISSING'
  | 'BATCH_MISMATCH'
  | 'BATCH_OVERLAP'
  | 'LEAF_UNREADABLE'
  | 'LEAF_HASH_MISMATCH'
  | 'SIDE_MISSING'
  | 'FACTS_MISMATCH'
  | 'PERSONAL_MISMATCH'
  | 'GONE_UNEXPLAINED'
  | 'KEY_MISMATCH'
  | 'SUBJECT_MISMATCH'
  | 'TIME_DECREASED'
  | 'TILE_MISMATCH'
  | 'CHECKPOINT_INVALID'
  | 'CHECKPOINT_MISSING'
  | 'SEARCH_MISMATCH'
  | 'GUARD_MISSING'
  | 'ROOT_MISMATCH'

/** A finding, thrown from wherever it is made. */
export class WalkFinding extends CodedError<WalkFault> {
  /** First entry that is wrong, or the first of those among which it is. */
  readonly index: number
  /** Exclusive end of the entries among which the wrong one is. */
  readonly before: number
  constructor(fault: WalkFault, index: number, before = index + 1) {
    super(fault, `found ${fault.toLowerCase()} from entry ${index} up to ${before}`)
    this.index = index
    this.before = before
  }
}
