/** The answer of every check, and the marks that stand in place of what was taken away. */
import type { Rule } from './rule.ts'

/** The value that may pass, `undefined` for none, and the rules that changed it. */
export interface Verdict {
  readonly value: string | undefined
  readonly rules: readonly Rule[]
}

/** Stands in place of a removed text; it passes the fence again unchanged, as do the other marks. */
export const redacted = '[redacted]'
/** Stands in place of a path segment. */
export const hiddenSegment = '{id}'
/** Stands in place of a host name. */
export const hiddenHost = '{host}'

/** Answers that the value passes as it is. */
export function pass(value: string): Verdict {
  return { value, rules: [] }
}

/** Answers that nothing passes. */
export function refuse(rule: Rule): Verdict {
  return { value: undefined, rules: [rule] }
}
