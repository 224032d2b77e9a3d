/** A checked configuration. */
import type { ConfigFault } from '../../lib/config.ts'
import type { Plan } from './plan.ts'

/** Something worth a look at a place in the file. */
export interface Finding {
  readonly rule: string
  /** JSON Pointer in the file. */
  readonly at: string
  readonly text: string
}

export interface CollectorConfig {
  readonly plan: Plan
  /** Names that are old, each with its place. */
  readonly warnings: readonly string[]
  /** What is wrong though valid, each with its place. */
  readonly lints: readonly string[]
  /** Writes a remark about a place in the file on one line. */
  readonly describe: (pointer: string, text: string) => string
  /** Says where in the file a pointer is, for faults that are found later. */
  readonly faultAt: (pointer: string, expected: string) => ConfigFault
}
