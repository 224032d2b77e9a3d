/** Mends in YAML: texts are laid over the ranges of the parsed document, so comments and layout stay. */
import { isDeepStrictEqual } from 'node:util'
import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml'
import type { Mend } from '../controls/control.ts'
import type { Json } from '../evidence.ts'
import { edited, FixStop, lineEnd, lineStart, segmentsOf, type Edit } from './edit.ts'

/** Why nothing is mended in a text that cannot be read; a part of a file may name what stands outside of it. */
export const faulty = 'the file has faults'

/** Where the thing that is mended stands: the line it begins on, and its name where a key names it. */
export interface YamlTarget {
  readonly source: string
  /** Counted from 1. */
  readonly line: number
  readonly name: string
}

/**
 * Makes one mend.
 *
 * @throws FixStop where the path leads through an alias, a merge or a text
 */
export function mendYaml(
  { source, line, name }: YamlTarget,
  mend: Exclude<Mend, { instead: string } | { after: string }>,
): string {
  const root = nodeAt(source, line, name)
  const segments = segmentsOf('set' in mend ? mend.set : mend.remove)
  const edit =
    'set' in mend ? setIn(source, root, { segments, to: mend.to }) : removeIn(source, root, segments)
  const after = edited(source, edit)
  const made = nodeAt(after, line, name)
  if ('set' in mend && !isDeepStrictEqual(valueIn(made, segments), mend.to)) {
    throw new FixStop('the file would say something else')
  }
  return after
}

/** True for a text without faults. */
export function isYaml(text: string): boolean {
  const documents = parseAllDocuments(text, { logLevel: 'silent', prettyErrors: false })
  return Array.isArray(documents) && documents.every(({ errors }) => errors.length === 0)
}

/** What is read at a path. */
function valueIn(node: unknown, segments: readonly string[]): unknown {
  const [name, ...rest] = segments
  if (name === undefined) return isMap(node) || isSeq(node) || isScalar(node) ? node.toJSON() : undefined
  if (isSeq(node)) return valueIn(node.items[Number(name)], rest)
  return isMap(node)
    ? valueIn(node.items.find(({ key }) => isScalar(key) && String(key.value) === name)?.value, rest)
    : undefined
}

/** Finds the mapping that begins on a line: the one its name belongs to, else the outermost. */
function nodeAt(source: string, line: number, name: string): YAMLMap {
  const counter = new LineCounter()
  const documents = parseAllDocuments(source, {
    lineCounter: counter,
    logLevel: 'silent',
    prettyErrors: false,
  })
  if (!Array.isArray(documents)) throw new FixStop('the file has no document')
  const found: { readonly map: YAMLMap; readonly key: string | undefined }[] = []
  const lineOf = (node: Node | null) => (node?.range ? counter.linePos(node.range[0]).line : 0)
  const visit = (node: unknown, key: Node | null) => {
    if (isMap(node)) {
      if (lineOf(key ?? node) === line || lineOf(node) === line) {
        found.push({ map: node, key: isScalar(key) ? String(key.value) : undefined })
      }
      for (const pair of node.items) visit(pair.value, isScalar(pair.key) ? pair.key : null)
    } else if (isSeq(node)) for (const item of node.items) visit(item, null)
  }
  for (const document of documents) {
    if (document.errors.length > 0) throw new FixStop(faulty)
    visit(document.contents, null)
  }
  const chosen = found.find(({ key }) => key === name) ?? found[0]
  if (chosen === undefined) throw new FixStop(`nothing begins on line ${line}`)
  return chosen.map
}

interface Setting {
  readonly segments: readonly string[]
  readonly to: Json
}

function setIn(source: string, node: unknown, { segments, to }: Setting): Edit {
  const [name, ...rest] = segments
  if (name === undefined) return replace(source, node, to)
  if (isSeq(node)) {
    const item = node.items[Number(name)]
    if (item !== undefined) return setIn(source, item, { segments: rest, to })
    if (Number(name) !== node.items.length) throw new FixStop(`there is no element ${name}`)
    return append(source, node as Node, `- ${JSON.stringify(nested(rest, to))}`)
  }
  if (!isMap(node)) throw new FixStop('the value is not written here')
  const pair = pairOf(node, name)
  if (pair === undefined) return append(source, node, `${scalar(name)}: ${valueText(nested(rest, to))}`)
  if (pair.value === null || (isScalar(pair.value) && pair.value.value === null && rest.length > 0)) {
    return fillNull(source, pair, nested(rest, to))
  }
  return setIn(source, pair.value, { segments: rest, to })
}

/** `key:` without a value gets one. */
function fillNull(source: string, pair: Pair, to: Json): Edit {
  const [, end] = rangeOf(pair.value ?? pair.key)
  const at = source[end] === ':' ? end + 1 : end
  return { start: at, end: at, text: ` ${valueText(to)}` }
}

