/** What the parts of a module see of it. */
import type { ModuleNames, Path, Scope } from '../evaluate/scope.ts'
import type { SourceText, Value } from '../values/value.ts'
import type { Found } from './open.ts'
import type { ModuleSource } from './source.ts'
import type { Stack } from './stack.ts'

export interface ModuleParts {
  readonly source: ModuleSource
  readonly stack: Stack
  /** Empty in the root, else `module.a["x"].` */
  readonly prefix: string
  /** Reads what a call gives to a variable; undefined when it gives nothing. */
  readonly input: (name: string) => Value | undefined
  /** Folders of the modules around it, its own last. */
  readonly folders: readonly string[]
}

/** A module inside another one: the stack and the folders around it are those of its caller. */
export type InnerParts = Omit<ModuleParts, 'stack' | 'folders'>

export interface ModuleView extends ModuleNames {
  readonly parts: ModuleParts
  /** The scope of expressions in a file of the module. */
  readonly scopeIn: (file: SourceText) => Scope
  /** Evaluates once. */
  readonly keep: (name: string, make: () => Value) => Value
  /** Evaluates an output; undefined when there is none of the name. */
  readonly output: (name: string) => Value | undefined
  /** A reference to what is not known before Terraform runs. */
  readonly openPath: (path: Path, address?: string) => Found
}
