/**
 * Scripts of a POSIX shell (IEEE 1003.1, "Shell Command Language") as their simple commands, for `RUN` of Dockerfiles
 * and `run` of workflows. Nothing is executed or expanded; whoever wrote the script controls every byte of it.
 */
import { executedBy, readsScript, scriptIn, type Join, type ShellCommand } from './command.ts'
import { WordReader } from './words.ts'

/** Most commands of one script, and deepest substitution: `$(… $(…))`. */
const commandLimit = 5_000
const depthLimit = 8
/** How often a script may be read again because it stands in another. */
const innerFactor = 4
/** Words at the place of a command that begin or end a compound one. */
const reserved: ReadonlySet<string> = new Set(
  'if then elif else fi do done while until ! { } case esac function'.split(' '),
)

export interface Script {
  readonly commands: readonly ShellCommand[]
  /** Why there may be more commands than these; absent when these are all. */
  readonly open?: string
}

/** Reads the simple commands of a script in order, those of substitutions, subshells and `sh -c` too; linear in the text. */
export function readScript(script: string): Script {
  const found: Found = { commands: [], open: undefined, left: innerFactor * script.length }
  new ScriptReader({ text: script, found, depth: 0, firstLine: 0 }).readList('')
  return scriptOf(found)
}

/** Lists the commands of a script; of one longer than is read, the first. */
export function commandsOf(script: string): readonly ShellCommand[] {
  return readScript(script).commands
}

/** Reads what a program runs that is started with these words and without a shell, such as `["bash", "-c", "x"]`. */
export function readWords(words: readonly string[]): Script {
  const length = words.reduce((sum, word) => sum + word.length, 0)
  const found: Found = { commands: [], open: undefined, left: innerFactor * length }
  new ScriptReader({ text: '', found, depth: 0, firstLine: 0 }).add({
    words,
    assignments: [],
    line: 0,
    before: '',
    after: '',
  })
  return scriptOf(found)
}

