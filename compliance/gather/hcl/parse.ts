/** Files of HCL native syntax: bodies of attributes and blocks. Every fault is reported; the rest is still read. */
import { isUtf8 } from 'node:buffer'
import { Cursor, LineIndex, SyntaxStop } from './cursor.ts'
import { parseExpression } from './expression.ts'
import type { Attribute, Block, Body, Expression, SyntaxFault } from './syntax.ts'
import { parseBareTemplate, parseLabel } from './template.ts'

/** Most faults reported of one file; behind a torn quote every line is one. */
const faultLimit = 20

export interface HclFile {
  readonly body: Body
  readonly faults: readonly SyntaxFault[]
  /** Finds the lines of the offsets in `body`. */
  readonly lines: Pick<LineIndex, 'lineOf'>
  /** One character per byte: `source.slice(span.start, span.end)` is the text of a node. */
  readonly source: string
}

/** Parses the bytes of a file; never throws. After a fault it goes on at the next line that begins an item. */
export function parseHcl(bytes: Uint8Array): HclFile {
  const source = Buffer.from(bytes).toString('latin1')
  const lines = new LineIndex(source)
  const empty = { attributes: [], blocks: [] }
  if (!isUtf8(bytes)) {
    const fault = { line: 1, column: 1, message: 'found bytes that are no utf-8, expected utf-8' }
    return { body: empty, faults: [fault], lines, source }
  }
  const stops: SyntaxStop[] = []
  const body = parseTop(new Cursor(source), stops)
  const faults = stops.map(({ offset, message }) => ({
    line: lines.lineOf(offset),
    column: lines.columnOf(offset),
    message,
  }))
  return { body, faults, lines, source }
}

export interface ParsedTemplate {
  /** Undefined when it does not parse. */
  readonly expression: Expression | undefined
  readonly source: string
  readonly lines: LineIndex
}

/** Parses a whole text as a template, as `templatefile` does; never throws. */
export function parseTemplate(text: string): ParsedTemplate {
  const source = Buffer.from(text).toString('latin1')
  const lines = new LineIndex(source)
  try {
    return { expression: parseBareTemplate(new Cursor(source), parseExpression), source, lines }
  } catch (error) {
    if (!(error instanceof SyntaxStop)) throw error
    return { expression: undefined, source, lines }
  }
}

function parseTop(cursor: Cursor, stops: SyntaxStop[]): Body {
  const body = new BodyBuilder(stops)
  cursor.take('\xef\xbb\xbf')
  for (let start = 0; stops.length < faultLimit;) {
    try {
      cursor.skip(true)
      start = cursor.at
      if (cursor.isAtEnd) break
      parseItem(cursor, body)
      endLine(cursor)
    } catch (error) {
      if (!(error instanceof SyntaxStop)) throw error
      stops.push(error)
      resume(cursor, start, error)
    }
  }
  return body.finish()
}

/**
 * Moves to the next line that begins with a name. What was left open until the end of the file is looked at again
 * from the line after its beginning, because what it swallowed may be whole.
 */
function resume(cursor: Cursor, start: number, stop: SyntaxStop): void {
  const from = cursor.isAtEnd ? start : Math.max(start, stop.offset)
  const next = /\n(?=[A-Za-z_])/g
  next.lastIndex = from
  const found = next.exec(cursor.text)
  cursor.at = found === null ? cursor.text.length : found.index + 1
}

/** Collects a body and refuses the second attribute of one name, as Terraform does. */
class BodyBuilder {
  private readonly attributes = new Map<string, Attribute>()
  private readonly blocks: Block[] = []
  private readonly stops: SyntaxStop[]

  constructor(stops: SyntaxStop[]) {
    this.stops = stops
  }

  addAttribute(attribute: Attribute): void {
    if (this.attributes.has(attribute.name)) {
      this.stops.push(new SyntaxStop(attribute.start, `found ${attribute.name} twice, expected it once`))
    } else this.attributes.set(attribute.name, attribute)
  }

  addBlock(block: Block): void {
    this.blocks.push(block)
  }

  nested(): BodyBuilder {
    return new BodyBuilder(this.stops)
  }

  finish(): Body {
    return { attributes: [...this.attributes.values()], blocks: this.blocks }
  }
}

function parseItem(cursor: Cursor, body: BodyBuilder): void {
  const start = cursor.at
  const name = cursor.takeIdentifier()
  if (name === undefined) throw cursor.unexpected('the name of an attribute or block')
  cursor.skip()
  if (cursor.text[cursor.at] === '=' && cursor.text[cursor.at + 1] !== '=') {
    body.addAttribute(parseAttribute(cursor, name, start))
  } else body.addBlock(parseBlock(cursor, { type: name, start, body: body.nested() }))
}

function parseAttribute(cursor: Cursor, name: string, start: number): Attribute {
  cursor.at += 1
  const value = parseExpression(cursor)
  return { name, value, start, end: value.end }
}

function parseBlock(
  cursor: Cursor,
  { type, start, body }: { type: string; start: number; body: BodyBuilder },
): Block {
  const labels: string[] = []
  for (;;) {
    cursor.skip()
    if (cursor.text[cursor.at] === '"') labels.push(parseLabel(cursor))
    else if (cursor.take('{')) break
    else {
      const label = cursor.takeIdentifier()
      if (label === undefined) throw cursor.unexpected('"=", "{" or a label')
      labels.push(label)
    }
  }
  cursor.nested(false, () => parseBlockBody(cursor, body, start))
  return { type, labels, body: body.finish(), start, end: cursor.at }
}

function parseBlockBody(cursor: Cursor, body: BodyBuilder, start: number): void {
  cursor.skip()
  if (cursor.take('}')) return
  if (cursor.text[cursor.at] !== '\n') {
    parseSingleLine(cursor, body)
    return
  }
  for (;;) {
    cursor.skip(true)
    if (cursor.take('}')) return
    if (cursor.isAtEnd) throw new SyntaxStop(start, 'found a block without its end, expected "}"')
    parseItem(cursor, body)
    endLine(cursor)
  }
}

/** `{ name = value }` on one line holds one attribute and no block. */
function parseSingleLine(cursor: Cursor, body: BodyBuilder): void {
  const start = cursor.at
  const name = cursor.takeIdentifier()
  cursor.skip()
  if (name === undefined || cursor.text[cursor.at] !== '=') {
    throw cursor.unexpected('one attribute, "}" or a new line after "{"')
  }
  body.addAttribute(parseAttribute(cursor, name, start))
  cursor.skip()
  cursor.expect('}', 'after the only attribute of a block on one line')
}

function endLine(cursor: Cursor): void {
  cursor.skip()
  if (!cursor.isAtEnd && !cursor.take('\n')) throw cursor.unexpected('a new line after an attribute or block')
}
