/** A YAML file whose faults are collected with their lines, for both files the collector reads. */
import { readFileSync } from 'node:fs'
import { LineCounter, parseDocument, type Document } from 'yaml'
import { ConfigError, type ConfigFault } from '../../lib/config.ts'
import { messageOf } from '../../lib/errors.ts'
import { expandValues, type Variables } from './expand.ts'

/** Collects faults by the place in the file they are at. */
export interface FaultList {
  readonly add: (pointer: string, expected: string) => void
}

export interface OpenDocument extends FaultList {
  /** What the file holds, references expanded. */
  readonly value: unknown
  /** @throws ConfigError when faults were added, in the order of their lines */
  readonly throwFaults: () => void
  /** Says where in the file a pointer is. */
  readonly faultAt: (pointer: string, expected: string) => ConfigFault
  /** Writes a remark about a place on one line: `file:line key: text`. */
  readonly describe: (pointer: string, text: string) => string
}

/** @throws ConfigError */
export function readSource(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigError([{ source: path, key: '(file)', expected: `a readable file: ${messageOf(error)}` }])
  }
}

/**
 * Parses YAML and expands its references.
 *
 * @throws ConfigError when it is not YAML
 */
export function openDocument(source: string, path: string, variables: Variables): OpenDocument {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const faults: ConfigFault[] = document.errors.map((error) => ({
    source: path,
    line: lines.linePos(error.pos[0]).line,
    key: '(yaml)',
    expected: `valid yaml: ${error.message}`,
  }))
  if (faults.length > 0) throw new ConfigError(faults)
  const faultAt = (pointer: string, expected: string): ConfigFault => {
    // An empty file has one line.
    return { source: path, key: dotted(pointer), expected, line: lineOf(document, lines, pointer) ?? 1 }
  }
  const add = (pointer: string, expected: string) => {
    faults.push(faultAt(pointer, expected))
  }
  return {
    value: expandValues(toValues(document, path), variables, add),
    add,
    faultAt,
    describe: (pointer, text) => {
      const { line, key } = faultAt(pointer, text)
      return `${path}${line === undefined ? '' : `:${line}`} ${key}: ${text}`
    },
    throwFaults: () => {
      if (faults.length > 0)
        throw new ConfigError(faults.sort((one, other) => (one.line ?? 0) - (other.line ?? 0)))
    },
  }
}

function toValues(document: Document, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 })
  } catch (error) {
    throw new ConfigError([{ source: path, key: '(yaml)', expected: `no aliases: ${messageOf(error)}` }])
  }
}

function lineOf(document: Document, lines: LineCounter, pointer: string): number | undefined {
  const path = pathOf(pointer)
  for (let length = path.length; length > 0; length--) {
    const parent: unknown = document.getIn(path.slice(0, length - 1), true)
    const line = keyLine(parent, path[length - 1] ?? '', lines)
    if (line !== undefined) return line
  }
  return document.contents?.range === null || document.contents?.range === undefined
    ? undefined
    : lines.linePos(document.contents.range[0]).line
}

/** Line of a key of a mapping, or of an item of a list. */
function keyLine(parent: unknown, key: string, lines: LineCounter): number | undefined {
  if (typeof parent !== 'object' || parent === null || !('items' in parent) || !Array.isArray(parent.items)) {
    return undefined
  }
  const items: readonly unknown[] = parent.items
  for (const [index, item] of items.entries()) {
    const node: unknown = typeof item === 'object' && item !== null && 'key' in item ? item.key : item
    const isIt = item !== node ? valueOfNode(node) === key : String(index) === key
    const start = isIt ? startOf(node) : undefined
    if (start !== undefined) return lines.linePos(start).line
  }
  return undefined
}

function valueOfNode(node: unknown): string {
  return typeof node === 'object' && node !== null && 'value' in node ? String(node.value) : ''
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
    return undefined
  const start: unknown = node.range[0]
  return typeof start === 'number' ? start : undefined
}

function pathOf(pointer: string): string[] {
  const parts = pointer.split('/').slice(1)
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function dotted(pointer: string): string {
  return pointer === '' ? '(root)' : pathOf(pointer).join('.')
}
