/** Reads a body strictly: what is hashed must not be ambiguous. Whoever shows a token controls every byte. */
import type { Request } from 'express'
import { CanonicalJsonError } from '../../contracts/canonical-json.ts'
import { parseCanonical } from '../../contracts/canonical-parse.ts'
import { readBody } from '../../lib/body.ts'
import { isNestedDeeper } from '../../lib/json-depth.ts'
import { Refusal } from '../../lib/refusal.ts'

const maxDepth = 32

/**
 * Reads and parses a request's JSON.
 *
 * @param maxBytes on the wire and after inflation
 * @throws Refusal media_type_unsupported, body_too_large, body_too_deep or body_malformed
 */
export async function readCanonicalBody(
  request: Request,
  maxBytes: number,
  mediaType = 'application/json',
): Promise<unknown> {
  const [given = ''] = (request.headers['content-type'] ?? '').split(';')
  if (given.trim().toLowerCase() !== mediaType) {
    throw new Refusal('media_type_unsupported', { detail: `expected content-type ${mediaType}` })
  }
  const bytes = await readBody(request, maxBytes)
  if (isNestedDeeper(bytes, maxDepth)) {
    throw new Refusal('body_too_deep', { detail: `expected at most ${maxDepth} levels of nesting` })
  }
  try {
    return parseCanonical(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    const reason = cause instanceof CanonicalJsonError ? cause.code.toLowerCase() : 'not utf-8'
    throw new Refusal('body_malformed', { detail: `the body is not unambiguous json: ${reason}`, cause })
  }
}
