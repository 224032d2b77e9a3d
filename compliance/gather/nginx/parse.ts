/** Reads one nginx configuration file to its directives (nginx.org, "Beginner's Guide", "Configuration File's Structure"). */
import { tokensOf, type Token, type TokenFault } from './tokens.ts'

export interface Directive {
  readonly name: string
  readonly args: readonly string[]
  readonly file: string
  readonly startLine: number
  readonly endLine: number
  /** What stands in its braces; absent where it has none. */
  readonly block?: readonly Directive[]
}

export interface NginxFile {
  readonly directives: readonly Directive[]
  readonly fault?: TokenFault
}

const depthLimit = 32

/** Parses a file; what stands before the first fault is kept. */
export function parseNginx(file: string, text: string): NginxFile {
  const { tokens, fault } = tokensOf(text)
  const parser = new Parser(file, tokens)
  const directives = parser.directives(0)
  const first = parser.fault ?? fault
  return first === undefined ? { directives } : { directives, fault: first }
}

class Parser {
  fault: TokenFault | undefined
  private readonly file: string
  private readonly tokens: readonly Token[]
  private at = 0

  constructor(file: string, tokens: readonly Token[]) {
    this.file = file
    this.tokens = tokens
  }

  /** Reads up to the brace that closes the block, or to the end of the file. */
  directives(depth: number): Directive[] {
    const found: Directive[] = []
    while (this.fault === undefined) {
      const token = this.tokens[this.at]
      if (token === undefined) {
        if (depth > 0) this.stop('found the end of the file, expected a closing brace')
        return found
      }
      if (token.kind === '}') {
        if (depth === 0) this.stop('found a closing brace, expected a directive')
        return found
      }
      const directive = this.directive(depth)
      if (directive !== undefined) found.push(directive)
    }
    return found
  }

  private directive(depth: number): Directive | undefined {
    const words: Token[] = []
    while (this.tokens[this.at]?.kind === 'word') {
      // The condition of the loop says that it is there.
      words.push(this.tokens[this.at] as Token)
      this.at += 1
    }
    const [first, ...rest] = words
    const end = this.tokens[this.at]
    if (first === undefined) return this.stop(`found ${end?.text ?? 'nothing'}, expected a directive`)
    const { file } = this
    const head = { name: first.text, args: rest.map(({ text }) => text), file, startLine: first.line }
    if (end?.kind === ';') {
      this.at += 1
      return { ...head, endLine: end.line }
    }
    if (end?.kind !== '{') return this.stop(`found no semicolon after ${first.text.slice(0, 40)}`)
    if (depth >= depthLimit) return this.stop(`found blocks deeper than ${depthLimit} levels`)
    this.at += 1
    const block = this.directives(depth + 1)
    const endLine = this.tokens[this.at]?.line ?? first.line
    this.at += 1
    return { ...head, endLine, block }
  }

  private stop(message: string): undefined {
    const line = (this.tokens[this.at] ?? this.tokens.at(-1))?.line ?? 1
    this.fault ??= { line, message }
  }
}
