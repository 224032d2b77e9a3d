/** Reads the parts of a line of an exposition: names, plain or quoted, labels with escapes, words. */
import { CollectorError } from '../../errors.ts'

const metricName = /[a-zA-Z_:][a-zA-Z0-9_:]*/y
const labelName = /[a-zA-Z_][a-zA-Z0-9_]*/y
const plainText = /[^"\\]*/y
const wordText = /[^ \t]*/y
const blanks = /[ \t]*/y

/** Most labels of one series: what describes a thing has some ten. */
const maxLabels = 128

export class LineReader {
  readonly #line: string
  #at: number

  constructor(line: string, at = 0) {
    this.#line = line
    this.#at = at
  }

  peek(): string {
    return this.#line[this.#at] ?? ''
  }

  /** Takes one character that must come next. */
  take(character: string): void {
    if (this.peek() !== character) throw malformed(`no ${character} where one is due`)
    this.#at++
  }

  skipBlanks(): void {
    this.#match(blanks)
  }

  word(): string {
    return this.#match(wordText)
  }

  rest(): string {
    const text = this.#line.slice(this.#at)
    this.#at = this.#line.length
    return text
  }

  /** Reads the name of a metric; empty where there is none. */
  metricName(): string {
    return this.peek() === '"' ? this.#quoted() : this.#match(metricName)
  }

  /** Reads `name{label="value",…}`; with UTF-8 names the name stands quoted among the labels. */
  series(): { readonly name: string; readonly labels: (readonly [string, string])[] } {
    let name = this.metricName()
    const labels: (readonly [string, string])[] = []
    this.skipBlanks()
    if (this.peek() !== '{') return { name, labels }
    this.#at++
    for (this.skipBlanks(); this.peek() !== '}'; this.#nextLabel()) {
      const isQuoted = this.peek() === '"'
      const key = isQuoted ? this.#quoted() : this.#match(labelName)
      this.skipBlanks()
      if (isQuoted && name === '' && this.peek() !== '=') {
        name = key
        continue
      }
      if (key === '') throw malformed('a label without a name')
      this.take('=')
      this.skipBlanks()
      if (labels.length >= maxLabels) {
        throw new CollectorError('SCRAPE_TOO_MANY', `found more than ${maxLabels} labels in a line`)
      }
      labels.push([key, this.#quoted()])
    }
    this.#at++
    return { name, labels }
  }

  /** Moves to the next label, or to the end of the labels. */
  #nextLabel(): void {
    this.skipBlanks()
    if (this.peek() !== '}') this.take(',')
    this.skipBlanks()
  }

  #quoted(): string {
    this.take('"')
    let text = ''
    for (;;) {
      text += this.#match(plainText)
      const next = this.peek()
      if (next === '"') break
      if (next === '') throw malformed('a text that is not closed')
      const escaped = this.#line[this.#at + 1] ?? ''
      text += escaped === 'n' ? '\n' : escaped
      this.#at += 2
    }
    this.#at++
    return text
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#line)?.[0] ?? ''
    this.#at += found.length
    return found
  }
}

function malformed(found: string): CollectorError {
  return new CollectorError('SCRAPE_MALFORMED', `found ${found}, expected an exposition`)
}