function scriptOf({ commands, open }: Found): Script {
  return open === undefined ? { commands } : { commands, open }
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

/** What was found so far, by all readers of one script. */
interface Found {
  readonly commands: ShellCommand[]
  open: string | undefined
  /** How many characters of scripts inside of scripts may still be read, so that the whole stays linear. */
  left: number
}

interface ReaderState {
  readonly text: string
  readonly found: Found
  readonly depth: number
  readonly firstLine: number
  readonly at?: number
}

/** A here-document whose body begins on the next line, and the command that reads it. */
interface Pending {
  readonly delimiter: string
  readonly isIndented: boolean
  readonly draft: Draft
}

class ScriptReader extends WordReader {
  private readonly found: Found
  private readonly depth: number
  private pending: Pending[] = []
  /** How many `case … in` are open. */
  private cases = 0

  constructor({ text, found, depth, firstLine, at = 0 }: ReaderState) {
    super(text, at, firstLine)
    this.found = found
    this.depth = depth
  }

  /** Reads commands up to the closing character of a substitution or subshell, or the end. */
  readList(closing: '' | ')', nesting = 0): void {
    let draft = this.begin('')
    while (this.at < this.text.length && !this.isFull()) {
      const char = this.text.charAt(this.at)
      if (closing !== '' && char === closing) {
        this.at += 1
        break
      }
      const join = this.readJoin()
      if (join !== undefined) {
        draft = this.end(draft, join)
        if (this.cases > 0 && /^;[;&]/.test(this.text.slice(this.at - 2, this.at))) this.skipPattern()
      } else if (this.skipParameters(draft)) draft.words = []
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

  private isFull(): boolean {
    if (this.found.commands.length < commandLimit) return false
    this.found.open = `has more than ${commandLimit} commands`
    return true
  }

  private end(draft: Draft, after: Join): Draft {
    if (draft.words.length > 0 || draft.assignments.length > 0) this.add({ ...draft, after })
    // A line that ends after an operator goes on.
    else if (after === ';') return this.begin(draft.before)
    return this.begin(after)
  }

  /** Takes a command, and the script it hands to a shell: how that ends is how the command ends. */
  add(command: ShellCommand): void {
    const { commands } = this.found
    commands.push(command)
    this.addExecuted(command)
    const script = scriptIn(command)
    if (script === undefined) return
    const first = commands.length
    this.readInner(script, command.line)
    const last = commands.at(-1)
    if (last === undefined || commands.length === first) return
    commands[commands.length - 1] = { ...last, after: command.after }
  }

  /** Takes what `find` runs: a failure that it does not tell is one that something else stands in for. */
  private addExecuted(command: ShellCommand): void {
    for (const { words, tells } of executedBy(command)) {
      this.found.left -= words.reduce((sum, word) => sum + word.length + 1, 0)
      if (this.found.left < 0) {
        this.found.open = `is nested deeper than ${depthLimit} levels`
        return
      }
      this.add({ ...command, words, assignments: [], after: tells ? command.after : '||' })
    }
  }

  /** Takes an operator that ends a command. */
  private readJoin(): Join | undefined {
    const two = this.text.slice(this.at, this.at + 2)
    if (two === '&&' || two === '||') return this.take(2, two)
    if (two === ';;' || two === ';&') return this.take(this.text.startsWith(';;&', this.at) ? 3 : 2, ';')
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
    for (const each of this.pending) this.readBody(each)
    this.pending = []
  }

  /** Skips a here-document; one that a shell reads is a script. */
  private readBody({ delimiter, isIndented, draft }: Pending): void {
    const [start, firstLine] = [this.at, this.line]
    let end = start
    while (this.at < this.text.length) {
      end = this.at
      const whole = this.takeLine()
      if ((isIndented ? whole.replace(/^\t+/, '') : whole) === delimiter) break
      end = this.at
    }
    if (readsScript(draft)) this.readInner(this.text.slice(start, end), firstLine)
  }

  private takeLine(): string {
    const found = this.text.indexOf('\n', this.at)
    const whole = this.text.slice(this.at, found === -1 ? this.text.length : found)
    this.at = Math.min(this.text.length, this.at + whole.length + 1)
    if (found !== -1) this.line += 1
    return whole
  }

  private readInto(draft: Draft): void {
    if (this.readRedirect(draft)) return
    const isFirst = draft.words.length === 0
    if (isFirst && draft.assignments.length === 0) draft.line = this.line
    const start = this.at
    const word = this.readWord()
    // A character that begins no word, such as a closing bracket without an opening one.
    if (this.at === start) this.at += 1
    else if (/^\d+$/.test(word) && /[<>]/.test(this.text.charAt(this.at))) return
    else if (isFirst && reserved.has(word)) this.readReserved(word)
    else if (isFirst && /^[A-Za-z_]\w*\+?=/.test(word)) draft.assignments.push(word)
    else draft.words.push(word)
  }

  /** `case x in` is followed by a pattern, and `function` by a name. */
  private readReserved(word: string): void {
    if (word === 'esac') this.cases = Math.max(0, this.cases - 1)
    if (word === 'function') this.nextWord()
    if (word !== 'case') return
    this.nextWord()
    if (this.nextWord() !== 'in') return
    this.cases += 1
    this.skipPattern()
  }

  private nextWord(): string {
    this.skipSpace()
    return this.readWord()
  }

  private skipSpace(): void {
    for (;;) {
      if (this.text.charAt(this.at) === '\n') this.newLine()
      else if (!this.skipBlank()) return
    }
  }

  /** Skips `(a | b)` or `a)` of a branch; the end of all branches, and what is no branch, is left where it is. */
  private skipPattern(): void {
    this.skipSpace()
    if (/^esac\b/.test(this.text.slice(this.at, this.at + 5))) return
    if (this.text.charAt(this.at) === '(') this.at += 1
    while (this.at < this.text.length && this.text.charAt(this.at) !== '\n') {
      const start = this.at
      this.readWord()
      if (this.at > start) continue
      this.at += 1
      if (this.text.charAt(start) === ')') return
    }
  }

  /** Skips the `()` of `name() { … }`. */
  private skipParameters({ words }: Draft): boolean {
    const found = words.length === 1 ? /\([ \t]*\)/y : undefined
    if (found === undefined) return false
    found.lastIndex = this.at
    if (!found.test(this.text)) return false
    this.at = found.lastIndex
    return true
  }

  /** Takes `> file`, `2>&1`, `<<EOF`; what they name is no word of the command. */
  private readRedirect(draft: Draft): boolean {
    const found = /^(?:&>>?|<<<|<<-?|>>|>\||[<>]&|<>|[<>])/.exec(this.text.slice(this.at, this.at + 3))?.[0]
    if (found === undefined || this.text.slice(this.at, this.at + 2) === '<(') return false
    this.at += found.length
    while (/[ \t]/.test(this.text.charAt(this.at))) this.at += 1
    const target = this.readWord()
    if (found === '<<' || found === '<<-') {
      this.pending.push({ delimiter: target, isIndented: found === '<<-', draft })
    }
    return true
  }

  protected substitution(): string {
    const start = this.at
    this.at += 1
    if (this.depth >= depthLimit) {
      this.found.open = `is nested deeper than ${depthLimit} levels`
      this.at = this.text.length
    } else {
      const { text, found, depth, line: firstLine, at } = this
      const inner = new ScriptReader({ text, found, depth: depth + 1, firstLine, at })
      inner.readList(')')
      this.at = inner.at
      this.line = inner.line
    }
    return this.text.slice(start, this.at)
  }

  protected readInner(text: string, firstLine: number): void {
    const { found, depth } = this
    found.left -= text.length
    if (depth >= depthLimit || found.left < 0) found.open = `is nested deeper than ${depthLimit} levels`
    else new ScriptReader({ text, found, depth: depth + 1, firstLine }).readList('')
  }
}
