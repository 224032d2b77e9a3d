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
  /** The keystore is sealed under another backend than the settings name. */
  | 'CUSTODY_OTHER_BACKEND'
  /** The backend was not set up: a package, a program, a module or a setting is missing. */
  | 'CUSTODY_NO_BACKEND'
  /** The backend does not answer, or asks to come later. */
  | 'CUSTODY_UNAVAILABLE'
  /** The backend knows us and refuses, or does not know us. */
  | 'CUSTODY_DENIED'
  /** The backend's key is disabled, about to be deleted, or not there. */
  | 'CUSTODY_KEY_DISABLED'
  /** The backend's key is another one than sealed, or it sealed for another keystore. */
  | 'CUSTODY_WRONG_KEY'
  /** More signing keys in the token than it can sign with in time. */
  | 'CUSTODY_CROWDED'
  /** A key cannot leave the token that made it. */
  | 'CUSTODY_BOUND'

export class CustodyError extends CodedError<CustodyCode> {}
