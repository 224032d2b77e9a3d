/** Divides the text of an nginx configuration into words and signs, as the configuration file parser of nginx does. */

export interface Token {
  readonly kind: 'word' | '{' | '}' | ';'
  /** A word without its quotes and escapes; the body of a block of Lua stands in no token. */
  readonly text: string
  readonly line: number
}

export interface TokenFault {
  readonly line: number
  readonly message: string
}

/** Escapes that nginx turns into one character; before any other character the backslash stays. */
const escapes: Readonly<Record<string, string>> = {
  t: '\t',
  r: '\r',
  n: '\n',
  '"': '"',
  "'": "'",
  '\\': '\\',
}

/** Divides a text; linear in its length. It ends at the first fault. */
export function tokensOf(text: string): { readonly tokens: readonly Token[]; readonly fault?: TokenFault } {
  const lexer = new Lexer(text)
  return lexer.run()
}

class Lexer {
  private readonly text: string
  private readonly tokens: Token[] = []
  private at = 0
  private line = 1
  /** First word of the directive that is being read. */
  private first: string | undefined

  constructor(text: string) {
    this.text = text
  }

  run(): { readonly tokens: readonly Token[]; readonly fault?: TokenFault } {
    while (this.at < this.text.length) {
      const fault = this.step(this.text.charAt(this.at))
      if (fault !== undefined) return { tokens: this.tokens, fault }
    }
    return { tokens: this.tokens }
  }

  private step(char: string): TokenFault | undefined {
    if (/\s/.test(char)) this.advance()
    else if (char === '#') this.skipLine()
    else if (char === ';' || char === '}') this.sign(char)
    else if (char === '{') return this.open()
    else if (char === '"' || char === "'") return this.quoted(char)
    else this.word()
    return undefined
  }

  private sign(kind: ';' | '}' | '{'): void {
    this.tokens.push({ kind, text: kind, line: this.line })
    this.first = undefined
    this.at += 1
  }

  private open(): TokenFault | undefined {
    const isLua = this.first?.endsWith('_by_lua_block') === true
    const { line } = this
    this.sign('{')
    return isLua ? this.skipLua(line) : undefined
  }

  private push(text: string, line: number): void {
    this.first ??= text
    this.tokens.push({ kind: 'word', text, line })
  }

  private advance(): void {
    if (this.text[this.at] === '\n') this.line += 1
    this.at += 1
  }

  private skipLine(): void {
    const end = this.text.indexOf('\n', this.at)
    this.at = end < 0 ? this.text.length : end
  }

  private quoted(quote: string): TokenFault | undefined {
    const { line } = this
    this.at += 1
    let word = ''
    while (this.at < this.text.length && this.text[this.at] !== quote) word += this.taken()
    if (this.at >= this.text.length) return { line, message: `found no closing ${quote}` }
    this.at += 1
    this.push(word, line)
    return undefined
  }

  private word(): void {
    const { line } = this
    let word = ''
    while (this.at < this.text.length && !/[\s;{}]/.test(this.text.charAt(this.at))) {
      // In `${name}` the braces belong to the word.
      if (this.text.startsWith('${', this.at)) {
        word += '${'
        this.at += 2
        while (this.at < this.text.length && !/[\s;{}]/.test(this.text.charAt(this.at))) word += this.taken()
        if (this.text[this.at] === '}') word += this.taken()
      } else word += this.taken()
    }
    this.push(word, line)
  }

  /** Takes one character, or an escape of two. */
  private taken(): string {
    const char = this.text.charAt(this.at)
    const next = this.text.charAt(this.at + 1)
    this.advance()
    if (char !== '\\' || next === '') return char
    this.advance()
    return escapes[next] ?? char + next
  }

  /** Lua has comments, strings and braces of its own. */
  private skipLua(line: number): TokenFault | undefined {
    let depth = 1
    while (this.at < this.text.length) {
      const char = this.text.charAt(this.at)
      if (char === '}' && depth === 1) return undefined
      if (char === '{') depth += 1
      else if (char === '}') depth -= 1
      const closing = this.luaClosing()
      if (closing === undefined) this.advance()
      else this.skipPast(closing)
    }
    return { line, message: 'found no end of a block of Lua' }
  }

  /** What ends the string or comment of Lua that begins here. */
  private luaClosing(): string | undefined {
    const long = /^(?:--)?\[(=*)\[/.exec(this.text.slice(this.at, this.at + 16))
    if (long !== null) return `]${long[1] ?? ''}]`
    if (this.text.startsWith('--', this.at)) return '\n'
    const char = this.text[this.at]
    return char === '"' || char === "'" ? char : undefined
  }

  private skipPast(closing: string): void {
    this.advance()
    while (this.at < this.text.length && !this.text.startsWith(closing, this.at)) {
      if (this.text[this.at] === '\\' && closing.length === 1) this.advance()
      this.advance()
    }
    for (const _ of closing) this.advance()
  }
}
