/** What a drill cannot do. An alert that does not ring is no error but a finding; these are about the way there. */
import { CodedError } from '../lib/errors.ts'

export type DrillErrorCode =
  /** A process did not answer, or answered something else than expected. */
  | 'DRILL_UNREACHABLE'
  /** The appliance is not ready, or runs without demo data. */
  | 'DRILL_NOT_POSSIBLE'
  /** There is no drill of that name. */
  | 'DRILL_UNKNOWN'
  /** The database's superuser could not change or restore an entry. */
  | 'DRILL_TAMPER_FAILED'
  /** An evidence file is not what was written. */
  | 'DRILL_EVIDENCE_INVALID'

export class DrillError extends CodedError<DrillErrorCode> {}
