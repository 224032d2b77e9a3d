/** What the modules of one root in one environment share: folders, files, bounds and what went wrong. */
import type { GatherFault } from '../../evidence.ts'
import { Budget } from '../evaluate/budget.ts'
import type { Value } from '../values/value.ts'
import type { Resolvable } from './open.ts'
import type { Declared, ModuleSource } from './source.ts'

/** Steps of evaluation that any stack may take, and more for each byte of its files and each instance. */
const baseSteps = 1_000_000
const stepsPerByte = 20
const stepsPerInstance = 30
/** Most instances of one stack that are looked at. */
const instanceLimit = 250_000

/** A value given from outside: in a variable file, or by name. */
export interface GivenValue {
  readonly value: () => Value
  /** For the trace: `terraform.tfvars`, `TF_VAR_size`. */
  readonly from: string
}

export interface StackParts {
  readonly root: ModuleSource
  /** Roots that refer to each other's resources share a group. */
  readonly group: string
  /** Undefined where only the files count that Terraform loads by itself. */
  readonly environment?: string
  readonly given: ReadonlyMap<string, GivenValue>
  /** Finds the folder a module is in; undefined when it is not there. */
  readonly findModule: (source: string, from: ModuleSource, path: string) => ModuleSource | undefined
  readonly readFile: (path: string) => string | undefined
  /** Bytes of all files that may be part of it. */
  readonly bytes: number
}

export class Stack {
  readonly parts: StackParts
  readonly budget: Budget
  private readonly faults: GatherFault[] = []
  /** Finds a resource of this stack that stands in another folder; set before anything is asked. */
  elsewhere: (address: string) => Resolvable | undefined = () => undefined
  private instances = 0
  private readonly reported = new Set<unknown>()

  constructor(parts: StackParts) {
    this.parts = parts
    this.budget = new Budget(baseSteps + stepsPerByte * parts.bytes)
  }

  /** Counts an instance; false when there are too many. */
  takeInstance(): boolean {
    this.instances += 1
    this.budget.grant(stepsPerInstance)
    return this.instances <= instanceLimit
  }

  /** Names something that was not looked at, once. */
  report(declared: Declared, message: string): void {
    if (this.reported.has(declared.block)) return
    this.reported.add(declared.block)
    this.faults.push({ code: 'GATHER_TOO_MANY', message, ...declared.file.positionOf(declared.block) })
  }

  /** Lists what was not looked at, and that evaluation was too long where it was. */
  allFaults(): readonly GatherFault[] {
    const [first] = this.parts.root.files
    if (!this.budget.isSpent || first === undefined) return this.faults
    const message = `takes more than ${this.budget.limit} steps to evaluate, the rest is not known`
    return [...this.faults, { code: 'GATHER_TOO_MANY', message, file: first.file, startLine: 1, endLine: 1 }]
  }
}
