/** What a file says before it is flattened to attributes: plain values, lists and maps, each with its place. */
import {
  type Attribute,
  Attributes,
  escapeSegment,
  type Json,
  type KnownAttribute,
  type Position,
  type UnknownAttribute,
} from '../evidence.ts'

interface Placed {
  /** Where it was written; without it the place of what holds it counts. */
  readonly at?: Position
  /** Reached through a reference: the place of the reference counts for everything in it. */
  readonly isForeign?: true
  readonly isSensitive?: true
  /** How it came to be known, the last step first. */
  readonly trace?: readonly string[]
  /** The resource attribute it was read from, or what it stands for where it is not known. */
  readonly identity?: string
}

interface Plain {
  readonly kind: 'plain'
  readonly value: null | boolean | number | string
  readonly expression?: string
}
interface ListOf<Part> {
  readonly kind: 'list'
  readonly items: readonly Part[]
  readonly open?: string
}
interface MapOf<Part> {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, Part>
  readonly open?: string
}
interface Unknown {
  readonly kind: 'unknown'
  readonly why: string
  readonly expression?: string
}

export type Value = Placed & (Plain | ListOf<Value> | MapOf<Value> | Unknown)

/** One level of something that has another form; its parts are looked at when their turn comes. */
export type Level<Part> = Placed & (Plain | ListOf<Part> | MapOf<Part> | Unknown)

/** Most attributes of one resource and deepest nesting: references can multiply what a small file says. */
const attributeLimit = 20_000
const depthLimit = 64

/** Turns a map of a resource into its flat attributes. */
export function flatten(root: Value, at: Position): ReadonlyMap<string, Attribute> {
  return flattenLevels(root, at, (value) => value)
}

/**
 * Turns a map of a resource into its flat attributes, level by level: a copy of all of it in our form would be thrown
 * away at once.
 *
 * @param levelOf reads one level; the name is that of the key or the index it stands at
 */
export function flattenLevels<Part>(
  root: Part,
  at: Position,
  levelOf: (part: Part, name: string) => Level<Part>,
): ReadonlyMap<string, Attribute> {
  const flattener = new Flattener(levelOf)
  const level = levelOf(root, '')
  flattener.addRoot(level, at)
  const attributes = flattener.attributes
  if (level.kind === 'map') attributes.delete('')
  return attributes
}

/** Turns JSON (or a parsed document) into a value without places. */
export function valueOfJson(json: unknown, depth = 0): Value {
  if (depth > depthLimit) return { kind: 'unknown', why: `nested deeper than ${depthLimit} levels` }
  if (Array.isArray(json)) {
    return { kind: 'list', items: json.map((item: unknown) => valueOfJson(item, depth + 1)) }
  }
  if (typeof json === 'object' && json !== null) {
    const entries = Object.entries(json).map(([key, value]) => [key, valueOfJson(value, depth + 1)] as const)
    return { kind: 'map', entries: new Map(entries) }
  }
  return { kind: 'plain', value: plainOf(json) }
}

/** Dates and the like become text, what has no value becomes null. */
export function plainOf(value: unknown): null | boolean | number | string {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return value
  return value instanceof Date ? value.toISOString() : (JSON.stringify(value) ?? null)
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }
type Draft = Writable<KnownAttribute> | Writable<UnknownAttribute>

/** What holds a value: its path and what it says of everything in it. */
interface Holder {
  readonly path: string
  readonly at: Position
  readonly depth: number
  readonly isForeign: boolean
  /** True below a value that is marked as secret. */
  readonly isSecret: boolean
}

/** What the parts of a list or a map come to. */
class Parts {
  unknown: UnknownAttribute | undefined = undefined
  hasSecret = false
  /** True where the last parts were left out. */
  isCut = false
  readonly whole: Json[] | Record<string, Json>

  constructor(isList: boolean) {
    this.whole = isList ? [] : {}
  }

  addKnown(key: string, value: Json): void {
    if (Array.isArray(this.whole)) this.whole.push(value)
    else if (key !== '__proto__') this.whole[key] = value
    // An assignment would change the prototype.
    else
      Object.defineProperty(this.whole, key, {
        value,
        configurable: true,
        enumerable: true,
        writable: true,
      })
  }
}

