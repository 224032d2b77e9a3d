/** Dispatches that no request waits for: what processors let go and connectors give out in their own time. */
import { Dispatch } from './dispatch.ts'
import type { LoadSignal } from './load.ts'
import type { Tally } from './tally.ts'

export class Flows {
  readonly #tally: Tally
  /** Those that are not settled yet. */
  readonly #pending = new Set<Promise<void>>()

  constructor(tally: Tally) {
    this.#tally = tally
  }

  /** Dispatches what the function makes of some items; where it fails, they are lost. */
  launch(signal: LoadSignal, items: number, route: (dispatch: Dispatch) => void): void {
    const dispatch = new Dispatch(this.#tally)
    try {
      route(dispatch)
    } catch (error) {
      this.#tally.onLost(signal, items, 'defect')
      this.#tally.onDefect(error)
      return
    }
    const settled = dispatch
      .settleAlone()
      .catch((error: unknown) => this.#tally.onDefect(error))
      .finally(() => this.#pending.delete(settled))
    this.#pending.add(settled)
  }

  /** Resolves when all that was launched is settled, and what came of it too. */
  async idle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending)
  }
}
