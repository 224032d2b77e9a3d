/**
 * Text written in base64 (RFC 4648 §4 and §5) or hexadecimal, which would pass as an identifier. A random
 * identifier of eleven characters decodes to eight printable characters once in three thousand times.
 */
import { isAlphanumeric, isDigit } from './characters.ts'
import { isPaddedText, isReadable, isText } from './readable.ts'

/** Shortest run that may be base64 of text. */
const shortestBase64 = 11
/** Digits from which on every printable text counts; shorter runs hit span ids too often. */
const digestDigits = 32
/** Eight bytes: shorter texts in hexadecimal are not told from numbers. */
const fewestHexDigits = 16
const hexadecimal = /(?<![0-9A-Fa-f])(?:[0-9a-f]{16,}|[0-9A-F]{16,})(?![0-9A-Fa-f])/g
/** Every byte of printable ASCII begins with a digit in hexadecimal, and letters of other scripts have some too. */
const fewestDigits = 4

/** Tells whether a part of the string decodes to text. One pass, because most values have no such part. */
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
  return digits >= fewestDigits && value.length >= fewestHexDigits && hasHexadecimalText(value)
}

/**
 * Tells whether an identifier in hexadecimal is a text instead. Eight random bytes are readable once in forty
 * thousand times, sixteen never; what is shorter than a span id is not looked at.
 */
export function isDigestOfText(value: string): boolean {
  return value.length >= fewestHexDigits && isPaddedText(hexBytes(value, 0))
}

/** Four letters, which four random bytes are twice in a thousand times: enough where digests are short. */
const shortHexadecimal = /[0-9a-f]{8,}/gi

/** Tells whether hexadecimal digits are the letters of a word; stricter than what is asked of any identifier. */
export function hasWordInHexadecimal(value: string): boolean {
  for (const [run] of value.matchAll(shortHexadecimal)) {
    const isWord = [0, 1].some((offset) => hexBytes(run, offset).every(isLetter))
    if (isWord) return true
  }
  return false
}

function isLetter(byte: number): boolean {
  return (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90)
}

function isBase64Sign(unit: number): boolean {
  return unit === 43 || unit === 45 || unit === 47 || unit === 95
}

function hasHexadecimalText(value: string): boolean {
  for (const [run] of value.matchAll(hexadecimal)) {
    // A digit of something else may stand before the first byte.
    for (const offset of [0, 1]) {
      const bytes = hexBytes(run, offset)
      if (run.length >= digestDigits ? isText(bytes) : bytes.length >= 8 && isReadable(bytes)) return true
    }
  }
  return false
}

function hexBytes(run: string, offset: number): number[] {
  const bytes: number[] = []
  for (let at = offset; at + 1 < run.length; at += 2) bytes.push(parseInt(run.slice(at, at + 2), 16))
  return bytes
}

/** Looks at the whole run and, because a name may stand before it, at what stands between its signs. */
function decodesToText(run: string): boolean {
  if (isText(base64Bytes(run, 0, run.length))) return true
  let start = 0
  for (let at = 0; at <= run.length; at++) {
    if (isAlphanumeric(run.charCodeAt(at))) continue
    const isPart = at - start >= shortestBase64 && at - start < run.length
    if (isPart && isText(base64Bytes(run, start, at))) return true
    start = at + 1
  }
  return false
}

function base64Bytes(run: string, from: number, to: number): number[] {
  const bytes: number[] = []
  let bits = 0
  let held = 0
  for (let at = from; at < to; at++) {
    bits = ((bits << 6) | sextet(run.charCodeAt(at))) & 0xffff
    held += 6
    if (held < 8) continue
    held -= 8
    const byte = (bits >> held) & 0xff
    // Most runs are no text, and most of those show it at their first byte.
    if (byte < 32 || byte === 127) return []
    bytes.push(byte)
  }
  return bytes
}

function sextet(unit: number): number {
  if (unit >= 97) return unit - 71
  if (unit === 95 || unit === 47) return 63
  if (unit >= 65) return unit - 65
  return unit >= 48 ? unit + 4 : 62
}
