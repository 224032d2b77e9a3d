/** The named classes of Go's regular expressions, as pairs of first and last code point. */

const digit = [48, 57]
const word = [48, 57, 65, 90, 95, 95, 97, 122]
/** Go's `\s` has no vertical tab. */
const space = [9, 10, 12, 13, 32, 32]
const lastPoint = 0x10_ffff

/** By the letter after the backslash; capitals are the complements. */
export const perlClasses: Readonly<Record<string, readonly number[]>> = {
  d: digit,
  w: word,
  s: space,
  D: complement(digit),
  W: complement(word),
  S: complement(space),
}

/** By the name in `[[:name:]]`. */
export const posixClasses: Readonly<Record<string, readonly number[]>> = {
  alnum: [48, 57, 65, 90, 97, 122],
  alpha: [65, 90, 97, 122],
  ascii: [0, 127],
  blank: [9, 9, 32, 32],
  cntrl: [0, 31, 127, 127],
  digit,
  graph: [33, 126],
  lower: [97, 122],
  print: [32, 126],
  punct: [33, 47, 58, 64, 91, 96, 123, 126],
  space: [9, 13, 32, 32],
  upper: [65, 90],
  word,
  xdigit: [48, 57, 65, 70, 97, 102],
}

/** Lists what is between the ranges of a sorted list. */
export function complement(ranges: readonly number[]): number[] {
  const found: number[] = []
  let next = 0
  for (let at = 0; at < ranges.length; at += 2) {
    // In bounds: ranges come in pairs.
    const [first, last] = [ranges[at] as number, ranges[at + 1] as number]
    if (first > next) found.push(next, first - 1)
    next = last + 1
  }
  if (next <= lastPoint) found.push(next, lastPoint)
  return found
}

/** Finds the expression of a Unicode category or script by Go's name of it; absent where there is none. */
export function unicodeProperty(name: string): RegExp | undefined {
  if (!/^[A-Za-z_]{1,40}$/.test(name)) return undefined
  try {
    return new RegExp(name.length <= 2 ? `^\\p{${name}}$` : `^\\p{Script=${name}}$`, 'u')
  } catch {
    // The engine says so of a name that it does not know: the caller refuses the pattern.
    return undefined
  }
}
