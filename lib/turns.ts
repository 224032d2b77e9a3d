/** Work that must not overlap: each begins when the one before it has ended, however that ended. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  /** Has work wait for what was given before it, and answers as it does. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** Resolves once everything given so far has ended. */
  async ended(): Promise<void> {
    await this.#last
  }
}
