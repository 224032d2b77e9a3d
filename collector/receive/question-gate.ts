/** Lets few questions at a time read the store: each holds an inflated block and takes time from what comes in. */
import { Refusal } from '../../lib/refusal.ts'

const atOnce = 2
const mostWaiting = 30

export class QuestionGate {
  #active = 0
  readonly #waiting: (() => void)[] = []

  /**
   * Asks when it is its turn.
   *
   * @throws Refusal overloaded when too many wait
   */
  async ask<T>(question: () => Promise<T>): Promise<T> {
    if (this.#active < atOnce) this.#active++
    else await this.#turn()
    try {
      return await question()
    } finally {
      const next = this.#waiting.shift()
      // The place goes on to whoever waited longest.
      if (next === undefined) this.#active--
      else next()
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= mostWaiting) {
      throw new Refusal('overloaded', {
        detail: `more than ${mostWaiting} questions wait`,
        headers: { 'retry-after': '1' },
      })
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
