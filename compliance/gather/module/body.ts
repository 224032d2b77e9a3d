/** The body of a block as a value: attributes by name, nested blocks as lists, `dynamic` ones unrolled. */
import type { Block, Body } from '../hcl/syntax.ts'
import { evaluate } from '../evaluate/evaluate.ts'
import { turnsOf } from '../evaluate/for.ts'
import { bind, type Scope } from '../evaluate/scope.ts'
import { list, object, text, unknown, type Unknown, type Value } from '../values/value.ts'

/** Most blocks that one `dynamic` is unrolled to. */
const blockLimit = 2_000

/** Evaluates everything in a body. */
export function bodyValue(body: Body, scope: Scope): Value {
  const entries = new Map<string, Value>()
  for (const { name, value } of body.attributes) entries.set(name, evaluate(value, scope))
  if (body.blocks.length === 0) return object(entries)
  for (const [type, value] of blocksIn(body, scope)) entries.set(type, value)
  return object(entries)
}

/** Evaluates one attribute, or the blocks of one type; undefined when nothing of the name is written. */
export function partOf(body: Body, name: string, scope: Scope): Value | undefined {
  const attribute = body.attributes.find((each) => each.name === name)
  return attribute === undefined ? blocksIn(body, scope, name).get(name) : evaluate(attribute.value, scope)
}

interface Collected {
  readonly items: Value[]
  readonly first: Block
  rest?: Unknown
}

function blocksIn(body: Body, scope: Scope, only?: string): Map<string, Value> {
  const groups = new Map<string, Collected>()
  for (const block of body.blocks) {
    const isDynamic = block.type === 'dynamic'
    const type = isDynamic ? block.labels[0] : block.type
    if (type === undefined || (only !== undefined && type !== only)) continue
    const group = groups.get(type) ?? { items: [], first: block }
    groups.set(type, group)
    if (isDynamic) unroll(block, type, { group, scope })
    else group.items.push(blockValue(block, block, scope))
  }
  const lists = [...groups].map(([type, { items, first, rest }]): [string, Value] => [
    type,
    { ...list(items, 'tuple', rest), at: { file: scope.file, span: first } },
  ])
  return new Map(lists)
}

/** A block and where it counts as written: content of a `dynamic` stands where its block stands. */
function blockValue({ body, labels: [label] }: Block, span: Block, scope: Scope): Value {
  const value = { ...bodyValue(body, scope), at: { file: scope.file, span } }
  // The label alone says which backend or provisioner it is; neither has an attribute of that name.
  return label === undefined || value.kind !== 'object'
    ? value
    : { ...value, entries: new Map([...value.entries, ['label', text(label)]]) }
}

function unroll(
  block: Block,
  type: string,
  { group, scope }: { readonly group: Collected; readonly scope: Scope },
): void {
  const content = block.body.blocks.find((each) => each.type === 'content')
  const written = block.body.attributes.find(({ name }) => name === 'for_each')
  const iterator = block.body.attributes.find(({ name }) => name === 'iterator')?.value
  const name = iterator?.kind === 'variable' ? iterator.name : type
  const collection = written === undefined ? undefined : evaluate(written.value, scope)
  const turns = collection === undefined ? undefined : turnsOf(collection)
  if (collection === undefined || content === undefined || turns === undefined || turns.length > blockLimit) {
    group.rest ??= whyOpen(collection, block)
    return
  }
  for (const { key, value } of turns) {
    const inner = bind(
      scope,
      name,
      object(
        new Map([
          ['key', key],
          ['value', value],
        ]),
      ),
    )
    group.items.push(blockValue(content, block, inner))
  }
  const isOpen = collection.kind === 'list' || collection.kind === 'object' ? collection.rest : undefined
  if (isOpen !== undefined) group.rest ??= whyOpen(isOpen, block)
}

let opened = 0

function whyOpen(collection: Value | undefined, block: Block): Unknown {
  const identity = `dynamic ${block.start} #${(opened += 1)}`
  const why = collection?.kind === 'unknown' ? `: ${collection.why}` : ''
  return unknown(identity, `is made by a dynamic block${why}`)
}
