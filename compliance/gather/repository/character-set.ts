/** Sets of characters in patterns of git and Docker: `[a-z]`, `[!0-9]`, `[[:alpha:]_]`, `[]x]` (git `wildmatch.c`). */

export interface CharacterSet {
  readonly holds: (character: string) => boolean
  /** Behind its closing bracket. */
  readonly end: number
}

/** Classes of POSIX, of ASCII only. */
const classes: Readonly<Record<string, RegExp>> = {
  alnum: /^[0-9A-Za-z]$/,
  alpha: /^[A-Za-z]$/,
  blank: /^[ \t]$/,
  // eslint-disable-next-line no-control-regex -- that is what the class holds
  cntrl: /^[\0-\x1f\x7f]$/,
  digit: /^\d$/,
  graph: /^[!-~]$/,
  lower: /^[a-z]$/,
  print: /^[ -~]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  space: /^[ \t\n\v\f\r]$/,
  upper: /^[A-Z]$/,
  xdigit: /^[0-9A-Fa-f]$/,
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
      const pattern = Object.hasOwn(classes, named.name) ? classes[named.name] : undefined
      if (pattern === undefined) return undefined
      parts.push((character) => pattern.test(character))
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
