import { CodedError } from '../lib/errors.ts'

export type ConsoleErrorCode =
  | 'ACCOUNTS_INVALID'
  | 'INBOX_NOT_WRITTEN'
  | 'INBOX_CLOSED'
  | 'UPSTREAM_AWAY'
  | 'UPSTREAM_REFUSED'
  | 'UPSTREAM_INVALID'

/** What the console cannot do. */
export class ConsoleError extends CodedError<ConsoleErrorCode> {}
