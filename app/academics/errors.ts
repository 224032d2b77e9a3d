/** What the academics service cannot do. Refused requests are `Refusal`s; these are defects or attacks. */
import { CodedError } from '../../lib/errors.ts'

export type AcademicsErrorCode =
  /** A transaction was set to another tenant than the caller's: a tampered connection. */
  | 'ACADEMICS_TENANT_MISMATCH'
  /** The ledger did not answer, or answered something else than a list of accesses. */
  | 'ACADEMICS_LEDGER_AWAY'

export class AcademicsError extends CodedError<AcademicsErrorCode> {}
