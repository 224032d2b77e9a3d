/** Mends in files of HCL native syntax: the bytes that are not mended stay as they are. */
import type { Mend } from '../controls/control.ts'
import type { Json } from '../evidence.ts'
import type { Attribute, Block, Expression } from '../gather/hcl/syntax.ts'
import { edited, FixStop, indentAt, lineEnd, segmentsOf, withoutSpan, type Edit } from './edit.ts'
import { bytesOf, hclText, keyText } from './hcl-text.ts'

/** What is mended: the text with one character per byte, and the block in it. */
export interface HclTarget {
  readonly source: string
  readonly block: Block
}

/**
 * Makes one mend in a block.
 *
 * @throws FixStop where the path leads through what is not written plainly: a reference, a dynamic block
 */
export function mendHcl({ source, block }: HclTarget, mend: Exclude<Mend, { instead: string }>): string {
  if ('after' in mend) {
    const at = lineEnd(source, block.end)
    const text = bytesOf(mend.after.trim().replaceAll('\n', newlineOf(source)))
    const before = source[at - 1] === '\n' ? '' : newlineOf(source)
    return edited(source, {
      start: at,
      end: at,
      text: `${before}${newlineOf(source)}${text}${newlineOf(source)}`,
    })
  }
  const segments = segmentsOf('set' in mend ? mend.set : mend.remove)
  const edit =
    'set' in mend ? setIn(source, block, { segments, to: mend.to }) : removeIn(source, block, segments)
  return edited(source, edit)
}

interface Setting {
  readonly segments: readonly string[]
  readonly to: Json
}

function setIn(source: string, block: Block, { segments, to }: Setting): Edit {
  const [name = '', ...rest] = segments
  const attribute = block.body.attributes.find((each) => each.name === name)
  if (attribute !== undefined) return setInValue(source, attribute.value, { segments: rest, to })
  refuseDynamic(block, name)
  const blocks = block.body.blocks.filter(({ type }) => type === name)
  const [index, ...inner] = rest
  const nested = /^\d+$/.test(index ?? '') ? blocks[Number(index)] : undefined
  if (nested !== undefined) return setIn(source, nested, { segments: inner, to })
  if (blocks.length > 0 && Number(index) !== blocks.length) throw new FixStop(`${name} is written as blocks`)
  const write = (indent: string) => itemText({ segments, to }, { indent, newline: newlineOf(source) })
  const last = blocks.at(-1)
  // Behind the others of its type: that is its number.
  if (last === undefined) return insertInto(source, block, write)
  const at = lineEnd(source, last.end)
  return { start: at, end: at, text: write(indentAt(source, last.start)) }
}

function setInValue(source: string, value: Expression, { segments, to }: Setting): Edit {
  const [name, ...rest] = segments
  if (name === undefined) return { start: value.start, end: value.end, text: hclText(to) }
  const inside = structureIn(value)
  if (inside.kind === 'tuple') {
    const item = inside.items[Number(name)]
    if (item !== undefined) return setInValue(source, item, { segments: rest, to })
    if (Number(name) !== inside.items.length) throw new FixStop(`there is no element ${name}`)
    return insertElement(source, inside, hclText(nestedValue(rest, to)))
  }
  if (inside.kind !== 'object') throw new FixStop('the value is not written here')
  const found = inside.items.find(({ key }) => keyOf(key) === name)
  if (found !== undefined) return setInValue(source, found.value, { segments: rest, to })
  return insertElement(source, inside, `${keyText(name)} = ${hclText(nestedValue(rest, to))}`)
}

function removeIn(source: string, block: Block, segments: readonly string[]): Edit {
  const [name = '', ...rest] = segments
  const attribute = block.body.attributes.find((each) => each.name === name)
  if (attribute !== undefined) {
    return rest.length === 0
      ? withoutSpan(source, attributeSpan(attribute))
      : removeInValue(source, attribute.value, rest)
  }
  refuseDynamic(block, name)
  const blocks = block.body.blocks.filter(({ type }) => type === name)
  const [index, ...inner] = rest
  const nested = blocks[Number(index ?? (blocks.length === 1 ? 0 : Number.NaN))]
  if (nested === undefined) throw new FixStop(`there is no ${segments.join('.')}`)
  return inner.length === 0 ? withoutSpan(source, nested) : removeIn(source, nested, inner)
}

function removeInValue(source: string, value: Expression, segments: readonly string[]): Edit {
  const [name = '', ...rest] = segments
  const inside = structureIn(value)
  if (inside.kind !== 'tuple' && inside.kind !== 'object') throw new FixStop('the value is not written here')
  const items = inside.kind === 'tuple' ? inside.items : inside.items.map((each) => each.value)
  const index =
    inside.kind === 'tuple' ? Number(name) : inside.items.findIndex(({ key }) => keyOf(key) === name)
  const item = items[index]
  if (item === undefined) throw new FixStop(`there is no element ${name}`)
  if (rest.length > 0) return removeInValue(source, item, rest)
  const start = inside.kind === 'object' ? (inside.items[index]?.key.start ?? item.start) : item.start
  const comma = /^[ \t]*,/.exec(source.slice(item.end))?.[0].length ?? 0
  if (comma > 0) return withoutGap(source, start, item.end + comma)
  const before = /,\s*$/.exec(source.slice(0, start))
  return before === null || index !== items.length - 1
    ? withoutSpan(source, { start, end: item.end })
    : { start: before.index, end: item.end, text: '' }
}

