/**
 * Text written in base64 (RFC 4648 §4 and §5) or hexadecimal, which would pass as an identifier. A random
 * identifier of eleven characters decodes to eight printable characters once in three thousand times.
 */

const base64 = /[A-Za-z0-9+/_-]{11,}/g
/** Shorter hexadecimal would hit span ids too often. */
const hexadecimal = /(?<![0-9A-Fa-f])(?:[0-9a-f]{32,}|[0-9A-F]{32,})(?![0-9A-Fa-f])/g

/** Tells whether a part of the string decodes to printable ASCII. */
export function hasEncodedText(value: string): boolean {
  for (const [run] of value.matchAll(base64)) if (looksEncoded(run) && decodesToText(run)) return true
  for (const [run] of value.matchAll(hexadecimal)) if (isPrintableHex(run)) return true
  return false
}

/** Base64 of text has letters of both cases; looking for that first spares the decoding of most words. */
function looksEncoded(run: string): boolean {
  return /[a-z]/.test(run) && /[A-Z]/.test(run)
}

function decodesToText(run: string): boolean {
  let bits = 0
  let held = 0
  for (let at = 0; at < run.length; at++) {
    bits = ((bits << 6) | sextet(run.charCodeAt(at))) & 0xffff
    held += 6
    if (held < 8) continue
    held -= 8
    if (!isPrintable((bits >> held) & 0xff)) return false
  }
  return true
}

function sextet(unit: number): number {
  if (unit >= 97) return unit - 71
  if (unit === 95 || unit === 47) return 63
  if (unit >= 65) return unit - 65
  return unit >= 48 ? unit + 4 : 62
}

function isPrintableHex(run: string): boolean {
  for (let at = 0; at + 1 < run.length; at += 2) {
    if (!isPrintable(parseInt(run.slice(at, at + 2), 16))) return false
  }
  return true
}

function isPrintable(byte: number): boolean {
  return byte >= 32 && byte < 127
}
