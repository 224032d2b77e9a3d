/**
 * All that one load comes to, worked out before any of it is done. Then: durable exporters, the local store, and when
 * the load is safe, whatever counts it or holds it in memory. So a request that is refused, and comes again, has been
 * counted by nobody; those that had it already on their disks get it twice. What another side refuses for good would
 * not come again, so it is lost there and nowhere else.
 */
import { CollectorError } from '../errors.ts'
import type { Exporter } from './exporter.ts'
import type { Load, LoadSignal } from './load.ts'
import type { Tally } from './tally.ts'

interface Delivery {
  readonly exporter: Exporter
  readonly load: Load
}

interface Effect {
  readonly signal: LoadSignal
  readonly items: number
  readonly run: () => void
}

export class Dispatch {
  readonly #tally: Tally
  readonly #durable: Delivery[] = []
  readonly #others: Delivery[] = []
  readonly #effects: Effect[] = []

  constructor(tally: Tally) {
    this.#tally = tally
  }

  /** Has an exporter take a load. */
  deliver(exporter: Exporter, load: Load): void {
    const deliveries = exporter.isDurable ? this.#durable : this.#others
    deliveries.push({ exporter, load })
  }

  /** Has something done with items when the load is safe; it may begin dispatches of its own. */
  after(signal: LoadSignal, items: number, run: () => void): void {
    this.#effects.push({ signal, items, run })
  }

  /**
   * Does all of it for a request.
   *
   * @param keep puts the load into the local store, where it goes there
   * @throws CollectorError of a durable exporter or of the store that may take it later; of another one, or one that
   *   never will, only where nobody has the load
   */
  async settle(keep?: () => Promise<void>): Promise<void> {
    const durable = this.#durable.length === 0 ? [] : await Promise.allSettled(this.#durable.map(consume))
    for (const outcome of durable) if (isRejected(outcome) && !isFinal(outcome.reason)) throw outcome.reason
    await keep?.()
    const isSafe =
      keep !== undefined || this.#effects.length > 0 || durable.some((outcome) => !isRejected(outcome))
    this.#runEffects()
    const others = this.#others.length === 0 ? [] : await Promise.allSettled(this.#others.map(consume))
    const refused = [...durable, ...others].filter(isRejected)
    const [first] = refused
    if (first === undefined) return
    if (!isSafe && refused.length === durable.length + others.length) throw first.reason
    this.#countLost([...this.#durable, ...this.#others], [...durable, ...others])
  }

  /**
   * Does all of it for a load that no request waits for: what is refused is lost, and counted. What counts or holds has it
   * at once, whatever another side keeps waiting.
   */
  async settleAlone(): Promise<void> {
    this.#runEffects()
    const deliveries = [...this.#durable, ...this.#others]
    const outcomes = await Promise.allSettled(deliveries.map(consume))
    this.#countLost(deliveries, outcomes)
  }

  #runEffects(): void {
    for (const { signal, items, run } of this.#effects) {
      try {
        run()
      } catch (error) {
        this.#tally.onLost(signal, items, 'defect')
        this.#tally.onDefect(error)
      }
    }
  }

  #countLost(deliveries: readonly Delivery[], outcomes: readonly PromiseSettledResult<void>[]): void {
    outcomes.forEach((outcome, index) => {
      if (!isRejected(outcome)) return
      // Outcomes are as many as deliveries.
      const { load } = deliveries[index] as Delivery
      const reason: unknown = outcome.reason
      // Who refuses for good has counted it.
      if (isFinal(reason)) return
      const isExpected = reason instanceof CollectorError
      const isFull = isExpected && reason.code === 'STORE_FULL'
      this.#tally.onLost(load.signal, load.items, isFull ? 'queue_full' : 'exporter_refused')
      if (!isExpected) this.#tally.onDefect(reason)
    })
  }
}

function isRejected(outcome: PromiseSettledResult<void>): outcome is PromiseRejectedResult {
  return outcome.status === 'rejected'
}

/** Tells whether another side has refused, and would refuse again. */
function isFinal(error: unknown): boolean {
  return error instanceof CollectorError && error.code === 'EXPORT_REFUSED'
}

/** Rejects whatever goes wrong, so that one exporter's defect stays its own. */
async function consume({ exporter, load }: Delivery): Promise<void> {
  await exporter.consume(load)
}
