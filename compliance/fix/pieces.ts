/**
 * Parts of a file that can be mended by themselves: a block of Terraform, a service of a Compose file, an object of
 * Kubernetes. Mended as a whole a file would be read again for every mend, which costs the product of both.
 */
import { isDeepStrictEqual } from 'node:util'
import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Node } from 'yaml'
import { parseHcl } from '../gather/hcl/parse.ts'

/** Lines of a file, counted from 1, both inclusive. */
export interface Piece {
  readonly first: number
  readonly last: number
}

/** Finds the blocks of Terraform that begin on these lines; undefined where they share lines with others. */
export function hclPieces(text: string, starts: readonly number[]): readonly Piece[] | undefined {
  const { body, lines, faults } = parseHcl(Buffer.from(text, 'utf8'))
  if (faults.length > 0) return undefined
  const all = body.blocks.map(({ start, end }) => ({ first: lines.lineOf(start), last: lines.lineOf(end) }))
  const byStart = new Map(all.map((piece) => [piece.first, piece]))
  const found = starts.flatMap((start) => byStart.get(start) ?? [])
  return found.length === starts.length && areApart(all) ? found : undefined
}

/** First line of a piece that is a whole document. */
const documentStart = /^(?:apiVersion|kind):/

/**
 * Finds what begins on these lines of YAML: a key and all that is indented below it, or the document.
 *
 * @returns undefined where something is written in another way, such as an item of a list
 */
export function yamlPieces(text: string, starts: readonly number[]): readonly Piece[] | undefined {
  const lines = text.split('\n')
  const ends = endsOf(lines)
  const found = starts.flatMap((first): Piece[] => {
    const line = lines[first - 1] ?? ''
    const isKey = /^[ \t]*[\w."'-]+:[ \t]*(?:#.*)?$/.test(line) && !/^[ \t]*-/.test(line)
    const isDocument = documentStart.test(line)
    const last = isDocument ? ends.document[first - 1] : ends.indented[first - 1]
    return (isKey || isDocument) && last !== undefined ? [{ first, last }] : []
  })
  return found.length === starts.length && areApart(found) ? found : undefined
}

interface Ends {
  /** By line, from 0: the last line, from 1, that is indented more. */
  readonly indented: readonly number[]
  /** The last line of the document. */
  readonly document: readonly number[]
}

function endsOf(lines: readonly string[]): Ends {
  const indented: number[] = Array.from(lines, () => lines.length)
  const document = [...indented]
  const open: { readonly at: number; readonly indent: number }[] = []
  let begun = 0
  for (const [at, line] of lines.entries()) {
    if (/^(?:---|\.\.\.)/.test(line)) {
      document.fill(at, begun, at)
      begun = at
    }
    if (/^[ \t]*(?:#.*)?$/.test(line)) continue
    const indent = line.length - line.trimStart().length
    while ((open.at(-1)?.indent ?? -1) >= indent) indented[open.pop()?.at ?? 0] = at
    open.push({ at, indent })
  }
  return { indented, document }
}

function areApart(pieces: readonly Piece[]): boolean {
  const sorted = pieces.toSorted((left, right) => left.first - right.first)
  return sorted.every(({ first }, at) => at === 0 || first > (sorted[at - 1]?.last ?? 0))
}

/** A piece as it became, and where it stands in the file that was put together. */
export interface Placed {
  readonly line: number
  readonly text: string
}

/** True for a file in which every piece says what it says by itself. */
export function saysTheSame(whole: string, pieces: readonly Placed[]): boolean {
  const inWhole = nodesByLine(whole)
  if (inWhole === undefined) return false
  return pieces.every(({ line, text }) => {
    const kind = documentStart.test(text) ? 'documents' : 'values'
    const own = nodesByLine(text)?.[kind].get(1)
    return own !== undefined && isDeepStrictEqual(own.toJSON(), inWhole[kind].get(line)?.toJSON())
  })
}

interface NodesByLine {
  /** What a document holds, by the line it begins on. */
  readonly documents: ReadonlyMap<number, Node>
  /** The outermost value whose key begins on the line. */
  readonly values: ReadonlyMap<number, Node>
}

/** Answers undefined for a text with faults. */
function nodesByLine(text: string): NodesByLine | undefined {
  const counter = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: counter, logLevel: 'silent', prettyErrors: false })
  if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return undefined
  const values = new Map<number, Node>()
  const lineOf = ({ range }: Node) => (range ? counter.linePos(range[0]).line : 0)
  const note = (line: number, node: Node) => {
    if (!values.has(line)) values.set(line, node)
  }
  const visit = (node: unknown) => {
    if (isSeq(node)) for (const item of node.items) visit(item)
    if (!isMap(node)) return
    for (const { key, value } of node.items) {
      if (isScalar(key) && (isMap(value) || isSeq(value) || isScalar(value))) note(lineOf(key), value)
      visit(value)
    }
  }
  for (const { contents } of documents) visit(contents)
  const whole = documents.flatMap(({ contents }) =>
    isMap(contents) ? [[lineOf(contents), contents] as const] : [],
  )
  return { documents: new Map(whole), values }
}
