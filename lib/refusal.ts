/** A refused request as a value: its code, its status, and the problem document it is answered with. */
import { STATUS_CODES } from 'node:http'
import type { RejectionCode } from '../contracts/metrics/http.ts'
import type { Fault, Problem } from '../contracts/problem.ts'
import { CodedError } from './errors.ts'

/** Status of each code (RFC 9110, RFC 6585). */
export const statusOf: Readonly<Record<RejectionCode, number>> = {
  body_too_large: 413,
  body_malformed: 400,
  body_too_deep: 400,
  body_invalid: 422,
  media_type_unsupported: 415,
  encoding_unsupported: 415,
  method_not_allowed: 405,
  not_found: 404,
  query_invalid: 400,
  headers_malformed: 400,
  tls_failed: 400,
  unauthenticated: 401,
  forbidden: 403,
  csrf_failed: 403,
  rate_limited: 429,
  conflict: 409,
  timeout: 408,
  overloaded: 503,
  internal: 500,
}

export interface RefusalOptions extends ErrorOptions {
  /** For people: what was found and what was expected; it leaves the house, so no secret and no personal data. */
  readonly detail?: string
  readonly faults?: readonly Fault[]
  /** Extra response headers, e.g. `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>
  /** A closer status than the code's own. */
  readonly status?: number
}

/** Thrown by a door to refuse a request; the door answers it as a problem document and counts it. */
export class Refusal extends CodedError<RejectionCode> {
  readonly status: number
  readonly faults: readonly Fault[] | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly detail: string | undefined
  constructor(code: RejectionCode, options: RefusalOptions = {}) {
    super(code, options.detail ?? code.replaceAll('_', ' '), options)
    this.status = options.status ?? statusOf[code]
    this.faults = options.faults
    this.headers = options.headers ?? {}
    this.detail = options.detail
  }
}

/** Writes a refusal as RFC 9457 problem details. */
export function problemOf(refusal: Refusal, traceId?: string): Problem {
  return {
    type: `urn:campanile:problem:${refusal.code}`,
    title: STATUS_CODES[refusal.status] ?? 'Error',
    status: refusal.status,
    code: refusal.code.toUpperCase(),
    ...(refusal.detail === undefined ? {} : { detail: refusal.detail }),
    ...(traceId === undefined ? {} : { traceId }),
    ...(refusal.faults === undefined ? {} : { faults: [...refusal.faults] }),
  }
}
