/** Whether bytes are a text that somebody can read: printable ASCII, or UTF-8 (RFC 3629) that is mostly letters. */

const letter = /[\p{L}\p{M}]/u

/** Tells whether bytes are printable ASCII, or UTF-8 of which three quarters and more are letters. */
export function isText(bytes: readonly number[]): boolean {
  if (bytes.length === 0) return false
  if (bytes.every((byte) => byte >= 32 && byte < 127)) return true
  const points = codePoints(bytes)
  if (points === undefined) return false
  const letters = points.filter((point) => point >= 128 && letter.test(String.fromCodePoint(point))).length
  const words = points.filter((point) => point < 128 && isOfWords(point)).length
  // A letter of another script is improbable in random bytes, three times over for each.
  return letters > 0 && letters + words >= 0.75 * points.length
}

/** Bytes from which on every printable text counts: sixteen random ones never are. */
const digestBytes = 16
/** Shorter texts are not told from numbers. */
const fewestBytes = 8

/**
 * Tells whether bytes are a text once zeros before and after it are left out, as an id has them that is shorter than
 * its field. Eight random bytes are readable once in forty thousand times.
 */
export function isPaddedText(bytes: readonly number[]): boolean {
  const from = bytes.findIndex((byte) => byte !== 0)
  const inner = from === -1 ? [] : bytes.slice(from, bytes.findLastIndex((byte) => byte !== 0) + 1)
  return inner.length >= digestBytes ? isText(inner) : inner.length >= fewestBytes && isReadable(inner)
}

/** Tells whether bytes are letters, digits and what stands in names and addresses, and nothing else. */
export function isReadable(bytes: readonly number[]): boolean {
  const points = bytes.every((byte) => byte < 128) ? bytes : (codePoints(bytes) ?? [])
  return (
    points.length > 0 &&
    points.every((point) => isOfWords(point) || (point > 127 && letter.test(String.fromCodePoint(point))))
  )
}

function isOfWords(byte: number): boolean {
  const isLetter = (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90)
  // Space, apostrophe, hyphen, dot, at, underscore.
  return isLetter || (byte >= 48 && byte <= 57) || [32, 39, 45, 46, 64, 95].includes(byte)
}

/** Reads UTF-8 strictly, without what is too long or cut; undefined where it is none. A cut last sequence is left out. */
function codePoints(bytes: readonly number[]): number[] | undefined {
  const points: number[] = []
  for (let at = 0; at < bytes.length;) {
    // In bounds by the loop.
    const lead = bytes[at] as number
    const length = lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : 0
    if (length === 0 || (lead < 32 && length === 1)) return undefined
    if (at + length > bytes.length) break
    let point = length === 1 ? lead : lead & (length === 2 ? 0x1f : 0x0f)
    for (const next of bytes.slice(at + 1, at + length)) {
      if ((next & 0xc0) !== 0x80) return undefined
      point = (point << 6) | (next & 0x3f)
    }
    if (length === 3 && (point < 0x800 || (point >= 0xd800 && point < 0xe000))) return undefined
    points.push(point)
    at += length
  }
  return points
}
