/** What a function of the language is. */
import type { CallArguments } from '../arguments.ts'
import type { ContextName } from '../item.ts'
import type { Getter } from '../path.ts'

export interface FunctionDefinition {
  /** Capitals begin converters, small letters editors. */
  readonly name: string
  /** In order; those that end in `?` may be left out. */
  readonly parameters: readonly string[]
  /** One sentence for the documentation. */
  readonly summary: string
  /** Absent: every context. */
  readonly contexts?: readonly ContextName[]
  /** Compiles a call. */
  readonly create: (call: CallArguments) => Getter
}
