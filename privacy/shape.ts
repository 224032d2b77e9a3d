/** The shapes of short technical strings: one linear regular expression each, none of which admits a space. */
import type { Shape } from '../contracts/attributes/define.ts'
import { rejectionCodes } from '../contracts/metrics/http.ts'
import { isDigestOfText } from './detect/encoded.ts'

/** Prefixes of error codes in capitals: Node, OpenSSL and our rooms; a free prefix would admit a name. */
const codePrefixes =
  'ERR|UND_ERR|HPE|CERT|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|ACADEMICS|AUDIT|BOOKING|COLLECTOR|COMPOSE|CONFIG|CUSTODY|DEMO|GATEWAY|LEDGER|LIFECYCLE|PRIVACY|SDK|SUPERVISOR|USERS'

const patterns: Readonly<Record<Shape, RegExp>> = {
  word: /^[a-z][a-z0-9_.-]*$/,
  identifier: /^[A-Za-z_][A-Za-z0-9_.$-]*$/,
  package: /^@?[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*){0,3}$/i,
  version: /^[vV]?\d{1,5}(?:[.+_-][A-Za-z0-9]{1,40}){0,12}$/,
  error_type: new RegExp(
    `^(?:E[A-Z]{3,20}|Error|_OTHER|timeout|\\d{3}|\\d[0-9A-Z]{4}|(?:${codePrefixes})_[A-Z0-9_]{2,60}|${rejectionCodes.join('|')}|${rejectionCodes.join('|').toUpperCase()}|[A-Za-z][A-Za-z0-9_.]{0,80}(?:Error|Exception|Rejection|Warning))$`,
  ),
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  hex: /^[0-9a-f]+$/,
  language: /^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?$/,
  hostname: /^[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9][a-z0-9-]{0,62}){0,8}$/i,
}

/** Shapes whose digits are random, so that most detectors would only meet accidents in them. */
const random = new Set<Shape>(['uuid', 'hex'])

/** Tells whether a value has a shape; length is checked by the caller. */
export function hasShape(shape: Shape, value: string): boolean {
  return patterns[shape].test(value) && (shape !== 'hex' || (isDigest(value) && !isDigestOfText(value)))
}

/** Tells whether the detectors look at values of a shape. */
export function isInspected(shape: Shape): boolean {
  return !random.has(shape)
}

/** Two digits are trace flags; anything else shorter than a span id would be a number rather than an id. */
function isDigest(value: string): boolean {
  return value.length === 2 || (value.length >= 16 && value.length % 2 === 0)
}
