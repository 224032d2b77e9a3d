/**
 * Terraform in JSON syntax (`*.tf.json`) as the same tree that native syntax gives. JSON does not tell a nested block
 * from a map; Terraform asks the schema of the provider. Here an object in a resource is a block, but for the names
 * that are maps and for objects with keys that no attribute can have.
 */
import { isUtf8 } from 'node:buffer'
import { Cursor, decode, LineIndex, SyntaxStop } from './cursor.ts'
import { parseExpression } from './expression.ts'
import {
  parseJsonText,
  type JsonMember,
  type JsonNode,
  type JsonObject,
  type JsonString,
} from './json-text.ts'
import type { HclFile } from './parse.ts'
import type { Attribute, Block, Body, Expression, Span } from './syntax.ts'
import { parseBareTemplate } from './template.ts'

/** What an object is in a body: always a map, a nested block where nothing says otherwise. */
type Nesting = 'maps' | 'blocks'

interface BlockRule {
  readonly labels: number
  readonly nesting: Nesting
}

const maps = (labels: number): BlockRule => ({ labels, nesting: 'maps' })
const blocks = (labels: number): BlockRule => ({ labels, nesting: 'blocks' })

/** Blocks of the top level (Terraform language, "JSON Configuration Syntax"). */
const topRules: ReadonlyMap<string, BlockRule> = new Map([
  ['resource', blocks(2)],
  ['data', blocks(2)],
  ['ephemeral', blocks(2)],
  ['provider', blocks(1)],
  ['terraform', blocks(0)],
  ['check', blocks(1)],
  ['module', maps(1)],
  ['variable', maps(1)],
  ['output', maps(1)],
  ['locals', maps(0)],
  ['moved', maps(0)],
  ['import', maps(0)],
  ['removed', maps(0)],
])

/** Blocks with a label inside of others, or with nothing but maps in them. */
const innerRules: ReadonlyMap<string, BlockRule> = new Map([
  ['dynamic', blocks(1)],
  ['provisioner', blocks(1)],
  ['backend', blocks(1)],
  ['required_providers', maps(0)],
])

/** Attributes of resources that are maps (AWS, Google, Kubernetes and utility providers). */
const mapNames: ReadonlySet<string> = new Set(
  `annotations arguments connection_properties content_map data default_arguments default_labels env input keepers
  labels limits match_labels metadata_map options query request_parameters request_templates requests
  resource_labels response_parameters response_templates secrets selector string_data tags tags_all triggers
  triggers_replace user_labels variables`.split(/\s+/),
)
/** Attributes whose text is an expression and no template. */
const expressionNames: ReadonlySet<string> = new Set(['provider', 'iterator', 'depends_on', 'from', 'to'])
const attributeName = /^[A-Za-z_][\w-]*$/

/** Parses the bytes of a file; never throws. A block with a fault is left out, the others are read. */
export function parseHclJson(bytes: Uint8Array): HclFile {
  const file = Buffer.from(bytes).toString('latin1')
  const lines = new LineIndex(file)
  const stops: SyntaxStop[] = []
  const finish = (body: Body, source: string, originOf: (offset: number) => number): HclFile => ({
    body,
    source,
    lines: { lineOf: (offset) => lines.lineOf(originOf(offset)) },
    faults: stops.map(({ offset, message }) => {
      const origin = originOf(offset)
      return { line: lines.lineOf(origin), column: lines.columnOf(origin), message }
    }),
  })
  try {
    if (!isUtf8(bytes)) throw new SyntaxStop(0, 'found bytes that are no utf-8, expected utf-8')
    const { root, source, originOf } = parseJsonText(file)
    return finish(new JsonBodies(source, stops).top(root), source, originOf)
  } catch (error) {
    if (!(error instanceof SyntaxStop)) throw error
    stops.push(error)
    return finish({ attributes: [], blocks: [] }, file, (offset) => offset)
  }
}

class JsonBodies {
  private readonly source: string
  private readonly stops: SyntaxStop[]

  constructor(source: string, stops: SyntaxStop[]) {
    this.source = source
    this.stops = stops
  }

  top(root: JsonNode): Body {
    const found = objectsIn(root)
      .flatMap(membersOf)
      .flatMap(({ key, value }) =>
        this.guarded(() => {
          const rule = topRules.get(key.text)
          if (rule === undefined) throw new SyntaxStop(key.start, 'found a name of no kind of block')
          return this.blocksOf(key.text, rule, { node: value, span: key, labels: [] })
        }),
      )
    return { attributes: [], blocks: found }
  }

