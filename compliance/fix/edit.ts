/** Edits of a text, and why one cannot be made. */

/** Takes the place of `start` to `end`. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Thrown where an edit cannot be made safely; nothing was changed. */
export class FixStop extends Error {}

/** Makes one edit. */
export function edited(source: string, { start, end, text }: Edit): string {
  return source.slice(0, start) + text + source.slice(end)
}

/** The offset where the line of `at` begins. */
export function lineStart(source: string, at: number): number {
  return source.lastIndexOf('\n', at - 1) + 1
}

/** The offset behind the newline that ends the line of `at`; the end of the text where there is none. */
export function lineEnd(source: string, at: number): number {
  const found = source.indexOf('\n', at)
  return found === -1 ? source.length : found + 1
}

/** White space at the beginning of the line of `at`. */
export function indentAt(source: string, at: number): string {
  return /^[ \t]*/.exec(source.slice(lineStart(source, at), at))?.[0] ?? ''
}

/** Takes a span away, with its lines where nothing else stands on them. */
export function withoutSpan(source: string, { start, end }: Omit<Edit, 'text'>): Edit {
  const [from, to] = [lineStart(source, start), lineEnd(source, end)]
  const isAlone =
    /^[ \t]*$/.test(source.slice(from, start)) && /^[ \t]*((#|\/\/).*)?\r?\n?$/.test(source.slice(end, to))
  return isAlone ? { start: from, end: to, text: '' } : { start, end, text: '' }
}

/** Splits a path of attributes into its segments, unescaped. */
export function segmentsOf(path: string): string[] {
  const segments = path.match(/(?:\\.|[^\\.])+/gs) ?? []
  return segments.map((segment) => segment.replace(/\\(.)/gs, '$1'))
}
