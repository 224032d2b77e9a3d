/** Parses a stranger's JSON within a bound on its nesting. */
import { isNestedDeeper } from '../../lib/json-depth.ts'
import { CollectorError } from '../errors.ts'

/** An OTLP request nests 12 levels plus 5 for every nested value; 32 nested values is what the bytes door takes. */
const maxJsonDepth = 180

/**
 * Parses JSON text within a bound on its nesting.
 *
 * @throws CollectorError OTLP_TOO_DEEP, OTLP_MALFORMED
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (isNestedDeeper(bytes, maxJsonDepth)) {
    throw new CollectorError('OTLP_TOO_DEEP', `json nests deeper than ${maxJsonDepth}`)
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    // The parser's message quotes the text, which may hold anything; it is not passed on.
    throw new CollectorError('OTLP_MALFORMED', 'found text that is not json, expected an otlp request')
  }
}
