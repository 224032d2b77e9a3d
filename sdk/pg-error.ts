/** Gives a database failure one of the room's codes; the driver's error stays its cause. */
import { systemCodeOf } from '../lib/errors.ts'
import { SdkError, type SdkErrorCode } from './errors.ts'

/** By SQLSTATE class or code (PostgreSQL, appendix A) and by system code. */
const codeOf: Readonly<Record<string, SdkErrorCode>> = {
  ECONNREFUSED: 'SDK_DATABASE_UNREACHABLE',
  ECONNRESET: 'SDK_DATABASE_UNREACHABLE',
  EAI_AGAIN: 'SDK_DATABASE_UNREACHABLE',
  EHOSTUNREACH: 'SDK_DATABASE_UNREACHABLE',
  ENETUNREACH: 'SDK_DATABASE_UNREACHABLE',
  ENOTFOUND: 'SDK_DATABASE_UNREACHABLE',
  ETIMEDOUT: 'SDK_DATABASE_UNREACHABLE',
  ENOENT: 'SDK_DATABASE_UNREACHABLE',
  EPIPE: 'SDK_DATABASE_UNREACHABLE',
  '08': 'SDK_DATABASE_UNREACHABLE',
  '57P01': 'SDK_DATABASE_UNREACHABLE',
  '57P03': 'SDK_DATABASE_UNREACHABLE',
  '53300': 'SDK_DATABASE_POOL_EXHAUSTED',
  '57014': 'SDK_DATABASE_TIMEOUT',
  '23': 'SDK_DATABASE_CONFLICT',
  '40001': 'SDK_DATABASE_CONFLICT',
  '40P01': 'SDK_DATABASE_CONFLICT',
}

export class DatabaseError extends SdkError {
  /** SQLSTATE or system code of the failure. */
  readonly sqlState: string
  /** Constraint that was violated, where one was. */
  readonly constraint: string | undefined
  constructor(
    code: SdkErrorCode,
    sqlState: string,
    options: ErrorOptions & { constraint?: string | undefined },
  ) {
    // The driver's message can quote row values, so it stays in the cause.
    super(code, `the database answered ${sqlState}`, options)
    this.sqlState = sqlState
    this.constraint = options.constraint
  }
}

/** Wraps whatever the driver threw. */
export function toDatabaseError(cause: unknown): DatabaseError {
  if (cause instanceof DatabaseError) return cause
  const state = systemCodeOf(cause) ?? (isPoolTimeout(cause) ? '53300' : isCut(cause) ? '08006' : 'unknown')
  const code = codeOf[state] ?? codeOf[state.slice(0, 2)] ?? 'SDK_DATABASE_FAILED'
  const constraint = (cause as { constraint?: unknown } | null)?.constraint
  return new DatabaseError(code, state, {
    cause,
    constraint: typeof constraint === 'string' ? constraint : undefined,
  })
}

// pg reports both without a code.
function isPoolTimeout(cause: unknown): boolean {
  return cause instanceof Error && /timeout exceeded when trying to connect/.test(cause.message)
}

function isCut(cause: unknown): boolean {
  return cause instanceof Error && /Connection terminated|not queryable/.test(cause.message)
}
