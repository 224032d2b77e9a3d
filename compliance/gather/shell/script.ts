/**
 * Scripts of a POSIX shell (IEEE 1003.1, "Shell Command Language") as their simple commands, for `RUN` of Dockerfiles
 * and `run` of workflows. Nothing is executed or expanded; whoever wrote the script controls every byte of it.
 */
import type { Join, ShellCommand } from './command.ts'

/** Most commands of one script, and deepest substitution: `$(… $(…))`. */
const commandLimit = 5_000
const depthLimit = 8
/** Words at the place of a command that begin or end a compound one. */
const reserved: ReadonlySet<string> = new Set(
  'if then elif else fi do done while until ! { } case esac function'.split(' '),
)

/** Lists the simple commands of a script in order, those of substitutions and subshells too; linear in the text. */
export function commandsOf(script: string): readonly ShellCommand[] {
  const commands: ShellCommand[] = []
  new ScriptReader({ text: script, commands, depth: 0, firstLine: 0 }).readList('')
  return commands
}

/** True where a failing command of a pipe fails the whole: `set -o pipefail`, `set -euo pipefail`. */
export function setsPipefail(commands: readonly ShellCommand[]): boolean {
  return commands.some(({ words }) => words[0] === 'set' && words.includes('pipefail'))
}

interface Draft {
  words: string[]
  assignments: string[]
  line: number
  before: Join
}

interface ReaderState {
  readonly text: string
  readonly commands: ShellCommand[]
  readonly depth: number
  readonly firstLine: number
}

class ScriptReader {
  private readonly text: string
  private readonly commands: ShellCommand[]
  private readonly depth: number
  private at = 0
  private line: number
  /** Delimiters of here-documents whose bodies begin on the next line. */
  private pending: { delimiter: string; isIndented: boolean }[] = []

  constructor({ text, commands, depth, firstLine }: ReaderState) {
    this.text = text
    this.commands = commands
    this.depth = depth
    this.line = firstLine
  }

  /** Reads commands up to the closing character of a substitution or subshell, or the end. */
  readList(closing: '' | ')', nesting = 0): void {
    let draft = this.begin('')
    while (this.at < this.text.length && this.commands.length < commandLimit) {
      const char = this.text.charAt(this.at)
      if (closing !== '' && char === closing) {
        this.at += 1
        break
      }
      const join = this.readJoin()
      if (join !== undefined) draft = this.end(draft, join)
      else if (char === '(' && draft.words.length === 0 && nesting < depthLimit) {
        this.at += 1
        this.readList(')', nesting + 1)
      } else if (!this.skipBlank()) this.readInto(draft)
    }
    this.end(draft, '')
  }

  private begin(before: Join): Draft {
    return { words: [], assignments: [], line: this.line, before }
  }

  private end(draft: Draft, after: Join): Draft {
    if (draft.words.length > 0 || draft.assignments.length > 0) this.commands.push({ ...draft, after })
    // A line that ends after an operator goes on.
    else if (after === ';') return this.begin(draft.before)
    return this.begin(after)
  }

  /** Takes an operator that ends a command. */
  private readJoin(): Join | undefined {
    const two = this.text.slice(this.at, this.at + 2)
    if (two === '&&' || two === '||') return this.take(2, two)
    if (two === ';;') return this.take(2, ';')
    if (two === '|&') return this.take(2, '|')
    if (two === '&>' || two === '\\\n') return undefined
    const char = two.charAt(0)
    if (char === '\n') {
      this.newLine()
      return ';'
    }
    if (char === ';' || char === '|' || char === '&') return this.take(1, char)
    return undefined
  }

  private take(length: number, join: Join): Join {
    this.at += length
    return join
  }

  private newLine(): void {
    this.at += 1
    this.line += 1
    for (const { delimiter, isIndented } of this.pending) this.skipBody(delimiter, isIndented)
    this.pending = []
  }

  private skipBody(delimiter: string, isIndented: boolean): void {
    while (this.at < this.text.length) {
      const found = this.text.indexOf('\n', this.at)
      const end = found === -1 ? this.text.length : found
      const whole = this.text.slice(this.at, end)
      this.at = Math.min(this.text.length, end + 1)
      if (found !== -1) this.line += 1
      if ((isIndented ? whole.replace(/^\t+/, '') : whole) === delimiter) return
    }
  }

  /** Skips blanks, continued lines and comments; false where a word begins. */
  private skipBlank(): boolean {
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

  private readInto(draft: Draft): void {
    if (this.readRedirect()) return
    const isFirst = draft.words.length === 0
    if (isFirst && draft.assignments.length === 0) draft.line = this.line
    const start = this.at
    const word = this.readWord()
    // A character that begins no word, such as a closing bracket without an opening one.
    if (this.at === start) this.at += 1
    else if (/^\d+$/.test(word) && /[<>]/.test(this.text.charAt(this.at))) return
    else if (isFirst && reserved.has(word)) return
    else if (isFirst && /^[A-Za-z_]\w*\+?=/.test(word)) draft.assignments.push(word)
    else draft.words.push(word)
  }

  /** Takes `> file`, `2>&1`, `<<EOF`; what they name is no word of the command. */
  private readRedirect(): boolean {
    const found = /^(?:&>>?|<<<|<<-?|>>|>\||[<>]&|<>|[<>])/.exec(this.text.slice(this.at, this.at + 3))?.[0]
    if (found === undefined || this.text.slice(this.at, this.at + 2) === '<(') return false
    this.at += found.length
    while (/[ \t]/.test(this.text.charAt(this.at))) this.at += 1
    const target = this.readWord()
    if (found === '<<' || found === '<<-') {
      this.pending.push({ delimiter: target, isIndented: found === '<<-' })
    }
    return true
  }

  private readWord(): string {
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

  /** Reads `(…)` as commands of their own, and gives it back as it was written. */
  private substitution(): string {
    const start = this.at
    this.at += 1
    if (this.depth >= depthLimit) this.at = this.text.length
    else {
      const inner = new ScriptReader({
        text: this.text,
        commands: this.commands,
        depth: this.depth + 1,
        firstLine: this.line,
      })
      inner.at = this.at
      inner.readList(')')
      this.at = inner.at
      this.line = inner.line
    }
    return this.text.slice(start, this.at)
  }

  private readBackticks(): string {
    const [firstLine, start] = [this.line, this.at]
    const text = this.quoted('`')
    if (this.depth < depthLimit) {
      const inner = { text, commands: this.commands, depth: this.depth + 1, firstLine }
      new ScriptReader(inner).readList('')
    }
    return this.text.slice(start, this.at)
  }

  private countLines(text: string): void {
    for (let found = text.indexOf('\n'); found !== -1; found = text.indexOf('\n', found + 1)) this.line += 1
  }
}
