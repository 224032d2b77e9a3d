/** The shapes of short technical strings: one linear regular expression each, none of which admits a space. */
import { languages, scripts } from '../contracts/attributes/language-words.ts'
import { errorNumbers, grpcCodes, versionWords } from '../contracts/attributes/words.ts'
import type { Shape } from '../contracts/attributes/define.ts'
import { rejectionCodes } from '../contracts/metrics/http.ts'
import { hasWordInHexadecimal, isDigestOfText } from './detect/encoded.ts'

/** Prefixes of error codes in capitals: Node, OpenSSL and our rooms; a free prefix would admit a name. */
const codePrefixes =
  'ERR|UND_ERR|HPE|CERT|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|ACADEMICS|AUDIT|BOOKING|COLLECTOR|COMPOSE|CONFIG|CUSTODY|DEMO|GATEWAY|LEDGER|LIFECYCLE|PRIVACY|SDK|SUPERVISOR|USERS'

/** Vendors whose packages have names with capitals; others of that form are names of people too. */
const vendors =
  'OpenTelemetry|Microsoft|System|Azure|Npgsql|MassTransit|StackExchange|MySqlConnector|Confluent|Quartz|Grpc|Elastic'

/** Classes and codes of ISO/IEC 9075-2 and PostgreSQL (its manual, appendix A), of Oracle and of JSON-RPC. */
const sqlState = '(?:\\d[0-9A-Z]|F0|HV|P0|XX)[0-9A-Z]\\d\\d|ORA-\\d{5}|-32\\d{3}'

const patterns: Readonly<Record<Shape, RegExp>> = {
  word: /^[a-z][a-z0-9_.-]*$/,
  identifier: /^[A-Za-z_][A-Za-z0-9_.$-]*$/,
  method: /^(?:[A-Za-z_][A-Za-z0-9_.$-]*\/)?[A-Za-z_][A-Za-z0-9_.$-]*$/,
  code: /^[A-Za-z_$#<][A-Za-z0-9_.$<>#-]*$/,
  package: new RegExp(
    `^(?:@?[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*){0,7}|(?:${vendors})(?:\\.[A-Za-z0-9]{1,40}){0,8})$`,
  ),
  version: /^(?:(?=.*\d)(?=.*[a-f])[0-9a-f]{7,40}|[vV]?\d{1,5}(?:[.+_-][A-Za-z0-9]{1,40}){0,12})$/,
  error_type: new RegExp(
    `^(?:${errorNumbers.join('|')}|Error|_OTHER|timeout|\\d{3}|${sqlState}|(?:${codePrefixes})_[A-Z0-9_]{2,60}|${[...rejectionCodes, ...grpcCodes].join('|')}|${rejectionCodes.join('|').toUpperCase()}|[A-Za-z][A-Za-z0-9_.]{0,80}(?:Error|Exception|Rejection|Warning))$`,
  ),
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  hex: /^[0-9a-f]+$/,
  commit: /^(?=.*\d)(?=.*[a-f])[0-9a-f]{7,64}$/,
  language: /^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?$/,
  hostname: /^[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9][a-z0-9-]{0,62}){0,8}$/i,
}

/** Shapes whose digits are random, so that most detectors would only meet accidents in them. */
const random = new Set<Shape>(['uuid', 'hex', 'commit'])

/** Tells whether a value has a shape; length is checked by the caller. */
export function hasShape(shape: Shape, value: string): boolean {
  if (!patterns[shape].test(value)) return false
  if (shape === 'version') return hasVersionWords(value)
  if (shape === 'commit') return !hasWordInHexadecimal(value) && !isDigestOfText(value)
  return shape !== 'hex' || (isDigest(value) && !isDigestOfText(value))
}

/** Digits with a stage or one letter among them: `0`, `rc1`, `0b2`. */
const versionPart = /^\d*([A-Za-z]*)\d*$/
const commitPart = /^(?=.*\d)(?=.*[a-f])[0-9a-f]{7,40}$/

/**
 * Tells whether a value of a shape may come from a page: versions have one word there, a known one or a letter, and one
 * commit; languages are those there are. Other shapes have no room for words, or are not open to pages.
 */
export function isOfPages(shape: Shape, value: string): boolean {
  const parts = value.split(/[.+_-]/)
  if (shape === 'language') return isLanguage(parts)
  if (shape !== 'version') return true
  const lettered = parts.filter((part, at) => /[A-Za-z]/.test(at === 0 ? part.slice(1) : part))
  const words = lettered.filter((part) => !commitPart.test(part))
  return words.length <= 1 && lettered.length - words.length <= 1 && words.every(isVersionWord)
}

function isVersionWord(part: string): boolean {
  const letters = versionPart.exec(part)?.[1]
  return letters !== undefined && (letters.length === 1 || versionWords.has(letters.toLowerCase()))
}

function isLanguage([language = '', ...rest]: readonly string[]): boolean {
  // The shape admits four letters as a script only.
  return languages.has(language) && rest.every((part) => part.length !== 4 || scripts.has(part))
}

/** Tells whether the detectors look at values of a shape. */
export function isInspected(shape: Shape): boolean {
  return !random.has(shape)
}

/** Letters of a version are few, or known words, or digits of a commit; anything else could be a name. */
function hasVersionWords(value: string): boolean {
  if (hasWordInHexadecimal(value)) return false
  for (const [letters] of value.matchAll(/[A-Za-z]{4,}/g)) {
    if (!versionWords.has(letters.toLowerCase()) && !/^[a-f]+$/.test(letters)) return false
  }
  return true
}

/** Two digits are trace flags; anything else shorter than a span id would be a number rather than an id. */
function isDigest(value: string): boolean {
  return value.length === 2 || (value.length >= 16 && value.length % 2 === 0)
}
