/** Sets of characters in patterns of git and Docker: `[a-z]`, `[!0-9]`, `[[:alpha:]_]`, `[]x]` (git `wildmatch.c`). */

export interface CharacterSet {
  readonly holds: (character: string) => boolean
  /** Behind its closing bracket. */
  readonly end: number
}

/** Classes of POSIX, of ASCII only, as ranges of code points, both ends inclusive. */
const classes: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  alnum: [
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x61, 0x7a],
  ],
  alpha: [
    [0x41, 0x5a],
    [0x61, 0x7a],
  ],
  blank: [
    [0x09, 0x09],
    [0x20, 0x20],
  ],
  cntrl: [
    [0x00, 0x1f],
    [0x7f, 0x7f],
  ],
  digit: [[0x30, 0x39]],
  graph: [[0x21, 0x7e]],
  lower: [[0x61, 0x7a]],
  print: [[0x20, 0x7e]],
  punct: [
    [0x21, 0x2f],
    [0x3a, 0x40],
    [0x5b, 0x60],
    [0x7b, 0x7e],
  ],
  space: [
    [0x09, 0x0d],
    [0x20, 0x20],
  ],
  upper: [[0x41, 0x5a]],
  xdigit: [
    [0x30, 0x39],
    [0x41, 0x46],
    [0x61, 0x66],
  ],
}

/**
 * Reads the set that begins at an opening bracket.
 *
 * @param negations characters that turn a set round
 * @returns undefined where it has no end or names a class that is none: such a pattern fits nothing
 */
export function readCharacterSet(text: string, start: number, negations: string): CharacterSet | undefined {
  const isNot = start + 1 < text.length && negations.includes(text.charAt(start + 1))
  const first = start + (isNot ? 2 : 1)
  const parts: ((character: string) => boolean)[] = []
  for (let at = first; at < text.length;) {
    if (text[at] === ']' && at > first) {
      return { end: at + 1, holds: (character) => parts.some((each) => each(character)) !== isNot }
    }
    const named = classAt(text, at)
    if (named !== undefined) {
      const ranges = Object.hasOwn(classes, named.name) ? classes[named.name] : undefined
      if (ranges === undefined) return undefined
      parts.push((character) => {
        const point = character.codePointAt(0) ?? -1
        return ranges.some(([low, high]) => low <= point && point <= high)
      })
      at = named.end
      continue
    }
    const low = literalAt(text, at)
    const high = rangeEndAt(text, low.end)
    const [from, to] = [low.character, high?.character ?? low.character]
    parts.push((character) => from <= character && character <= to)
    at = high?.end ?? low.end
  }
  return undefined
}

/** `[:name:]`; without its end the bracket is a character like any other. */
function classAt(text: string, at: number): { readonly name: string; readonly end: number } | undefined {
  if (!text.startsWith('[:', at)) return undefined
  const end = text.indexOf(']', at + 2)
  if (end < at + 3 || text[end - 1] !== ':') return undefined
  return { name: text.slice(at + 2, end - 1), end: end + 1 }
}

function literalAt(text: string, at: number): { readonly character: string; readonly end: number } {
  const from = text[at] === '\\' && at + 1 < text.length ? at + 1 : at
  const character = String.fromCodePoint(text.codePointAt(from) ?? 0)
  return { character, end: from + character.length }
}

/** The upper end of `a-z`; a dash in front of the closing bracket is a character. */
function rangeEndAt(text: string, at: number): ReturnType<typeof literalAt> | undefined {
  if (text[at] !== '-' || at + 1 >= text.length || text[at + 1] === ']') return undefined
  return literalAt(text, at + 1)
}
