/** What the SDK refuses to do. Telemetry itself never throws: what cannot be sent is counted. */
import { CodedError } from '../lib/errors.ts'

export type SdkErrorCode =
  | 'SDK_DATABASE_UNREACHABLE'
  | 'SDK_DATABASE_POOL_EXHAUSTED'
  | 'SDK_DATABASE_TIMEOUT'
  | 'SDK_DATABASE_CONFLICT'
  | 'SDK_DATABASE_FAILED'
  | 'SDK_TRANSACTION_ABORTED'
  | 'SDK_TENANT_INVALID'
  | 'SDK_FETCH_TIMEOUT'
  | 'SDK_FETCH_FAILED'
  | 'SDK_AUDIT_EVENT_INVALID'
  | 'SDK_SPOOL_FULL'
  | 'SDK_SPOOL_LOCKED'
  | 'SDK_SPOOL_UNAVAILABLE'
  | 'SDK_SPOOL_CLOSED'

/** Thrown by the pool, by `fetch` and by the audit outbox and spool. */
export class SdkError extends CodedError<SdkErrorCode> {}
