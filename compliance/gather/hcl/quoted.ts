/**
 * Texts in double quotes, in which a backslash takes the next character with it. A pattern that looks for them starts
 * anew at every quote of a text that never closes; this walks each character once.
 */

const backslash = 92
const quote = 34

/** Finds the offset behind the text in quotes that begins at `start`; undefined where it never closes. */
export function endOfQuoted(source: string, start: number): number | undefined {
  for (let at = start + 1; at < source.length; at += 1) {
    const code = source.charCodeAt(at)
    if (code === quote) return at + 1
    if (code === backslash) at += 1
  }
  return undefined
}

/** Writes blanks over everything in quotes: what is left stands where it stood. */
export function withoutQuoted(source: string): string {
  const pieces: string[] = []
  for (let at = 0; at < source.length;) {
    const start = source.indexOf('"', at)
    if (start < 0) return pieces.join('') + source.slice(at)
    const end = endOfQuoted(source, start)
    if (end === undefined) return `${pieces.join('')}${source.slice(at, start)}"`
    pieces.push(source.slice(at, start), '"', ' '.repeat(end - start - 2), '"')
    at = end
  }
  return pieces.join('')
}
