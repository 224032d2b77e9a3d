/**
 * A place in the bytes of one file. The text holds one character per byte (latin1), so an index is a byte offset;
 * `decode` turns a piece into the UTF-8 text it is.
 */

/** Stops the parse of one item; the body's parser reports it and goes on at the next item. */
export class SyntaxStop extends Error {
  readonly offset: number
  constructor(offset: number, message: string) {
    super(message)
    this.name = 'SyntaxStop'
    this.offset = offset
  }
}

/** Deepest nesting of expressions and blocks: far beyond what people write, far below the end of the stack. */
const depthLimit = 250

const unicodeIdentifier = /^[\p{ID_Start}_][\p{ID_Continue}-]*/u
const beyondAscii = /[\x80-\xff]/

const newline = 10
const hash = 35
const star = 42
const slash = 47

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 13
}

/** Letters, underscore, and bytes of characters beyond ASCII; a byte at the end of the text is not a number. */
function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code >= 0x80
}

function isDigitOrDash(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 45
}

export class Cursor {
  readonly text: string
  at = 0
  /** True inside brackets, parentheses and interpolations, where a newline is white space. */
  isNewlineBlank = false
  private depth = 0

  constructor(text: string) {
    this.text = text
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length
  }

  /** Skips white space and comments; newlines too where they mean nothing, or when `withNewlines` says so. */
  skip(withNewlines = this.isNewlineBlank): void {
    const { text } = this
    for (;;) {
      let code = text.charCodeAt(this.at)
      while (isBlank(code) || (withNewlines && code === newline)) code = text.charCodeAt((this.at += 1))
      if (code === hash) this.skipLine()
      else if (code !== slash) return
      else if (text.charCodeAt(this.at + 1) === slash) this.skipLine()
      else if (text.charCodeAt(this.at + 1) === star) this.skipBlockComment()
      else return
    }
  }

  /** Takes `token` when it stands here. */
  take(token: string): boolean {
    if (!this.text.startsWith(token, this.at)) return false
    this.at += token.length
    return true
  }

  /** @throws SyntaxStop when `token` does not stand here */
  expect(token: string, purpose: string): void {
    if (!this.take(token)) throw this.unexpected(`${JSON.stringify(token)} ${purpose}`)
  }

  /** Takes what a sticky expression matches; undefined (or an empty match) moves nothing. */
  match(sticky: RegExp): string | undefined {
    const start = this.at
    sticky.lastIndex = start
    if (!sticky.test(this.text)) return undefined
    this.at = sticky.lastIndex
    return this.text.slice(start, this.at)
  }

  takeIdentifier(): string | undefined {
    const { at, text } = this
    let end = at
    let isAscii = true
    for (let code = text.charCodeAt(end); isLetter(code) || (end > at && isDigitOrDash(code));) {
      isAscii &&= code < 0x80
      code = text.charCodeAt((end += 1))
    }
    if (end === at) return undefined
    this.at = end
    const found = text.slice(at, end)
    if (isAscii) return found
    // Not every character beyond ASCII may stand in a name (Unicode Standard Annex 31); a no-break space may not.
    const name = unicodeIdentifier.exec(decode(found))?.[0]
    this.at = at + (name === undefined ? 0 : Buffer.byteLength(name))
    return name
  }

  /** Looks at the identifier that stands here and takes nothing. */
  peekIdentifier(): string | undefined {
    const at = this.at
    const found = this.takeIdentifier()
    this.at = at
    return found
  }

  /** Runs `parse` one level deeper, where a newline is white space or is not. */
  nested<T>(isNewlineBlank: boolean, parse: (cursor: Cursor) => T): T {
    if (this.depth >= depthLimit) {
      throw new SyntaxStop(this.at, `expected at most ${depthLimit} levels of nesting`)
    }
    const before = this.isNewlineBlank
    this.isNewlineBlank = isNewlineBlank
    this.depth += 1
    try {
      return parse(this)
    } finally {
      this.isNewlineBlank = before
      this.depth -= 1
    }
  }

  unexpected(expected: string): SyntaxStop {
    return new SyntaxStop(this.at, `found ${this.describeHere()}, expected ${expected}`)
  }

  private describeHere(): string {
    if (this.isAtEnd) return 'the end of the file'
    if (this.text[this.at] === '\n') return 'the end of the line'
    const found = this.peekIdentifier() ?? decode(this.text.slice(this.at, this.at + 1))
    return JSON.stringify(found.length > 40 ? `${found.slice(0, 40)}…` : found)
  }

  private skipLine(): void {
    const end = this.text.indexOf('\n', this.at)
    this.at = end === -1 ? this.text.length : end
  }

  private skipBlockComment(): void {
    const end = this.text.indexOf('*/', this.at + 2)
    if (end === -1) throw new SyntaxStop(this.at, 'found a comment without its end, expected "*/"')
    this.at = end + 2
  }
}

/** Reads bytes written one per character as the UTF-8 they are. */
export function decode(bytes: string): string {
  return beyondAscii.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes
}

/** Finds lines and columns of byte offsets. */
export class LineIndex {
  private readonly starts: number[] = [0]
  private readonly text: string

  constructor(text: string) {
    this.text = text
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1)
  }

  /** Line of an offset, counted from 1. */
  lineOf(offset: number): number {
    let low = 0
    let high = this.starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }

  /** Column of an offset in code points, counted from 1. */
  columnOf(offset: number): number {
    const start = this.starts[this.lineOf(offset) - 1] ?? 0
    return (decode(this.text.slice(start, offset)).match(/./gsu)?.length ?? 0) + 1
  }
}
