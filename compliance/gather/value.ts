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
  flattener.add(level, { path: '', at, depth: 0, isForeign: false, isSecret: false })
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

interface Place {
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
  private readonly items: Json[] | undefined
  private readonly entries: Record<string, Json> = {}

  constructor(isList: boolean) {
    this.items = isList ? [] : undefined
  }

  get whole(): Json {
    return this.items ?? this.entries
  }

  addKnown(key: string, value: Json): void {
    if (this.items !== undefined) this.items.push(value)
    else if (key !== '__proto__') this.entries[key] = value
    // An assignment would change the prototype.
    else
      Object.defineProperty(this.entries, key, {
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

  add(value: Level<Part>, place: Place): Attribute {
    const { path, depth } = place
    const at = place.isForeign ? place.at : (value.at ?? place.at)
    const isForeign = place.isForeign || value.isForeign === true
    const here = { path, at, depth, isForeign, isSecret: place.isSecret || value.isSensitive === true }
    const attribute = marked(this.attributeOf(value, here), value)
    if (here.isSecret) attribute.isSensitive = true
    this.attributes.set(here.path, attribute)
    return attribute
  }

  private attributeOf(value: Level<Part>, here: Place): Draft {
    if (value.kind === 'plain') {
      const { value: plain, expression } = value
      const { file, startLine, endLine } = here.at
      return expression === undefined
        ? { known: true, value: plain, file, startLine, endLine }
        : { known: true, value: plain, expression, file, startLine, endLine }
    }
    if (value.kind === 'unknown') return unknownAt(here.at, value.why, value.expression)
    const found = new Parts(value.kind === 'list')
    if (value.kind === 'map') {
      for (const [key, child] of value.entries) if (!this.addChild(found, key, child, here)) break
    } else {
      for (const [index, child] of value.items.entries())
        if (!this.addChild(found, String(index), child, here)) break
    }
    if (value.open !== undefined && !found.isCut) found.unknown = this.addOpen(value.open, here)
    const { unknown, hasSecret } = found
    const attribute: Draft =
      unknown === undefined
        ? { known: true, value: found.whole, ...here.at }
        : unknownAt(here.at, unknown.why, unknown.expression)
    // The whole shows its parts.
    if (hasSecret) attribute.isSensitive = true
    return attribute
  }

  /** Adds one part; false where there is room for no more. */
  private addChild(found: Parts, key: string, child: Part, here: Place): boolean {
    const excess = this.excessAt(here)
    if (excess !== undefined) {
      found.unknown = this.addOpen(excess, here)
      found.isCut = true
      return false
    }
    const path = joined(here.path, escapeSegment(key))
    const { at, isForeign, isSecret } = here
    const level = this.levelOf(child, key)
    const attribute = this.add(level, { path, at, depth: here.depth + 1, isForeign, isSecret })
    found.hasSecret ||= attribute.isSensitive === true
    if (attribute.known) found.addKnown(key, attribute.value)
    else found.unknown ??= attribute
    return true
  }

  private addOpen(why: string, here: Place): UnknownAttribute {
    const attribute = unknownAt(here.at, why)
    this.attributes.set(joined(here.path, '*'), attribute)
    return attribute
  }

  private excessAt({ depth }: Place): string | undefined {
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

function unknownAt(at: Position, why: string, expression?: string): UnknownAttribute {
  return { known: false, why, ...(expression === undefined ? {} : { expression }), ...at }
}

function joined(path: string, segment: string): string {
  return path === '' ? segment : `${path}.${segment}`
}
