/** YAML documents as values with places: anchors resolved, merge keys merged, `${…}` of Compose filled where it can be. */
import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml'
import type { GatherFault, Position } from '../../evidence.ts'
import { plainOf, type Value } from '../value.ts'
import { interpolate } from './interpolate.ts'

/** Most nodes visited in one file: aliases can multiply what a small file says. */
const nodeLimit = 50_000
/** Most nodes visited in all documents of a file. */
const totalNodeLimit = 500_000
const depthLimit = 64
/** Most documents of one file. */
const documentLimit = 2_000
/** Most faults reported of one file; behind a torn quote every line is one. */
const faultLimit = 20

const parsing = {
  logLevel: 'silent',
  // Each pretty error costs the length of the file: a small file of errors would take minutes.
  prettyErrors: false,
} as const

/** What a Compose file says, and which paths of earlier files it takes away (`!reset`, `!override`). */
export interface ComposeText {
  readonly root: Value
  readonly faults: GatherFault[]
  /** Keys from the top, joined by `pathOf`. */
  readonly cleared: ReadonlySet<string>
}

/** Joins keys to one path; none of them may hold what stands between them. */
export function pathOf(keys: readonly string[]): string {
  return keys.join('\u0000')
}

/** Parses the text of one Compose file; never throws. What is torn is reported, what could be read is there. */
export function readYaml(file: string, text: string): ComposeText {
  const counter = new LineCounter()
  try {
    const document = parseDocument(text, { ...parsing, lineCounter: counter })
    const reader = new YamlReader(document, { file, counter, scalarOf: interpolated, hasTags: true })
    const cleared = text.includes('!') ? clearedIn(document) : new Set<string>()
    return { root: reader.read(), faults: faultsOf(document, { file, counter }), cleared }
  } catch (error) {
    const root = { kind: 'unknown', why: 'the file is no yaml' } as const
    return { root, faults: [thrownFault(file, error)], cleared: new Set() }
  }
}

function clearedIn(document: Document): ReadonlySet<string> {
  const cleared = new Set<string>()
  visit(document, {
    Pair: (_, pair, above) => {
      if (!isNode(pair.value) || !/^!(?:reset|override)$/.test(pair.value.tag ?? '')) return
      const keys = [...above, pair].flatMap((each) =>
        isPair(each) && isScalar(each.key) ? [String(each.key.value)] : [],
      )
      cleared.add(pathOf(keys))
    },
  })
  return cleared
}

/** Parses a file of several documents in which `$` means nothing; JSON too. Never throws; empty ones are left out. */
export function readYamlDocuments(file: string, text: string): { roots: Value[]; faults: GatherFault[] } {
  const counter = new LineCounter()
  try {
    const parsed = parseAllDocuments(text, { ...parsing, lineCounter: counter })
    const documents = 'empty' in parsed ? [] : parsed
    const faults = documents.flatMap((document) => faultsOf(document, { file, counter })).slice(0, faultLimit)
    if (documents.length > documentLimit) {
      const message = `found ${documents.length} documents, expected at most ${documentLimit}`
      faults.push({ code: 'GATHER_TOO_MANY', message, file, startLine: 1, endLine: 1 })
    }
    const roots: Value[] = []
    let left = totalNodeLimit
    for (const document of documents.slice(0, documentLimit)) {
      if (document.contents === null) continue
      const reader = new YamlReader(document, { file, counter, scalarOf: asWritten, nodes: left })
      roots.push(reader.read())
      left -= reader.visited
    }
    return { roots, faults }
  } catch (error) {
    return { roots: [], faults: [thrownFault(file, error)] }
  }
}

function faultsOf(
  { errors }: Pick<Document, 'errors'>,
  { file, counter }: { file: string; counter: LineCounter },
): GatherFault[] {
  return errors.slice(0, faultLimit).map(({ pos: [start], message }): GatherFault => {
    const { line, col } = counter.linePos(start)
    const place = { file, startLine: Math.max(1, line), endLine: Math.max(1, line), column: Math.max(1, col) }
    return { code: 'GATHER_SYNTAX', message: message.split('\n')[0] ?? '', ...place }
  })
}

/** The parser throws only at what it holds impossible; for us it is one more torn file. */
function thrownFault(file: string, error: unknown): GatherFault {
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'GATHER_SYNTAX', message, file, startLine: 1, endLine: 1 }
}

interface Reading {
  readonly file: string
  readonly counter: LineCounter
  readonly scalarOf: ScalarReader
  /** Most nodes that may still be visited in this file. */
  readonly nodes?: number
  /** True where `!reset` and `!override` mean something and any other tag hides what the value is. */
  readonly hasTags?: boolean
}

type ScalarReader = (value: unknown, source: string | undefined) => Value

class YamlReader {
  private readonly document: Document
  private readonly file: string
  private readonly counter: LineCounter
  private readonly scalarOf: ScalarReader
  private readonly limit: number
  private readonly hasTags: boolean
  visited = 0

  constructor(document: Document, { file, counter, scalarOf, nodes = nodeLimit, hasTags = false }: Reading) {
    this.document = document
    this.file = file
    this.counter = counter
    this.scalarOf = scalarOf
    this.limit = Math.min(nodeLimit, nodes)
    this.hasTags = hasTags
  }

  read(): Value {
    return this.valueOf(this.document.contents, 0)
  }

  private valueOf(node: unknown, depth: number): Value {
    this.visited += 1
    if (this.visited > this.limit) return { kind: 'unknown', why: `more than ${this.limit} values` }
    if (depth > depthLimit) return { kind: 'unknown', why: `nested deeper than ${depthLimit} levels` }
    if (isAlias(node)) return this.aliased(node, depth)
    const tag = this.tagOf(node)
    if (tag !== undefined && tag !== '!override')
      return { kind: 'unknown', why: `has the unknown tag ${tag.slice(0, 40)}` }
    if (isMap(node)) return { ...this.mapOf(node, depth), ...this.placeOf(node) }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.valueOf(item, depth + 1))
      return { kind: 'list', items, ...this.placeOf(node) }
    }
    if (isScalar(node)) return { ...this.scalarOf(node.value, node.source), ...this.placeOf(node) }
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
      if (this.tagOf(pair.value) === '!reset') continue
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

  /** The tag of somebody's own, such as `!reset`; those of YAML itself were read by the parser. */
  private tagOf(node: unknown): string | undefined {
    const tag = this.hasTags && isNode(node) ? node.tag : undefined
    return tag?.startsWith('!') === true && tag !== '!' ? tag : undefined
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

function asWritten(value: unknown): Value {
  return { kind: 'plain', value: plainOf(value) }
}

function interpolated(value: unknown, source: string | undefined): Value {
  if (typeof value !== 'string') return { kind: 'plain', value: plainOf(value) }
  const result = interpolate(value)
  const expression = source ?? value
  if (!result.isKnown) return { kind: 'unknown', why: result.why, expression }
  return { kind: 'plain', value: result.text, ...(result.hasFallback ? { expression } : {}) }
}
