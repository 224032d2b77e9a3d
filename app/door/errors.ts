/** Why an access token was refused; the codes are the label values of `jwt_validation_failures_total`. */
import { CodedError } from '../../lib/errors.ts'

export type TokenErrorCode =
  | 'malformed'
  | 'expired'
  | 'signature'
  | 'claims'
  | 'algorithm'
  /** The keys could not be fetched: nothing is known about the token. */
  | 'keys_unavailable'

export class TokenError extends CodedError<TokenErrorCode> {}
