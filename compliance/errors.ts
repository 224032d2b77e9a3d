/** What the scanner cannot do. Findings and files it cannot read are data, not errors. */
import { CodedError } from '../lib/errors.ts'

export type ComplianceErrorCode =
  /** The checklist and the controls do not name the same items. */
  | 'CHECKLIST_MISMATCH'
  /** A scan that was kept cannot be read again. */
  | 'STATE_INVALID'
  /** What was given is no evidence bundle. */
  | 'BUNDLE_INVALID'

export class ComplianceError extends CodedError<ComplianceErrorCode> {}
