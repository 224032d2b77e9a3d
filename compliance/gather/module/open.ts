/** Values that references to resources and modules give where not everything is known. */
import { stepsText } from '../evaluate/path.ts'
import { textAt, type Path, type Step } from '../evaluate/scope.ts'
import { shortened } from '../values/inspect.ts'
import { object, unknown, type Place, type Trace, type Value } from '../values/value.ts'
import type { Declared } from './source.ts'

/** What the beginning of a path means. */
export interface Found {
  readonly value: Value
  /** Steps of the path that are used up. */
  readonly taken: number
}

/** Something that paths lead into. */
export interface Resolvable {
  /** @param taken steps that are used up */
  readonly resolve: (path: Path, taken: number) => Found
}

/** An unknown that a path names. */
export function openValue(address: string, steps: readonly Step[], at: Place): Value {
  return unknown(shortened(address + stepsText(steps)), `refers to ${textAt(at)}`)
}

/** A step of a trace at a block. */
export function step(name: string, { block, file }: Declared, value: Value): Trace {
  const at: Place = { file, span: block }
  return { step: name, at, ...(value.via === undefined ? {} : { from: value.via }) }
}

/** Makes the value of a module or a resource that others see. */
export function openObject(entries: ReadonlyMap<string, Value>, address: string): Value {
  return object(entries, 'object', unknown(address, `refers to ${address}`))
}
