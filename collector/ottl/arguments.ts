/** The arguments of one call, checked when the configuration is read and asked for on each item. */
import { CollectorError } from '../errors.ts'
import type { Attribute } from '../process/model.ts'
import { isMap, isWhole, textOfValue } from '../process/value.ts'
import type { Item } from './item.ts'
import { failed, isId, storable, type OttlValue } from './ottl-value.ts'
import type { Access, Getter } from './path.ts'
import { compilePattern, type Pattern } from './regex/pattern.ts'
import type { StatementError } from './statement-error.ts'
import type { Expression } from './syntax.ts'

/** What the compiler does for a call. */
export interface ExpressionCompiler {
  readonly getter: (value: Expression) => Getter
  /** Compiles a path that is to be written. */
  readonly access: (value: Expression) => Access
  /** Compiles a converter that is named without being called. */
  readonly converter: (value: Expression) => (argument: OttlValue, item: Item) => OttlValue
  readonly refusal: (value: { readonly at: number }, why: string) => StatementError
}

export class CallArguments {
  readonly #given: ReadonlyMap<string, Expression>
  readonly #compiler: ExpressionCompiler

  constructor(given: ReadonlyMap<string, Expression>, compiler: ExpressionCompiler) {
    this.#given = given
    this.#compiler = compiler
  }

  has(name: string): boolean {
    return this.#given.has(name)
  }

  any(name: string): Getter {
    return this.#compiler.getter(this.#expression(name))
  }

  target(name: string): Access {
    return this.#compiler.access(this.#expression(name))
  }

  converter(name: string): ((argument: OttlValue, item: Item) => OttlValue) | undefined {
    return this.has(name) ? this.#compiler.converter(this.#expression(name)) : undefined
  }

  text(name: string): (item: Item) => string {
    const get = this.#literal(name, 'string')
    return (item) => {
      const value = get(item)
      if (typeof value !== 'string') throw failed(value, `string for ${name}`)
      return value
    }
  }

  /** As text whatever plain value it is; absent for nil. */
  textLike(name: string): (item: Item) => string | undefined {
    const get = this.any(name)
    return (item) => textLike(get(item))
  }

  whole(name: string): (item: Item) => number {
    const get = this.#literal(name, 'int')
    return (item) => {
      const value = get(item)
      if (!isWhole(value)) throw failed(value, `int for ${name}`)
      return Number(value)
    }
  }

  /** The entries of a map, to be read or changed in place. */
  map(name: string): (item: Item) => Attribute[] {
    const get = this.any(name)
    return (item) => {
      const value = get(item)
      if (!isMap(value)) throw failed(value, `map for ${name}`)
      return value.map
    }
  }

  literalText(name: string): string {
    const value = this.#expression(name)
    if (value.kind !== 'string') throw this.#compiler.refusal(value, `expected a text in quotes for ${name}`)
    return value.value
  }

  /** A whole number that is not negative. */
  literalSize(name: string): number {
    const value = this.#expression(name)
    if (value.kind !== 'int' || value.value < 0)
      throw this.#compiler.refusal(value, `expected a number from 0 for ${name}`)
    return Number(value.value)
  }

  literalTexts(name: string): readonly string[] {
    const value = this.#expression(name)
    const texts =
      value.kind === 'list' ? value.items.flatMap((item) => (item.kind === 'string' ? [item.value] : [])) : []
    if (value.kind !== 'list' || texts.length !== value.items.length) {
      throw this.#compiler.refusal(value, `expected a list of texts in quotes for ${name}`)
    }
    return texts
  }

  /** A regular expression; the reference engine takes it from data too, this one only from the configuration. */
  pattern(name: string): Pattern {
    return this.patternOf(name, this.literalText(name))
  }

  patternOf(name: string, source: string): Pattern {
    try {
      return compilePattern(source)
    } catch (error) {
      if (error instanceof CollectorError) throw this.#compiler.refusal(this.#expression(name), error.message)
      throw error
    }
  }

  refusal(name: string, why: string): StatementError {
    return this.#compiler.refusal(this.#expression(name), why)
  }

  /** A literal of another type can never become right, so it is refused at once. */
  #literal(name: string, kind: 'string' | 'int'): Getter {
    const value = this.#expression(name)
    const literals: readonly string[] = ['string', 'int', 'float', 'bool', 'nil', 'list', 'map', 'bytes']
    if (literals.includes(value.kind) && value.kind !== kind)
      throw this.#compiler.refusal(value, `expected ${kind} for ${name}`)
    return this.#compiler.getter(value)
  }

  #expression(name: string): Expression {
    const value = this.#given.get(name)
    // Functions ask for what they declared, and what they declared as required is there.
    if (value === undefined) throw new TypeError(`the argument ${name} was not declared`)
    return value
  }
}

/** Writes any value as text, as `String` and the functions that take anything do. */
export function textLike(value: OttlValue): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'object' && isId(value)) return value.id
  const plain = storable(value)
  if (plain instanceof Uint8Array) return Buffer.from(plain).toString('hex')
  return textOfValue(plain)
}
