/** Bounds of evaluation: whoever wrote the files must not decide how long a scan takes. */

import type { Value } from '../values/value.ts'

/** References to follow and expressions to descend into: a cycle or a long chain ends as unknown. */
const depthLimit = 300
/** Most elements of one collection and most characters of one text that an expression makes. */
export const elementLimit = 100_000
export const characterLimit = 1_000_000

export class Budget {
  private allowed: number
  private used = 0
  private depth = 0
  /** What was computed before, by what was asked: values never change. */
  private readonly answers = new Map<string, Value>()

  /** @param limit most expressions evaluated in all */
  constructor(limit: number) {
    this.allowed = limit
  }

  /** Most expressions evaluated in all. */
  get limit(): number {
    return this.allowed
  }

  /** Allows more: for each thing that is looked at. */
  grant(steps: number): void {
    this.allowed += steps
  }

  /** True once something was left out because it was too much. */
  get isSpent(): boolean {
    return this.used > this.allowed
  }

  /** Goes one level deeper; the reason why not, when that is too far. */
  enter(): string | undefined {
    this.used += 1
    if (this.used > this.allowed) return `takes more than ${this.allowed} steps to evaluate`
    if (this.depth >= depthLimit) return 'refers to itself or too far'
    this.depth += 1
    return undefined
  }

  leave(): void {
    this.depth -= 1
  }

  /** Computes once what is dear, however many instances ask for it. */
  once(question: string, compute: () => Value): Value {
    const before = this.answers.get(question)
    if (before !== undefined) return before
    const answer = compute()
    this.answers.set(question, answer)
    return answer
  }

  /** Counts work that is no expression; false when there is no more of it. */
  spend(steps: number): boolean {
    this.used += steps
    return this.used <= this.allowed
  }
}
