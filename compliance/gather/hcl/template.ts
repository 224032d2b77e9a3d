/** Quoted strings and heredocs: text with `${…}` and `%{…}` in it (HCL specification, "Template Expressions"). */
import { type Cursor, decode, SyntaxStop } from './cursor.ts'
import type { Expression, TemplatePart } from './syntax.ts'

export type ParseExpression = (cursor: Cursor) => Expression

const simpleEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  '\\': '\\',
}
const heredocOpening = /<<-?[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff-]*[ \t]*\r?\n/y
/** A string without an escape or a sequence: most of them. */
const plainQuoted = /"[^$%"\\\n]*"/y
const plainCharacters = /[^$%"\\\n]+/y
const forNames = /[A-Za-z_][\w-]*[ \t]*(?:,[ \t]*[A-Za-z_][\w-]*[ \t]*)?/y

/** Parses a quoted string that begins here. */
export function parseQuoted(cursor: Cursor, parseExpression: ParseExpression): Expression {
  const start = cursor.at
  const plain = cursor.match(plainQuoted)
  if (plain !== undefined)
    return { kind: 'literal', value: decode(plain.slice(1, -1)), start, end: cursor.at }
  cursor.at += 1
  const parts = new Parts()
  for (;;) {
    if (cursor.isAtEnd || cursor.text[cursor.at] === '\n') {
      throw new SyntaxStop(start, 'found a string without its end, expected " before the end of the line')
    }
    if (cursor.take('"')) break
    if (takeSequence(cursor, parts, parseExpression)) continue
    parts.addText(cursor.text[cursor.at] === '\\' ? takeEscape(cursor) : takeCharacter(cursor))
  }
  return templateOf(parts.finish(), { start, end: cursor.at })
}

/** Parses everything up to the end as a template, without quotes or markers around it. */
export function parseBareTemplate(cursor: Cursor, parseExpression: ParseExpression): Expression {
  const parts = new Parts()
  while (!cursor.isAtEnd) {
    if (!takeSequence(cursor, parts, parseExpression)) parts.addText(takeCharacter(cursor))
  }
  return templateOf(parts.finish(), { start: 0, end: cursor.at })
}

/** Parses a string without `${…}`: the label of a block. */
export function parseLabel(cursor: Cursor): string {
  const start = cursor.at
  const label = parseQuoted(cursor, () => {
    throw new SyntaxStop(start, 'found a template sequence in a label, expected plain text')
  })
  return label.kind === 'literal' && typeof label.value === 'string' ? label.value : ''
}

/** Tells whether a heredoc begins here. */
export function isHeredoc(cursor: Cursor): boolean {
  heredocOpening.lastIndex = cursor.at
  return heredocOpening.test(cursor.text)
}

/** Parses a heredoc that begins here and stops before the newline after its closing marker. */
export function parseHeredoc(cursor: Cursor, parseExpression: ParseExpression): Expression {
  const start = cursor.at
  const opening = cursor.match(heredocOpening) ?? ''
  const marker = opening.replace(/^<<-?/, '').trim()
  const parts = new Parts()
  for (;;) {
    if (cursor.isAtEnd) {
      throw new SyntaxStop(start, `found a heredoc without its end, expected a line with ${decode(marker)}`)
    }
    if (isAtLineStart(cursor) && takeMarker(cursor, marker)) break
    if (takeSequence(cursor, parts, parseExpression)) continue
    parts.addText(takeCharacter(cursor))
  }
  const finished = parts.finish()
  const shifted = opening.startsWith('<<-') ? withoutIndentation(finished) : finished
  return templateOf(shifted, { start, end: cursor.at })
}

/** Collects the parts, putting neighbouring text together. Text is bytes until `finish` decodes it. */
class Parts {
  private readonly parts: TemplatePart[] = []
  private text: string[] = []
  private isTrimming = false

  addText(text: string): void {
    this.text.push(text)
  }

  /** Adds a sequence; a `~` at one of its ends takes the white space beside it, behind it to the end of the line. */
  add({ part, trimsBefore, trimsAfter }: Sequence): void {
    this.closeText(trimsBefore)
    this.parts.push(part)
    this.isTrimming = trimsAfter
  }

  finish(): TemplatePart[] {
    this.closeText()
    return this.parts
  }

  private closeText(trimsEnd = false): void {
    const written = decode(this.text.join(''))
    const begun = this.isTrimming ? written.replace(/^[^\S\n]*\n?/, '') : written
    const text = trimsEnd ? begun.trimEnd() : begun
    if (text !== '') this.parts.push({ kind: 'text', text })
    this.text = []
    this.isTrimming = false
  }
}

interface Sequence {
  readonly part: TemplatePart
  readonly trimsBefore: boolean
  readonly trimsAfter: boolean
}

function isAtLineStart(cursor: Cursor): boolean {
  return cursor.text[cursor.at - 1] === '\n'
}

function takeMarker(cursor: Cursor, marker: string): boolean {
  const newline = cursor.text.indexOf('\n', cursor.at)
  const end = newline === -1 ? cursor.text.length : newline
  if (cursor.text.slice(cursor.at, end).trim() !== marker) return false
  cursor.at = end
  return true
}

/** Takes plain characters up to the next one that could mean something, at least one. */
function takeCharacter(cursor: Cursor): string {
  const plain = cursor.match(plainCharacters)
  if (plain !== undefined) return plain
  cursor.at += 1
  return cursor.text.slice(cursor.at - 1, cursor.at)
}

function takeEscape(cursor: Cursor): string {
  const start = cursor.at
  const letter = cursor.text[start + 1] ?? ''
  const simple = simpleEscapes[letter]
  if (simple !== undefined) {
    cursor.at += 2
    return simple
  }
  const unicode = cursor.match(/\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/y)
  const point = unicode === undefined ? Number.NaN : Number.parseInt(unicode.slice(2), 16)
  const isSurrogate = point >= 0xd800 && point <= 0xdfff
  if (!(point <= 0x10ffff) || isSurrogate) {
    throw new SyntaxStop(
      start,
      'found an unknown escape, expected \\n, \\r, \\t, \\", \\\\, \\uNNNN or \\UNNNNNNNN',
    )
  }
  return Buffer.from(String.fromCodePoint(point), 'utf8').toString('latin1')
}

/** Takes `$${`, `%%{`, `${…}` or `%{…}`. */
function takeSequence(cursor: Cursor, parts: Parts, parseExpression: ParseExpression): boolean {
  const first = cursor.text[cursor.at]
  if (first !== '$' && first !== '%') return false
  if (cursor.take('$${')) parts.addText('${')
  else if (cursor.take('%%{')) parts.addText('%{')
  else if (cursor.take('${')) parts.add(takeInterpolation(cursor, parseExpression))
  else if (cursor.take('%{')) parts.add(takeDirective(cursor, parseExpression))
  else return false
  return true
}

function takeInterpolation(cursor: Cursor, parseExpression: ParseExpression): Sequence {
  const trimsBefore = cursor.take('~')
  const expression = cursor.nested(true, () => {
    const inner = parseExpression(cursor)
    cursor.skip()
    return inner
  })
  return { part: { kind: 'interpolation', expression }, trimsBefore, trimsAfter: closeSequence(cursor) }
}

function takeDirective(cursor: Cursor, parseExpression: ParseExpression): Sequence {
  const trimsBefore = cursor.take('~')
  const part = cursor.nested(true, (): TemplatePart => {
    cursor.skip()
    const keyword = cursor.takeIdentifier()
    if (keyword === 'if') return { kind: 'directive', keyword, expression: parseExpression(cursor) }
    if (keyword === 'for') return takeForHead(cursor, parseExpression)
    if (keyword === 'else' || keyword === 'endif' || keyword === 'endfor')
      return { kind: 'directive', keyword }
    throw cursor.unexpected('if, else, endif, for or endfor')
  })
  cursor.skip(true)
  return { part, trimsBefore, trimsAfter: closeSequence(cursor) }
}

function takeForHead(cursor: Cursor, parseExpression: ParseExpression): TemplatePart {
  cursor.skip()
  const names = cursor.match(forNames)
  if (names === undefined) throw cursor.unexpected('the name of a loop variable')
  cursor.skip()
  if (cursor.takeIdentifier() !== 'in') throw cursor.unexpected('"in" after the loop variables')
  const expression = parseExpression(cursor)
  return { kind: 'directive', keyword: 'for', expression, names: names.split(',').map((name) => name.trim()) }
}

/** Takes the end of a sequence and tells whether it had a `~`. */
function closeSequence(cursor: Cursor): boolean {
  const trims = cursor.take('~')
  cursor.expect('}', 'at the end of a template sequence')
  return trims
}

/** Removes the indentation all lines share, as `<<-` asks. */
function withoutIndentation(parts: readonly TemplatePart[]): TemplatePart[] {
  let isLineStart = true
  let shared = Number.POSITIVE_INFINITY
  for (const part of parts) {
    if (part.kind === 'text') {
      for (const line of lineStarts(part.text, isLineStart)) {
        shared = Math.min(shared, /^[ \t]*/.exec(line)?.[0].length ?? 0)
      }
    } else if (isLineStart) shared = 0
    isLineStart = part.kind === 'text' && part.text.endsWith('\n')
  }
  return shared === 0 || shared === Number.POSITIVE_INFINITY ? [...parts] : unindented(parts, shared)
}

function lineStarts(text: string, isLineStart: boolean): string[] {
  const lines = text.split('\n')
  return lines.filter(
    (line, index) => (index > 0 || isLineStart) && (index < lines.length - 1 || line !== ''),
  )
}

function unindented(parts: readonly TemplatePart[], columns: number): TemplatePart[] {
  let isLineStart = true
  return parts.map((part) => {
    if (part.kind !== 'text') {
      isLineStart = false
      return part
    }
    const lines = part.text.split('\n')
    const text = lines
      .map((line, index) => (index > 0 || isLineStart ? line.slice(columns) : line))
      .join('\n')
    isLineStart = part.text.endsWith('\n')
    return { ...part, text }
  })
}

/** Plain text is a literal; a lone `${…}` is the expression inside it. */
function templateOf(parts: readonly TemplatePart[], span: { start: number; end: number }): Expression {
  const [first] = parts
  if (first === undefined) return { kind: 'literal', value: '', ...span }
  if (parts.length === 1 && first.kind === 'text') return { kind: 'literal', value: first.text, ...span }
  if (parts.length === 1 && first.kind === 'interpolation') return { ...first.expression, ...span }
  refuseUnbalanced(parts, span.start)
  return { kind: 'template', parts, ...span }
}

function refuseUnbalanced(parts: readonly TemplatePart[], start: number): void {
  const open: string[] = []
  for (const part of parts) {
    if (part.kind !== 'directive') continue
    if (part.keyword === 'if' || part.keyword === 'for') open.push(part.keyword)
    else if (part.keyword === 'else' && open.at(-1) === 'if') open[open.length - 1] = 'if … else'
    else if (part.keyword === 'else' || open.pop()?.split(' ')[0] !== part.keyword.slice(3)) {
      throw new SyntaxStop(start, `found ${part.keyword} without its beginning`)
    }
  }
  if (open.length > 0) throw new SyntaxStop(start, `found ${open.join(', ')} without its end`)
}
