/** What the gateway cannot do. Refused requests are `Refusal`s. */
import { CodedError } from '../../lib/errors.ts'

export type GatewayErrorCode =
  /** The users service answered something else than its contract. */
  'GATEWAY_USERS_ANSWER'

export class GatewayError extends CodedError<GatewayErrorCode> {}
