/** The typed reason of a break-glass read: what counts as one. Whoever reads writes it; it is kept verbatim. */

/** Fewest characters of a reason; shorter ones say nothing a reviewer can follow up. */
export const minReasonCharacters = 20
/** Most characters; the audit event carries up to 2 000. */
export const maxReasonCharacters = 1_000

/**
 * Reads a typed reason: white space collapsed, control characters gone.
 *
 * @returns undefined when fewer than 20 or more than 1 000 characters remain, or fewer than four differ
 */
export function readReason(typed: string): string | undefined {
  const reason = typed
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zs}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
  const characters = Array.from(reason)
  if (characters.length < minReasonCharacters || characters.length > maxReasonCharacters) return undefined
  // "aaaaaaaaaaaaaaaaaaaa" is not a reason.
  return new Set(characters).size < 4 ? undefined : reason
}

/**
 * Reads a reason from a header, where it is percent-encoded UTF-8 because headers are Latin-1.
 *
 * @returns undefined where the encoding or the reason is not valid
 */
export function readHeaderReason(encoded: string): string | undefined {
  try {
    return readReason(decodeURIComponent(encoded))
  } catch {
    return undefined // A malformed escape is no reason; the request is judged as one without.
  }
}