/** With the comma goes the space behind it. */
function withoutGap(source: string, start: number, end: number): Edit {
  const line = withoutSpan(source, { start, end })
  const space = /^[ \t]*/.exec(source.slice(end))?.[0].length ?? 0
  return line.start === start ? { start, end: end + space, text: '' } : line
}

/** Looks through parentheses and `jsonencode`. */
function structureIn(value: Expression): Expression {
  if (value.kind === 'parentheses') return structureIn(value.inner)
  const [only] = value.kind === 'call' && value.name === 'jsonencode' ? value.args : []
  return only === undefined ? value : structureIn(only)
}

function keyOf(key: Expression): string | undefined {
  if (key.kind === 'variable') return key.name
  return key.kind === 'literal' ? String(key.value) : undefined
}

/** Writes an element behind the last one of a list or map. */
function insertElement(source: string, whole: Expression, text: string): Edit {
  const items = whole.kind === 'tuple' || whole.kind === 'object' ? whole.items : []
  const last = items.at(-1)
  const end = last === undefined ? undefined : 'value' in last && 'key' in last ? last.value.end : endOf(last)
  if (end === undefined) {
    const [open, close] = whole.kind === 'tuple' ? ['[', ']'] : ['{ ', ' }']
    return { start: whole.start, end: whole.end, text: `${open}${text}${close}` }
  }
  const isLines = source.slice(end, whole.end).includes('\n')
  if (!isLines) return { start: end, end, text: `, ${text}` }
  const first = items[0]
  const start = first === undefined ? end : 'key' in first ? first.key.start : startOf(first)
  const comma = whole.kind === 'tuple' && source[end] !== ',' ? ',' : ''
  const at = source[end] === ',' ? end + 1 : end
  return { start: at, end: at, text: `${comma}${newlineOf(source)}${indentAt(source, start)}${text}` }
}

function endOf(item: unknown): number {
  return (item as Expression).end
}

function startOf(item: unknown): number {
  return (item as Expression).start
}

function insertInto(source: string, block: Block, write: (indent: string) => string): Edit {
  const outer = indentAt(source, block.start)
  const newline = newlineOf(source)
  const { attributes, blocks } = block.body
  if (!source.slice(block.start, block.end).includes('\n')) {
    const kept = attributes
      .map(({ start, end }) => `${outer}  ${source.slice(start, end)}${newline}`)
      .join('')
    const from = source.lastIndexOf('{', attributes[0]?.start ?? block.end)
    return { start: from, end: block.end, text: `{${newline}${kept}${write(`${outer}  `)}${outer}}` }
  }
  const first = [...attributes, ...blocks].toSorted((left, right) => left.start - right.start)[0]
  const indent = first === undefined ? `${outer}  ` : indentAt(source, first.start)
  const last = attributes.reduce((end, attribute) => Math.max(end, attribute.end), 0)
  const at = last > 0 ? lineEnd(source, last) : lineEnd(source, source.indexOf('{', labelsEnd(source, block)))
  return { start: at, end: at, text: write(indent) }
}

/** A label may hold a brace; the body opens behind the labels. */
function labelsEnd(source: string, { start }: Block): number {
  const head = /^[^\s"{]+(?:\s+(?:"(?:\\.|[^"\\])*"|[\w-]+))*/.exec(source.slice(start))
  return start + (head?.[0].length ?? 0)
}

interface Layout {
  readonly indent: string
  readonly newline: string
}

/** An attribute, or the blocks around it where the path has numbers. */
function itemText({ segments, to }: Setting, { indent, newline }: Layout): string {
  const [name = '', index, ...rest] = segments
  if (index === undefined) return `${indent}${keyText(name)} = ${hclText(to)}${newline}`
  if (!/^\d+$/.test(index)) {
    return `${indent}${keyText(name)} = ${hclText(nestedValue([index, ...rest], to))}${newline}`
  }
  if (rest.length === 0) {
    return `${indent}${keyText(name)} = ${hclText([to])}${newline}`
  }
  const inner = itemText({ segments: rest, to }, { indent: `${indent}  `, newline })
  return `${indent}${name} {${newline}${inner}${indent}}${newline}`
}

function nestedValue(segments: readonly string[], to: Json): Json {
  const [name, ...rest] = segments
  if (name === undefined) return to
  return /^\d+$/.test(name) ? [nestedValue(rest, to)] : { [name]: nestedValue(rest, to) }
}

function attributeSpan({ start, end }: Attribute): { start: number; end: number } {
  return { start, end }
}

function refuseDynamic(block: Block, name: string): void {
  if (block.body.blocks.some(({ type, labels }) => type === 'dynamic' && labels[0] === name)) {
    throw new FixStop(`${name} is made by a dynamic block`)
  }
}

function newlineOf(source: string): string {
  return source.includes('\r\n') ? '\r\n' : '\n'
}