class Flattener<Part> {
  readonly attributes = new Attributes()
  private readonly levelOf: (part: Part, name: string) => Level<Part>

  constructor(levelOf: (part: Part, name: string) => Level<Part>) {
    this.levelOf = levelOf
  }

  /** Adds the whole at the empty path and everything in it. */
  addRoot(value: Level<Part>, at: Position): void {
    this.add(value, '', { path: '', at, depth: -1, isForeign: false, isSecret: false })
  }

  private add(value: Level<Part>, path: string, holder: Holder): Attribute {
    const at = holder.isForeign ? holder.at : (value.at ?? holder.at)
    const isSecret = holder.isSecret || value.isSensitive === true
    const attribute = marked(this.attributeOf(value, path, { holder, at, isSecret }), value)
    if (isSecret) attribute.isSensitive = true
    this.attributes.set(path, attribute)
    return attribute
  }

  private attributeOf(
    value: Level<Part>,
    path: string,
    { holder, at, isSecret }: { readonly holder: Holder; readonly at: Position; readonly isSecret: boolean },
  ): Draft {
    if (value.kind === 'plain') return knownAt(at, value.value, value.expression)
    if (value.kind === 'unknown') return unknownAt(at, value.why, value.expression)
    const isForeign = holder.isForeign || value.isForeign === true
    const here = { path, at, depth: holder.depth + 1, isForeign, isSecret }
    const found = this.partsOf(value, here)
    const { unknown, hasSecret } = found
    const attribute: Draft =
      unknown === undefined ? knownAt(at, found.whole) : unknownAt(at, unknown.why, unknown.expression)
    // The whole shows its parts.
    if (hasSecret) attribute.isSensitive = true
    return attribute
  }

  private partsOf(value: Level<Part> & { readonly kind: 'list' | 'map' }, here: Holder): Parts {
    const found = new Parts(value.kind === 'list')
    if (value.kind === 'map') {
      for (const [key, child] of value.entries) if (!this.addChild(found, key, child, here)) break
    } else {
      for (const [index, child] of value.items.entries())
        if (!this.addChild(found, String(index), child, here)) break
    }
    if (value.open !== undefined && !found.isCut) found.unknown = this.addOpen(value.open, here)
    return found
  }

  /** Adds one part; false where there is room for no more. */
  private addChild(found: Parts, key: string, child: Part, here: Holder): boolean {
    const excess = this.excessAt(here)
    if (excess !== undefined) {
      found.unknown = this.addOpen(excess, here)
      found.isCut = true
      return false
    }
    const attribute = this.add(this.levelOf(child, key), joined(here.path, escapeSegment(key)), here)
    found.hasSecret ||= attribute.isSensitive === true
    if (attribute.known) found.addKnown(key, attribute.value)
    else found.unknown ??= attribute
    return true
  }

  private addOpen(why: string, here: Holder): UnknownAttribute {
    const attribute = unknownAt(here.at, why)
    this.attributes.set(joined(here.path, '*'), attribute)
    return attribute
  }

  private excessAt({ depth }: Holder): string | undefined {
    if (depth >= depthLimit) return `nested deeper than ${depthLimit} levels`
    return this.attributes.size >= attributeLimit ? `more than ${attributeLimit} values` : undefined
  }
}

/** Sets the marks of a value on the attribute that was just made of it. */
function marked(attribute: Draft, { isSensitive, trace, identity }: Placed): Draft {
  if (isSensitive !== undefined) attribute.isSensitive = isSensitive
  if (trace !== undefined) attribute.trace = trace
  if (identity !== undefined) attribute.identity = identity
  return attribute
}

/** Every value of a scan comes by here: written out, as a spread of the place costs several times as much. */
function knownAt({ file, startLine, endLine }: Position, value: Json, expression?: string): Draft {
  return expression === undefined
    ? { known: true, value, file, startLine, endLine }
    : { known: true, value, expression, file, startLine, endLine }
}

function unknownAt(
  { file, startLine, endLine }: Position,
  why: string,
  expression?: string,
): UnknownAttribute {
  return expression === undefined
    ? { known: false, why, file, startLine, endLine }
    : { known: false, why, expression, file, startLine, endLine }
}

function joined(path: string, segment: string): string {
  return path === '' ? segment : `${path}.${segment}`
}