  /** Leaves out what has a fault, and reports it. */
  private guarded(read: () => Block[]): Block[] {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof SyntaxStop)) throw error
      this.stops.push(error)
      return []
    }
  }

  /** Blocks of one type: objects by label, one object, or a list of them. */
  private blocksOf(
    type: string,
    rule: BlockRule,
    {
      node,
      span,
      labels,
    }: { readonly node: JsonNode; readonly span: Span; readonly labels: readonly string[] },
  ): Block[] {
    return objectsIn(node).flatMap((object) => {
      if (labels.length < rule.labels) {
        return membersOf(object).flatMap(({ key, value }) => {
          const read = () =>
            this.blocksOf(type, rule, { node: value, span: key, labels: [...labels, decode(key.text)] })
          // A fault inside costs the whole resource: without one of its blocks it would say something else.
          return topRules.get(type) === rule ? this.guarded(read) : read()
        })
      }
      const start = node === object ? span.start : object.start
      return [{ type, labels, body: this.body(object, type, rule.nesting), start, end: object.end }]
    })
  }

  private body(object: JsonObject, type: string, nesting: Nesting): Body {
    const attributes = new Map<string, Attribute>()
    const inner: Block[] = []
    for (const { key, value } of membersOf(object)) {
      const name = decode(key.text)
      if (nesting === 'blocks' && isNested(name, value)) {
        const rule = innerRules.get(name) ?? blocks(0)
        inner.push(...this.blocksOf(name, rule, { node: value, span: key, labels: [] }))
        continue
      }
      if (attributes.has(name)) throw new SyntaxStop(key.start, `found ${name} twice, expected it once`)
      const isWritten = expressionNames.has(name) || (type === 'variable' && name === 'type')
      const expression = isWritten ? this.written(value) : this.expression(value)
      attributes.set(name, { name, value: expression, start: key.start, end: value.end })
    }
    return { attributes: [...attributes.values()], blocks: inner }
  }

  private expression(node: JsonNode): Expression {
    const { start, end } = node
    switch (node.kind) {
      case 'literal':
        return node
      case 'string':
        return this.template(node)
      case 'array':
        return { kind: 'tuple', items: node.items.map((item) => this.expression(item)), start, end }
      case 'object': {
        const items = membersOf(node).map(({ key, value }) => ({
          key: this.template(key),
          value: this.expression(value),
        }))
        return { kind: 'object', items, start, end }
      }
    }
  }

  private template(node: JsonString): Expression {
    const { text, start, end } = node
    if (!/[$%]\{/.test(text)) return { kind: 'literal', value: decode(text), start, end }
    return { ...parseBareTemplate(this.cursorIn(node), parseExpression), start, end }
  }

  /** A text that is an expression: `"list(string)"`, `"aws.west"`; lists of them too. */
  private written(node: JsonNode): Expression {
    if (node.kind === 'array') {
      const { start, end } = node
      return { kind: 'tuple', items: node.items.map((item) => this.written(item)), start, end }
    }
    if (node.kind !== 'string' || node.text.includes('${')) return this.expression(node)
    const cursor = this.cursorIn(node)
    cursor.isNewlineBlank = true
    const expression = parseExpression(cursor)
    cursor.skip()
    if (!cursor.isAtEnd) throw cursor.unexpected('the end of the expression')
    return expression
  }

  private cursorIn({ at, text }: JsonString): Cursor {
    const cursor = new Cursor(this.source.slice(0, at + text.length))
    cursor.at = at
    return cursor
  }
}

function isNested(name: string, value: JsonNode): boolean {
  if (value.kind === 'object') {
    return !mapNames.has(name) && membersOf(value).every(({ key }) => attributeName.test(key.text))
  }
  return value.kind === 'array' && value.items.length > 0 && value.items.every((item) => isNested(name, item))
}

/** A list stands for its objects. */
function objectsIn(node: JsonNode): JsonObject[] {
  if (node.kind === 'object') return [node]
  if (node.kind === 'array') return node.items.flatMap(objectsIn)
  if (node.kind === 'literal' && node.value === null) return []
  throw new SyntaxStop(node.start, `found a ${node.kind}, expected an object`)
}

/** A property `//` is a comment. */
function membersOf({ members }: JsonObject): JsonMember[] {
  return members.filter(({ key }) => key.text !== '//')
}
