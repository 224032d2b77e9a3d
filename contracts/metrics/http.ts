import { tokenRoles } from '../ledger-token.ts'
import { services } from '../services.ts'
import { tenantLabel, type MetricSpec } from './define.ts'

/** Methods as they appear in labels; anything else a client invents is `_OTHER` (OpenTelemetry HTTP conventions). */
export const httpMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', '_OTHER'] as const
export const statusClasses = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const

/** Reasons a door refuses a request; the same words are the `code` of the problem document in lower case. */
export const rejectionCodes = [
  'body_too_large',
  'body_malformed',
  'body_too_deep',
  'body_invalid',
  'media_type_unsupported',
  'encoding_unsupported',
  'method_not_allowed',
  'not_found',
  'query_invalid',
  'headers_malformed',
  'tls_failed',
  'unauthenticated',
  'forbidden',
  'csrf_failed',
  'rate_limited',
  'conflict',
  'timeout',
  'overloaded',
  'internal',
] as const
export type RejectionCode = (typeof rejectionCodes)[number]

export const httpMetrics = {
  http_server_request_duration_seconds: {
    kind: 'histogram',
    unit: 'seconds',
    meaning: 'Time from the first byte of a request to the last byte of its response.',
    owner: 'sdk',
    labels: {
      tenant: tenantLabel,
      service: { values: services },
      method: { values: httpMethods },
      route: { budget: 80 },
      status: { values: statusClasses },
    },
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    seriesBudget: 12_000,
  },
  http_requests_rejected_total: {
    kind: 'counter',
    unit: 'items',
    meaning: 'Requests a door refused, by reason.',
    owner: 'lib',
    labels: { service: { values: services }, code: { values: rejectionCodes } },
    seriesBudget: 220,
  },
  access_tokens_issued_total: {
    kind: 'counter',
    unit: 'items',
    meaning: 'Short-lived tokens the ledger has issued or exchanged, by role.',
    owner: 'audit',
    labels: { role: { values: tokenRoles } },
    seriesBudget: 6,
  },
  tls_certificate_expiry_timestamp_seconds: {
    kind: 'gauge',
    unit: 'seconds',
    meaning:
      'When the certificate of a door ends, seconds since the epoch; absent where a door speaks plain HTTP.',
    owner: 'audit',
    labels: { service: { values: services } },
    seriesBudget: 11,
  },
  http_client_retries_total: {
    kind: 'counter',
    unit: 'items',
    meaning: 'Calls to another service that were tried again.',
    owner: 'app',
    labels: { service: { values: services }, target: { values: services } },
    seriesBudget: 128,
  },
  circuit_breaker_state: {
    kind: 'gauge',
    unit: 'state',
    meaning: 'State of the breaker in front of a service: 0 closed, 1 open, 2 half open.',
    owner: 'app',
    labels: { target: { values: services } },
    seriesBudget: 16,
  },
  rate_limited_total: {
    kind: 'counter',
    unit: 'items',
    meaning: 'Requests answered 429 by the rate limiter.',
    owner: 'app',
    labels: { bucket: { values: ['client', 'login', 'probe'] } },
    seriesBudget: 4,
  },
  db_client_connections: {
    kind: 'gauge',
    unit: 'items',
    meaning: 'Connections of a service to PostgreSQL by state.',
    owner: 'sdk',
    labels: { service: { values: services }, state: { values: ['used', 'idle', 'waiting'] } },
    seriesBudget: 40,
  },
} as const satisfies Record<string, MetricSpec>
