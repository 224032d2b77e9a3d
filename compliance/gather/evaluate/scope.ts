/** What an expression can see: the file it stands in, the names of loops and instances, and its module. */
import { decode } from '../hcl/cursor.ts'
import type { Span } from '../hcl/syntax.ts'
import type { Place, SourceText, Value } from '../values/value.ts'
import type { Budget } from './budget.ts'

export interface Scope {
  readonly file: SourceText
  readonly module: ModuleNames
  readonly names?: BoundName
}

/** A name of a `for`, or `each`, `count` and `self`; the inner one is found first. */
export interface BoundName {
  readonly name: string
  readonly value: Value
  readonly outer?: BoundName
}

/** One step of a path: `.name`, `[key]`, `[*]` or `.*`. */
export type Step =
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'index'; readonly key: Value }
  | { readonly kind: 'splat'; readonly isDotted: boolean }

export interface Path {
  readonly root: string
  readonly steps: readonly Step[]
  readonly at: Place
}

/** What a module knows by name. */
export interface ModuleNames {
  readonly budget: Budget
  /** Where the module stands in its root: empty, or `module.a["x"].module.b.`. */
  readonly prefix: string
  /** Finds what a path begins with; the steps behind the first `taken` ones are still to be taken. */
  readonly resolve: (path: Path) => { readonly value: Value; readonly taken: number }
  /** Reads a text file inside the scanned folder; undefined for what is outside or cannot be read. */
  readonly readFile: (path: string) => string | undefined
}

/** Finds a name of a loop or an instance. */
export function boundValue(name: string, names: BoundName | undefined): Value | undefined {
  for (let each = names; each !== undefined; each = each.outer) if (each.name === name) return each.value
  return undefined
}

/** Adds a name in front of the others. */
export function bind(scope: Scope, name: string, value: Value): Scope {
  const { names } = scope
  return { ...scope, names: names === undefined ? { name, value } : { name, value, outer: names } }
}

/** Longest text of an expression shown to people, in characters. */
const textLimit = 200

/** Shows the text of an expression on one line, cut to a length people read. */
export function textAt({ file, span }: { readonly file: SourceText; readonly span: Span }): string {
  // Four bytes a character at most, and white space that is folded: more is never shown.
  const bytes = file.source.slice(span.start, Math.min(span.end, span.start + textLimit * 8))
  const text = decode(bytes).replace(/\s+/g, ' ')
  return text.length > textLimit ? `${text.slice(0, textLimit)}…` : text
}
