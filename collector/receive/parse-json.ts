/** Parses a stranger's JSON within a bound on its nesting. */
import { isNestedDeeper } from '../../lib/json-depth.ts'
import { CollectorError } from '../errors.ts'
import { maxParts } from '../wire/reader.ts'

/** An OTLP request nests 12 levels plus 5 for every nested value; 32 nested values is what the bytes door takes. */
const maxJsonDepth = 180

/**
 * Parses JSON text within a bound on its nesting.
 *
 * @throws CollectorError OTLP_TOO_DEEP, OTLP_TOO_MANY, OTLP_MALFORMED
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (isNestedDeeper(bytes, maxJsonDepth)) {
    throw new CollectorError('OTLP_TOO_DEEP', `json nests deeper than ${maxJsonDepth}`)
  }
  if (countObjects(bytes) > maxParts) {
    throw new CollectorError('OTLP_TOO_MANY', `found more than ${maxParts} objects`)
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    // The parser's message quotes the text, which may hold anything; it is not passed on.
    throw new CollectorError('OTLP_MALFORMED', 'found text that is not json, expected an otlp request')
  }
}

/** Counts opening braces; those inside strings count too, which no real request comes near to. */
function countObjects(bytes: Uint8Array): number {
  let count = 0
  for (const byte of bytes) if (byte === 0x7b) count++
  return count
}
