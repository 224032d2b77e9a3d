/** Bounds of evaluation: whoever wrote the files must not decide how long a scan takes. */

/** References to follow and expressions to descend into: a cycle or a long chain ends as unknown. */
const depthLimit = 300
/** Most elements of one collection and most characters of one text that an expression makes. */
export const elementLimit = 100_000
export const characterLimit = 1_000_000

export class Budget {
  readonly limit: number
  private used = 0
  private depth = 0

  /** @param limit most expressions evaluated in all */
  constructor(limit: number) {
    this.limit = limit
  }

  /** True once something was left out because it was too much. */
  get isSpent(): boolean {
    return this.used > this.limit
  }

  /** Goes one level deeper; the reason why not, when that is too far. */
  enter(): string | undefined {
    this.used += 1
    if (this.used > this.limit) return `takes more than ${this.limit} steps to evaluate`
    if (this.depth >= depthLimit) return 'refers to itself or too far'
    this.depth += 1
    return undefined
  }

  leave(): void {
    this.depth -= 1
  }

  /** Counts work that is no expression; false when there is no more of it. */
  spend(steps: number): boolean {
    this.used += steps
    return this.used <= this.limit
  }
}
