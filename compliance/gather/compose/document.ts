/** YAML documents as values with places: anchors resolved, merge keys merged, `${…}` filled where it can be. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml'
import type { GatherFault, Position } from '../../evidence.ts'
import { plainOf, type Value } from '../value.ts'
import { interpolate } from './interpolate.ts'

/** Most nodes visited in one file: aliases can multiply what a small file says. */
const nodeLimit = 50_000
const depthLimit = 64
/** Most faults reported of one file; behind a torn quote every line is one. */
const faultLimit = 20

/** Parses the text of one file; never throws. What is torn is reported, what could be read is there. */
export function readYaml(file: string, text: string): { root: Value; faults: GatherFault[] } {
  const counter = new LineCounter()
  try {
    const document = parseDocument(text, {
      lineCounter: counter,
      logLevel: 'silent',
      // Each pretty error costs the length of the file: a small file of errors would take minutes.
      prettyErrors: false,
    })
    const faults = document.errors.slice(0, faultLimit).map(({ pos: [start], message }): GatherFault => {
      const { line, col } = counter.linePos(start)
      const place = {
        file,
        startLine: Math.max(1, line),
        endLine: Math.max(1, line),
        column: Math.max(1, col),
      }
      return { code: 'GATHER_SYNTAX', message: message.split('\n')[0] ?? '', ...place }
    })
    return { root: new YamlReader(document, { file, counter }).read(), faults }
  } catch (error) {
    // The parser throws only at what it holds impossible; for us it is one more torn file.
    const message = error instanceof Error ? error.message : String(error)
    const fault = { code: 'GATHER_SYNTAX', message, file, startLine: 1, endLine: 1 } as const
    return { root: { kind: 'unknown', why: 'the file is no yaml' }, faults: [fault] }
  }
}

class YamlReader {
  private readonly document: Document
  private readonly file: string
  private readonly counter: LineCounter
  private visited = 0

  constructor(document: Document, { file, counter }: { file: string; counter: LineCounter }) {
    this.document = document
    this.file = file
    this.counter = counter
  }

  read(): Value {
    return this.valueOf(this.document.contents, 0)
  }

  private valueOf(node: unknown, depth: number): Value {
    this.visited += 1
    if (this.visited > nodeLimit) return { kind: 'unknown', why: `more than ${nodeLimit} values` }
    if (depth > depthLimit) return { kind: 'unknown', why: `nested deeper than ${depthLimit} levels` }
    if (isAlias(node)) return this.aliased(node, depth)
    if (isMap(node)) return { ...this.mapOf(node, depth), ...this.placeOf(node) }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.valueOf(item, depth + 1))
      return { kind: 'list', items, ...this.placeOf(node) }
    }
    if (isScalar(node)) return { ...scalarOf(node.value, node.source), ...this.placeOf(node) }
    return { kind: 'plain', value: null }
  }

  /** What an alias stands for keeps the place where it is written: that is the line to change. */
  private aliased(node: { resolve: (document: Document) => Node | undefined }, depth: number): Value {
    const target = node.resolve(this.document)
    return target === undefined
      ? { kind: 'unknown', why: 'refers to an anchor that is not there' }
      : this.valueOf(target, depth + 1)
  }

  private mapOf(node: YAMLMap, depth: number): Value & { kind: 'map' } {
    const entries = new Map<string, Value>()
    const merged = new Map<string, Value>()
    let open: string | undefined
    for (const pair of node.items) {
      // Text of a key that is no scalar would cost what all below it costs, at every level.
      if (!isScalar(pair.key)) {
        open = 'a key is no plain text'
        continue
      }
      const key = String(pair.key.value)
      // Extensions of the whole file mean nothing but through the aliases to them.
      if (depth === 0 && key.startsWith('x-')) continue
      if (key === '<<') this.addMerged(merged, pair.value, depth)
      else entries.set(key, this.pairValue(pair, depth))
    }
    for (const [key, value] of merged) if (!entries.has(key)) entries.set(key, value)
    return { kind: 'map', entries, ...(open === undefined ? {} : { open }) }
  }

  private addMerged(merged: Map<string, Value>, node: unknown, depth: number): void {
    const value = this.valueOf(node, depth + 1)
    for (const source of value.kind === 'list' ? value.items : [value]) {
      if (source.kind !== 'map') continue
      for (const [key, item] of source.entries) if (!merged.has(key)) merged.set(key, item)
    }
  }

  /** The place of a value begins with its key. */
  private pairValue({ key, value }: Pair, depth: number): Value {
    const result = this.valueOf(value, depth + 1)
    const from = isScalar(key) ? key.range?.[0] : undefined
    const own = isAlias(value) ? value.range : isNode(value) ? value.range : undefined
    const end = own?.[1] ?? (isScalar(key) ? key.range?.[1] : undefined)
    return from === undefined || end === undefined ? result : { ...result, at: this.position(from, end) }
  }

  private placeOf(node: Node): { at?: Position } {
    return node.range === null || node.range === undefined
      ? {}
      : { at: this.position(node.range[0], node.range[1]) }
  }

  private position(start: number, end: number): Position {
    const startLine = Math.max(1, this.counter.linePos(start).line)
    const endLine = Math.max(startLine, this.counter.linePos(Math.max(start, end - 1)).line)
    return { file: this.file, startLine, endLine }
  }
}

function isNode(value: unknown): value is Node {
  return isMap(value) || isSeq(value) || isScalar(value)
}

function scalarOf(value: unknown, source: string | undefined): Value {
  if (typeof value !== 'string') return { kind: 'plain', value: plainOf(value) }
  const result = interpolate(value)
  const expression = source ?? value
  if (!result.isKnown) return { kind: 'unknown', why: result.why, expression }
  return { kind: 'plain', value: result.text, ...(result.hasFallback ? { expression } : {}) }
}
