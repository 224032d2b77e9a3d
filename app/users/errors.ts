/** What the users service cannot do. Refused requests are `Refusal`s. */
import { CodedError } from '../../lib/errors.ts'

export type UsersErrorCode =
  /** An account that provisioning was told to create exists with another tenant or e-mail. */
  | 'USERS_PROVISION_CONFLICT'
  /** A password of nobody was to be replaced. */
  | 'USERS_UNKNOWN_ACCOUNT'

export class UsersError extends CodedError<UsersErrorCode> {}
