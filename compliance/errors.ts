/** What the scanner cannot do. Findings and files it cannot read are data, not errors. */
import { CodedError } from '../lib/errors.ts'

export type ComplianceErrorCode =
  /** The checklist and the controls do not name the same items. */
  | 'CHECKLIST_MISMATCH'
  /** A scan that was kept cannot be read again. */
  | 'STATE_INVALID'
  /** What was given is no evidence bundle. */
  | 'BUNDLE_INVALID'
  /** The database has a scan that is later than the newest one that was kept. */
  | 'HISTORY_AHEAD'
  /** The scanner does not answer, or not with what was asked for. */
  | 'HISTORY_REFUSED'

export class ComplianceError extends CodedError<ComplianceErrorCode> {}
