/** What key custody refuses, and why. */
import { CodedError } from './errors.ts'

export type CustodyCode =
  | 'CUSTODY_WRONG_PASSPHRASE'
  | 'CUSTODY_CORRUPT'
  | 'CUSTODY_TOO_OPEN'
  | 'CUSTODY_BAD_NAME'
  | 'CUSTODY_WEAK_PASSPHRASE'
  /** A key that is remembered is not there. It is never made anew: that would be another key under an old name. */
  | 'CUSTODY_LOST'
  /** A key file holds another key than the manifest remembers. */
  | 'CUSTODY_SWAPPED'
  | 'CUSTODY_NO_KEY'

export class CustodyError extends CodedError<CustodyCode> {}