function replace(source: string, node: unknown, to: Json): Edit {
  const [start, end] = rangeOf(node)
  if (!isScalar(node) && !isSeq(node) && !isMap(node)) throw new FixStop('the value is not written here')
  const isBlock = source.slice(start, end).includes('\n')
  // The end of a block lies behind its newline, which belongs to what follows.
  const stop = isBlock ? start + source.slice(start, end).trimEnd().length : end
  return { start, end: stop, text: valueText(to) }
}

function removeIn(source: string, node: unknown, segments: readonly string[]): Edit {
  const [name = '', ...rest] = segments
  if (isSeq(node)) {
    const item = node.items[Number(name)]
    if (item === undefined) throw new FixStop(`there is no element ${name}`)
    if (rest.length > 0) return removeIn(source, item, rest)
    if (node.items.length === 1) return emptied(source, node as Node, '[]')
    return withoutItem(source, node as Node, rangeOf(item))
  }
  if (!isMap(node)) throw new FixStop('the value is not written here')
  const pair = pairOf(node, name)
  if (pair === undefined) throw new FixStop(`there is no ${segments.join('.')}`)
  if (rest.length > 0) return removeIn(source, pair.value, rest)
  if (node.items.length === 1) return emptied(source, node, '{}')
  const [start] = rangeOf(pair.key)
  return withoutItem(source, node, [start, rangeOf(pair.value ?? pair.key)[1]])
}

function emptied(source: string, node: Node, text: string): Edit {
  const [start, end] = rangeOf(node)
  return { start, end: start + source.slice(start, end).trimEnd().length, text }
}

function withoutItem(source: string, parent: Node, [start, end]: readonly [number, number]): Edit {
  if (isFlow(parent)) {
    const comma = /^\s*,[ \t]*/.exec(source.slice(end))?.[0].length
    if (comma !== undefined) return { start, end: end + comma, text: '' }
    const before = /,\s*$/.exec(source.slice(0, start))
    return { start: before?.index ?? start, end, text: '' }
  }
  const stop = start + source.slice(start, end).trimEnd().length
  const from = lineStart(source, start)
  const lead = source.slice(from, start)
  // The first key of an element stands behind its dash: the next key takes its place.
  if (isMap(parent) && lead.includes('-')) {
    const next = lineEnd(source, stop)
    return { start, end: next + (/^[ \t]*/.exec(source.slice(next))?.[0].length ?? 0), text: '' }
  }
  return { start: from, end: lineEnd(source, Math.max(start, stop - 1)), text: '' }
}

/** Writes an entry behind the last one of a mapping or list. */
function append(source: string, node: Node, text: string): Edit {
  const [start, end] = rangeOf(node)
  if (isFlow(node)) {
    const own = isMap(node) ? text : text.slice(2)
    // Behind the last entry itself: a comma or a remark may follow it.
    const last = lastIn(node)
    const at = last === undefined ? start + 1 : rangeOf(last)[1]
    return { start: at, end: at, text: last === undefined ? own : `, ${own}` }
  }
  const stop = start + source.slice(start, end).trimEnd().length
  const at = lineEnd(source, Math.max(start, stop - 1))
  const newline = source.includes('\r\n') ? '\r\n' : '\n'
  const indent = ' '.repeat(start - lineStart(source, start))
  const before = source[at - 1] === '\n' ? '' : newline
  return { start: at, end: at, text: `${before}${indent}${text}${newline}` }
}

function lastIn(node: Node): unknown {
  const last = isMap(node) || isSeq(node) ? node.items.at(-1) : undefined
  if (!isPair(last)) return last
  if (last.value === null || rangeOf(last.value)[0] === rangeOf(last.value)[1]) {
    throw new FixStop('the last entry has no value')
  }
  return last.value
}

function isFlow(node: Node): boolean {
  return (isMap(node) || isSeq(node)) && node.flow === true
}

function pairOf(map: YAMLMap, name: string): Pair | undefined {
  const found = map.items.find(({ key }) => isScalar(key) && String(key.value) === name)
  const isMerged = map.items.some(({ key }) => isScalar(key) && key.value === '<<')
  if (found === undefined && isMerged) throw new FixStop(`${name} may come from a merge`)
  return found
}

function rangeOf(node: unknown): readonly [number, number] {
  const range = isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined
  if (!range) throw new FixStop('the value is not written here')
  return [range[0], range[1]]
}

function nested(segments: readonly string[], to: Json): Json {
  const [name, ...rest] = segments
  if (name === undefined) return to
  return /^\d+$/.test(name) ? [nested(rest, to)] : { [name]: nested(rest, to) }
}

/** Structures are written as JSON, which is YAML on one line. */
function valueText(value: Json): string {
  return typeof value === 'string' ? scalar(value) : flowText(value)
}

function flowText(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item: Json) => flowText(item)).join(', ')}]`
  const entries = Object.entries(value).map(([key, item]) => `${scalar(key)}: ${flowText(item)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}

/** Plain where no reader could take it for anything else. */
function scalar(text: string): string {
  const isPlain =
    /^[A-Za-z][\w./-]*$/.test(text) && !/^(?:true|false|yes|no|on|off|null|y|n|nan|inf)$/i.test(text)
  return isPlain ? text : JSON.stringify(text)
}
