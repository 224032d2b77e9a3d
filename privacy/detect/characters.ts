/** Character tests on UTF-16 code units; the detectors look at units because that is what costs nanoseconds. */

/** Tells whether the unit is an ASCII digit. */
export function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57
}

/** Tells whether the unit is an ASCII letter or digit; `NaN`, the unit past either end, is not. */
export function isAlphanumeric(unit: number): boolean {
  return isDigit(unit) || (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122)
}

/**
 * Tells whether a word stands right before a place: two letters and more with nothing but a sign or the beginning before
 * them, and not only letters that are digits in hexadecimal. `user` in `user12`; nothing in `7e12` or `deadbeef12`.
 */
export function followsWord(value: string, at: number): boolean {
  let start = at
  let isHexadecimal = true
  for (; start > 0; start--) {
    // Letters in small.
    const unit = value.charCodeAt(start - 1) | 32
    if (unit < 97 || unit > 122) break
    isHexadecimal &&= unit <= 102
  }
  return at - start >= 2 && !isHexadecimal && !isAlphanumeric(value.charCodeAt(start - 1))
}

/** What may stand between groups of a written number; `:` is left out, because lines and times are written with it. */
const separators = new Set(Array.from(' -.()/_+,~|*#=;', (sign) => sign.charCodeAt(0)))

/** Tells whether the unit stands between groups of a written number. */
export function isSeparator(unit: number): boolean {
  return separators.has(unit)
}

/** Maps full-width and mathematical digits and letters to ASCII and drops invisible characters (Unicode NFKC). */
export function plain(value: string): string {
  for (let at = 0; at < value.length; at++) {
    if (value.charCodeAt(at) > 126)
      return value
        .normalize('NFKC')
        .replaceAll(/[\u00ad\u200b-\u200f\u2060\ufeff]/g, '')
        .replaceAll(/[\u2010-\u2015\u2212]/g, '-')
  }
  return value
}

/**
 * Undoes percent-encoding, at most three layers; what is not valid UTF-8 is decoded byte by byte. Total.
 */
export function percentDecoded(value: string): string {
  let decoded = value
  for (let layer = 0; layer < 3 && decoded.includes('%'); layer++) decoded = decodeLayer(decoded)
  return decoded
}

function decodeLayer(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    // Not UTF-8 or a stray `%`: the ASCII escapes are still an address or a number to whoever reads them.
    return value.replaceAll(/%([0-7][0-9A-Fa-f])/g, (_, hex: string) =>
      String.fromCharCode(parseInt(hex, 16)),
    )
  }
}
