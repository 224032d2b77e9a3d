/** What the collector's receiving doors share: who may come in, how a refusal is counted and answered. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RejectionCode } from '../../contracts/metrics/http.ts'
import type { telemetryMetrics } from '../../contracts/metrics/telemetry.ts'
import { Refusal } from '../../lib/refusal.ts'
import { CollectorError, type CollectorCode } from '../errors.ts'
import { overloaded } from './body.ts'

type RefusalReason =
  (typeof telemetryMetrics)['collector_refused_requests_total']['labels']['reason']['values'][number]

export interface CorsOptions {
  /** Exact origins, or patterns with `*`. */
  readonly allowedOrigins: readonly string[]
  readonly allowedHeaders: readonly string[]
  /** Seconds a browser may remember the answer. */
  readonly maxAgeSeconds: number
}

const reasons: Readonly<Partial<Record<RejectionCode, RefusalReason>>> = {
  body_too_large: 'too_large',
  media_type_unsupported: 'media_type',
  encoding_unsupported: 'encoding',
  method_not_allowed: 'method',
  not_found: 'not_found',
  overloaded: 'overloaded',
  rate_limited: 'overloaded',
  internal: 'overloaded',
  forbidden: 'origin',
  unauthenticated: 'origin',
}

/** Maps a refusal to the closed list of the counter's label. */
export function reasonOf(code: RejectionCode): RefusalReason {
  return reasons[code] ?? 'malformed'
}

const refusalCodes: Readonly<Partial<Record<CollectorCode, RejectionCode>>> = {
  OTLP_TOO_DEEP: 'body_too_deep',
  OTLP_TOO_MANY: 'body_too_large',
}

/** Turns whatever went wrong into a refusal; what nobody expected becomes `internal`. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (!(error instanceof CollectorError)) return new Refusal('internal', { cause: error })
  // Retryable, each of them: an OTLP client throws away what is answered with 500.
  if (error.code.startsWith('STORE_') || error.code === 'EXPORT_GIVEN_UP') return overloaded(error.message)
  return new Refusal(refusalCodes[error.code] ?? 'body_malformed', { detail: error.message, cause: error })
}

/** Reads the token out of an `authorization` header. */
export function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer (.{1,512})$/.exec(header ?? '')?.[1]
}

/** Compares a secret a client showed with the expected one in constant time. */
export function isSameSecret(shown: string | undefined, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(shown ?? ''), digest(expected)) && shown !== undefined
}

/**
 * Sets the CORS headers for an allowed origin.
 *
 * @throws Refusal forbidden for a browser page of another origin
 */
export function applyCors(request: IncomingMessage, response: ServerResponse, cors: CorsOptions): void {
  const { origin } = request.headers
  if (origin === undefined) return
  response.setHeader('vary', 'origin')
  if (!cors.allowedOrigins.some((allowed) => matchesOrigin(allowed, origin))) {
    throw new Refusal('forbidden', { detail: 'this origin is not allowed here' })
  }
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-expose-headers', 'retry-after')
}

/** Answers a preflight whose origin `applyCors` has let pass. */
export function answerPreflight(response: ServerResponse, cors: CorsOptions): void {
  response.setHeader('access-control-allow-methods', 'POST, OPTIONS')
  response.setHeader('access-control-allow-headers', cors.allowedHeaders.join(', '))
  response.setHeader('access-control-max-age', String(cors.maxAgeSeconds))
  response.statusCode = 204
  response.end()
}

/** Matches `https://*.example` without a regular expression: prefix and suffix around one star. */
function matchesOrigin(allowed: string, origin: string): boolean {
  const star = allowed.indexOf('*')
  if (star < 0) return allowed === origin
  const head = allowed.slice(0, star)
  const tail = allowed.slice(star + 1)
  return origin.length >= head.length + tail.length && origin.startsWith(head) && origin.endsWith(tail)
}

/** Lets what is left of a refused body flow away, so that the answer can reach a client still sending. */
export function drain(request: IncomingMessage): void {
  if (!request.readableEnded && !request.destroyed) request.resume()
}
