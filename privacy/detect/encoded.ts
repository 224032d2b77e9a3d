/**
 * Text written in base64 (RFC 4648 §4 and §5) or hexadecimal, which would pass as an identifier. A random
 * identifier of eleven characters decodes to eight printable characters once in three thousand times.
 */
import { isDigit } from './characters.ts'

/** Shortest run that may be base64 of text. */
const shortestBase64 = 11
/** Shorter hexadecimal would hit span ids too often. */
const hexadecimal = /(?<![0-9A-Fa-f])(?:[0-9a-f]{32,}|[0-9A-F]{32,})(?![0-9A-Fa-f])/g
/** Every byte of printable ASCII begins with a digit in hexadecimal, and the shortest run has 16. */
const fewestDigits = 16

/** Tells whether a part of the string decodes to printable ASCII. One pass, because most values have no such part. */
export function hasEncodedText(value: string): boolean {
  let digits = 0
  let capitals = 0
  let smalls = 0
  let start = 0
  for (let at = 0; at <= value.length; at++) {
    // NaN at the end, which ends the last run.
    const unit = value.charCodeAt(at)
    if (isDigit(unit)) digits++
    else if (unit >= 97 && unit <= 122) smalls++
    else if (unit >= 65 && unit <= 90) capitals++
    else if (!isBase64Sign(unit)) {
      // Base64 of text has letters of both cases; looking for that first spares the decoding of most words.
      const mayDecode = at - start >= shortestBase64 && capitals > 0 && smalls > 0
      if (mayDecode && decodesToText(value.slice(start, at))) return true
      start = at + 1
      capitals = 0
      smalls = 0
    }
  }
  return digits >= fewestDigits && hasHexadecimalText(value)
}

function isBase64Sign(unit: number): boolean {
  return unit === 43 || unit === 45 || unit === 47 || unit === 95
}

function hasHexadecimalText(value: string): boolean {
  for (const [run] of value.matchAll(hexadecimal)) if (isPrintableHex(run)) return true
  return false
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
