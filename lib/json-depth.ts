/** Bounds the nesting of JSON text before it is parsed, so that a deep document costs one pass and no stack. */

const quote = 0x22
const backslash = 0x5c

/** Tells whether JSON text nests arrays and objects deeper than `limit`. Text that is not JSON may answer either. */
export function isNestedDeeper(text: Uint8Array, limit: number): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const byte = text[at]
    if (inString) {
      if (byte === backslash) at++
      else if (byte === quote) inString = false
    } else if (byte === quote) inString = true
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > limit) return true
    } else if (byte === 0x5d || byte === 0x7d) depth--
  }
  return false
}
