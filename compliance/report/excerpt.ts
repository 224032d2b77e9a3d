/** The lines of a scanned file around a finding, bounded. */
import type { SourceExcerpt } from '../../contracts/posture.ts'

/** Lines shown before and after the first line of a finding, and most characters of each. */
const before = 2
const after = 9
const lineLimit = 160
/** Most characters of a line that are looked at: what is shown stands far before. */
const readLimit = 4_000
/** Code units that would move text around or end a line elsewhere. */
const moving = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** A file cut into lines once, however many findings stand in it. */
export class SourceLines {
  readonly #lines: readonly string[]

  constructor(bytes: Uint8Array) {
    this.#lines = new TextDecoder().decode(bytes).split(/\r?\n/)
  }

  /** Takes the lines around a place; undefined where the file has no such line. */
  around(
    { startLine, endLine }: { readonly startLine: number; readonly endLine: number },
    hide: (lines: readonly string[]) => readonly string[],
  ): SourceExcerpt | undefined {
    if (startLine < 1 || startLine > this.#lines.length) return undefined
    const first = Math.max(1, startLine - before)
    const last = Math.min(this.#lines.length, Math.max(startLine, Math.min(endLine, startLine + after)) + 1)
    const taken = this.#lines.slice(first - 1, last).map((line) => line.slice(0, readLimit))
    return { startLine: first, lines: hide(taken).map(cut) }
  }
}

/** Cut after what is secret was hidden: a cut secret would not be recognised. */
function cut(line: string): string {
  const shown = line.replace(moving, '\ufffd')
  return shown.length > lineLimit ? `${shown.slice(0, lineLimit - 1)}…` : shown
}
