/** Our own attribute keys and the fields our log lines may carry. */
import { auditActions, auditClasses } from '../audit-event.ts'
import { basisCodes } from '../basis.ts'
import { faultNames } from '../faults.ts'
import { httpMethods, rejectionCodes } from '../metrics/http.ts'
import { roles, services } from '../services.ts'
import { flag, listed, number, oneOf, shaped, templated, type AttributeSpec } from './define.ts'
import { environments } from './words.ts'

const tenant = shaped('word', 40)
const outcome = oneOf([
  'success',
  'failure',
  'denied',
  'invalid',
  'refused',
  'retried',
  'dropped',
  'appended',
  'duplicate',
  'conflict',
  'timeout',
  'open',
  'closed',
])
const count = number(0, 1e12)
const millis = number(0, 1e12)

export const campusAttributes = {
  'campus.tenant': tenant,
  'campus.role': oneOf(roles),
  'campus.outcome': outcome,
  'campus.synthetic': flag,
  'campus.relationship': oneOf(['self', 'teaches', 'advises', 'registrar', 'parent', 'break_glass', 'none']),
  'campus.break_glass': flag,
  'campus.problem': oneOf(rejectionCodes),
  'audit.event_id': shaped('uuid'),
  'audit.action': oneOf(auditActions),
  'audit.class': oneOf(auditClasses),
  'audit.basis': oneOf(basisCodes),
  'audit.outcome': oneOf(['success', 'denied', 'failure']),
  'audit.index': count,
  'retry.attempt': number(0, 100),
  'breaker.state': oneOf(['closed', 'open', 'half_open']),
  // Fields of our log lines.
  trace_id: shaped('hex', 32),
  span_id: shaped('hex', 16),
  trace_flags: shaped('hex', 2),
  traceId: shaped('hex', 32),
  spanId: shaped('hex', 16),
  service: oneOf(services),
  target: oneOf(services),
  component: shaped('word', 40),
  tenant,
  role: oneOf(roles),
  outcome,
  reason: shaped('word'),
  code: shaped('error_type', 64),
  problem: oneOf(rejectionCodes),
  errorType: shaped('error_type'),
  stack: templated('stack', 8_192),
  method: oneOf(httpMethods),
  route: templated('route', 200),
  status: number(0, 999),
  signal: oneOf(['traces', 'logs', 'metrics', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL']),
  environment: listed(environments),
  version: shaped('version'),
  port: number(0, 65_535),
  pid: number(0, 4_194_304),
  exitCode: number(-1, 255),
  attempt: number(0, 1e6),
  count,
  size: count,
  pending: count,
  items: count,
  bytes: count,
  index: count,
  sequence: count,
  elapsedMillis: millis,
  retryInMillis: millis,
  timeoutMillis: millis,
  lagMillis: millis,
  ageSeconds: millis,
  keyId: shaped('hex'),
  synthetic: flag,
  fault: oneOf(faultNames),
} as const satisfies Record<string, AttributeSpec>
