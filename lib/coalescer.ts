/** Does for many at once what would cost each of them as much alone: whatever arrives during one run joins the next. */

interface Waiting<T> {
  readonly item: T
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export class Coalescer<T> {
  readonly #run: (items: readonly T[]) => Promise<void>
  #waiting: Waiting<T>[] = []
  #isRunning = false

  /** @param run does it for all of its items; where it fails, it has failed for each of them */
  constructor(run: (items: readonly T[]) => Promise<void>) {
    this.#run = run
  }

  /** Resolves once a run that began after this call has ended well. */
  add(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      if (this.#isRunning) return
      this.#isRunning = true
      // Those of the same turn run together too.
      setImmediate(() => void this.#drain())
    })
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const turn = this.#waiting
      this.#waiting = []
      try {
        await this.#run(turn.map(({ item }) => item))
        for (const { resolve } of turn) resolve()
      } catch (error) {
        for (const { reject } of turn) reject(error)
      }
    }
    this.#isRunning = false
  }
}
