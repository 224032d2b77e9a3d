/**
 * Values of Terraform expressions: known, unknown with an identity, or structures with unknown parts. Two unknowns
 * of one identity are the same value; nothing else is ever concluded from an unknown.
 */
import type { Position } from '../../evidence.ts'
import type { Span } from '../hcl/syntax.ts'
import type { Numeric } from './decimal.ts'

/** A file that expressions stand in. */
export interface SourceText {
  readonly source: string
  readonly positionOf: (span: Span) => Position
}

/** A place in a file; its line is looked up when somebody asks. */
export interface Place {
  readonly file: SourceText
  readonly span: Span
}

/** How a value came to be known: the last step first. */
export interface Trace {
  readonly step: string
  readonly at?: Place
  readonly from?: Trace
}

export interface Marks {
  readonly at?: Place
  /** Reached through a reference: the place of the reference counts for everything in it. */
  readonly isForeign?: true
  readonly via?: Trace
  readonly isSensitive?: true
  /** The resource attribute it was read from, by its address in the root: `module.a.aws_x.y[0].name`. */
  readonly reference?: string
}

export type Value = Marks & Content

export type Content = Null | Bool | Num | Text | List | Obj | Unknown

export interface Null {
  readonly kind: 'null'
}
export interface Bool {
  readonly kind: 'bool'
  readonly value: boolean
}
export interface Num {
  readonly kind: 'number'
  readonly value: Numeric
}
export interface Text {
  readonly kind: 'string'
  readonly value: string
  /** The structure that the text was made of by `jsonencode`, with the places of its parts. */
  readonly document?: Value
}
export interface List {
  readonly kind: 'list'
  readonly form: 'tuple' | 'list' | 'set'
  readonly items: readonly Value[]
  /** There may be other elements: how many and which is not known. */
  readonly rest?: Unknown
}
export interface Obj {
  readonly kind: 'object'
  readonly form: 'object' | 'map'
  readonly entries: ReadonlyMap<string, Value>
  /** There may be other entries. */
  readonly rest?: Unknown
}
export interface Unknown {
  readonly kind: 'unknown'
  /** Canonical text of what it stands for: equal identity in one root and environment, equal value. */
  readonly identity: string
  /** Lower case, no full stop: `refers to aws_kms_key.main.arn`. */
  readonly why: string
  /** Terraform itself would refuse this: what `try` and `can` ask about. */
  readonly isError?: true
  /** The structure of a JSON text that is not known as a whole. */
  readonly document?: Value
  /** The pieces of a text that is known in parts. */
  readonly pieces?: readonly (string | Unknown)[]
}

export const nothing: Value = { kind: 'null' }
export const yes: Value = { kind: 'bool', value: true }
export const no: Value = { kind: 'bool', value: false }

export function bool(value: boolean): Value {
  return value ? yes : no
}

export function text(value: string): Value {
  return { kind: 'string', value }
}

export function num(value: Numeric): Value {
  return { kind: 'number', value }
}

export function list(items: readonly Value[], form: List['form'] = 'tuple', rest?: Unknown): Value {
  return rest === undefined ? { kind: 'list', form, items } : { kind: 'list', form, items, rest }
}

export function object(
  entries: ReadonlyMap<string, Value>,
  form: Obj['form'] = 'object',
  rest?: Unknown,
): Value {
  return rest === undefined ? { kind: 'object', form, entries } : { kind: 'object', form, entries, rest }
}

export function unknown(identity: string, why: string): Unknown {
  return { kind: 'unknown', identity, why }
}

/** Makes the value of what Terraform itself would refuse. */
export function refused(why: string): Unknown {
  return { kind: 'unknown', identity: `error: ${why}`, why, isError: true }
}

/** Marks a value as secret; everything made of it is, too. */
export function sensitive(value: Value): Value {
  return value.isSensitive === true ? value : { ...value, isSensitive: true }
}

type Writable<T> = T extends unknown ? { -readonly [Key in keyof T]: T[Key] } : never

/** Takes the place of a value away: it is used where a reference to it stands. */
export function referred(value: Value, at: Place, via?: Trace): Value {
  const found: Writable<Value> = { ...value, at, isForeign: true }
  if (via !== undefined) found.via = via
  return found
}
