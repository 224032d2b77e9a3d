/** What a function of Terraform is here, and how functions read their arguments. */
import { isWhole, toNumber, type Numeric } from '../values/decimal.ts'
import { convert, nameOf, stringType, toBool, toNumeric, toText } from '../values/type.ts'
import type { List, Obj, Value } from '../values/value.ts'

export interface CallContext {
  /** Reads a text file inside the scanned folder; undefined for what is outside or cannot be read. */
  readonly readFile: (path: string) => string | undefined
  /** Renders a text as a template with the variables given. */
  readonly render: (template: string, variables: ReadonlyMap<string, Value>) => Value
  /** Counts work; false when there is no more of it. */
  readonly spend: (steps: number) => boolean
  /** Computes once for each question. */
  readonly once: (question: string, compute: () => Value) => Value
}

export interface FunctionDefinition {
  readonly least: number
  readonly most: number
  /** @throws FunctionStop for what Terraform refuses or nobody computes */
  readonly apply: (args: readonly Value[], context: CallContext) => Value
  /** Decides itself what unknown arguments mean; other functions never see one. */
  readonly takesUnknown?: true
}

export type FunctionTable = Readonly<Record<string, FunctionDefinition>>

/** Ends a call: with what Terraform refuses, or with what is not computed here. */
export class FunctionStop extends Error {
  readonly isRefused: boolean

  constructor(message: string, isRefused = true) {
    super(message)
    this.name = 'FunctionStop'
    this.isRefused = isRefused
  }
}

/** Makes a function of arguments that are all known. */
export function pure(least: number, most: number, apply: FunctionDefinition['apply']): FunctionDefinition {
  return { least, most, apply }
}

/** Makes a function that looks at unknown arguments itself. */
export function open(least: number, most: number, apply: FunctionDefinition['apply']): FunctionDefinition {
  return { least, most, apply, takesUnknown: true }
}

/** Any number of arguments. */
export const many = Number.POSITIVE_INFINITY

export function textOf(value: Value | undefined): string {
  const found = value === undefined ? undefined : toText(value)
  if (found?.kind === 'string') return found.value
  if (found?.kind === 'unknown' && found.isError !== true) throw new FunctionStop(found.why, false)
  throw expected('a string', value)
}

export function numberOf(value: Value | undefined): Numeric {
  const found = value === undefined ? undefined : toNumeric(value)
  if (found?.kind === 'number') return found.value
  throw expected('a number', value)
}

/** Reads a whole number that JavaScript holds exactly. */
export function wholeOf(value: Value | undefined): number {
  const found = numberOf(value)
  const whole = toNumber(found)
  if (!isWhole(found) || !Number.isSafeInteger(whole)) throw expected('a whole number', value)
  return whole
}

export function boolOf(value: Value | undefined): boolean {
  const found = value === undefined ? undefined : toBool(value)
  if (found?.kind === 'bool') return found.value
  throw expected('true or false', value)
}

export function listOf(value: Value | undefined): List & Value {
  if (value?.kind === 'list') return value
  throw expected('a list', value)
}

export function objectOf(value: Value | undefined): Obj & Value {
  if (value?.kind === 'object') return value
  throw expected('a map', value)
}

/** Reads a list of texts. */
export function textsOf(value: Value | undefined): string[] {
  return listOf(value).items.map((item) => textOf(convert(item, stringType)))
}

function expected(what: string, value: Value | undefined): FunctionStop {
  return new FunctionStop(`found ${value === undefined ? 'nothing' : nameOf(value)}, expected ${what}`)
}
