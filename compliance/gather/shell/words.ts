/** Words of a POSIX shell (IEEE 1003.1, 2.2 "Quoting"): quotes are taken away, what is expanded stays as it was written. */

export abstract class WordReader {
  protected readonly text: string
  protected at: number
  protected line: number

  constructor(text: string, at: number, line: number) {
    this.text = text
    this.at = at
    this.line = line
  }

  /** Reads `(…)` as commands of their own, and gives it back as it was written. */
  protected abstract substitution(): string
  /** Reads a text as commands of their own. */
  protected abstract readInner(text: string, firstLine: number): void

  /** Skips blanks, continued lines and comments; false where a word begins. */
  protected skipBlank(): boolean {
    const char = this.text.charAt(this.at)
    if (char === ' ' || char === '\t' || char === '\r') this.at += 1
    else if (char === '\\' && this.text.charAt(this.at + 1) === '\n') {
      this.at += 2
      this.line += 1
    } else if (char === '#') {
      const end = this.text.indexOf('\n', this.at)
      this.at = end === -1 ? this.text.length : end
    } else return false
    return true
  }

  /** Reads one word; empty where none begins. */
  protected readWord(): string {
    let word = ''
    while (this.at < this.text.length) {
      const char = this.text.charAt(this.at)
      if (/[\s;&|<>()]/.test(char)) {
        // `<(…)` is a file made of a command.
        if (char !== '<' || this.text.charAt(this.at + 1) !== '(') break
        this.at += 1
        word += this.substitution()
      } else if (char === '\\') word += this.readEscape()
      else if (char === "'") word += this.readSingle()
      else if (char === '"') word += this.readDouble()
      else if (char === '$') word += this.readDollar()
      else if (char === '`') word += this.readBackticks()
      else {
        word += char
        this.at += 1
      }
    }
    return word
  }

  private readEscape(): string {
    const next = this.text.charAt(this.at + 1)
    this.at += 2
    if (next !== '\n') return next
    this.line += 1
    return ''
  }

  private readSingle(): string {
    return this.quoted("'")
  }

  /** Takes the text up to the next quote of the same kind. */
  private quoted(quote: string): string {
    const found = this.text.indexOf(quote, this.at + 1)
    const end = found === -1 ? this.text.length : found
    const inner = this.text.slice(this.at + 1, end)
    this.countLines(inner)
    this.at = end + 1
    return inner
  }

  private readDouble(): string {
    let word = ''
    this.at += 1
    while (this.at < this.text.length) {
      const char = this.text.charAt(this.at)
      if (char === '"') break
      if (char === '$') word += this.readDollar()
      else if (char === '`') word += this.readBackticks()
      else if (char === '\\' && /["\\$`\n]/.test(this.text.charAt(this.at + 1))) word += this.readEscape()
      else {
        this.countLines(char)
        word += char
        this.at += 1
      }
    }
    this.at += 1
    return word
  }

  private readDollar(): string {
    const next = this.text.charAt(this.at + 1)
    if (next === '(') {
      this.at += 1
      return `$${this.substitution()}`
    }
    if (next === '{') return this.readBraces()
    this.at += 1
    return '$'
  }

  /** `${NAME:-x}` and `${{ expression }}` as they were written. */
  private readBraces(): string {
    const start = this.at
    let open = 0
    for (this.at += 1; this.at < this.text.length; this.at += 1) {
      const char = this.text.charAt(this.at)
      this.countLines(char)
      if (char === '{') open += 1
      if (char === '}') open -= 1
      if (open === 0) break
    }
    this.at = Math.min(this.text.length, this.at + 1)
    return this.text.slice(start, this.at)
  }

  private readBackticks(): string {
    const [firstLine, start] = [this.line, this.at]
    this.readInner(this.quoted('`'), firstLine)
    return this.text.slice(start, this.at)
  }

  protected countLines(text: string): void {
    for (let found = text.indexOf('\n'); found !== -1; found = text.indexOf('\n', found + 1)) this.line += 1
  }
}
