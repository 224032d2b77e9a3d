/**
 * All that one load comes to, worked out before any of it is done. Then: durable exporters, the local store, and when
 * the load is safe, whatever counts it or holds it in memory. So a request that is refused, and comes again, has been
 * counted by nobody; those that had it already on their disks get it twice.
 */
import { CollectorError } from '../errors.ts'
import type { Exporter } from './exporter.ts'
import type { Load } from './load.ts'
import type { Tally } from './tally.ts'

interface Delivery {
  readonly exporter: Exporter
  readonly load: Load
}

export class Dispatch {
  readonly #tally: Tally
  readonly #durable: Delivery[] = []
  readonly #others: Delivery[] = []
  readonly #effects: (() => void)[] = []

  constructor(tally: Tally) {
    this.#tally = tally
  }

  /** Has an exporter take a load. */
  deliver(exporter: Exporter, load: Load): void {
    const deliveries = exporter.isDurable ? this.#durable : this.#others
    deliveries.push({ exporter, load })
  }

  /** Has something done when the load is safe; it may begin dispatches of its own. */
  after(effect: () => void): void {
    this.#effects.push(effect)
  }

  /**
   * Does all of it for a request.
   *
   * @param keep puts the load into the local store, where it goes there
   * @throws CollectorError of a durable exporter or of the store; of another one only where nobody has the load
   */
  async settle(keep?: () => Promise<void>): Promise<void> {
    if (this.#durable.length > 0) await Promise.all(this.#durable.map(consume))
    await keep?.()
    const isSafe = keep !== undefined || this.#durable.length > 0 || this.#effects.length > 0
    this.#runEffects()
    if (this.#others.length === 0) return
    const outcomes = await Promise.allSettled(this.#others.map(consume))
    const [first] = outcomes
    if (!isSafe && first?.status === 'rejected' && outcomes.every(isRejected)) throw first.reason
    this.#countLost(this.#others, outcomes)
  }

  /** Does all of it for a load that no request waits for: what is refused is lost, and counted. */
  async settleAlone(): Promise<void> {
    const deliveries = [...this.#durable, ...this.#others]
    const outcomes = await Promise.allSettled(deliveries.map(consume))
    this.#countLost(deliveries, outcomes)
    this.#runEffects()
  }

  #runEffects(): void {
    for (const effect of this.#effects) {
      try {
        effect()
      } catch (error) {
        this.#tally.onDefect(error)
      }
    }
  }

  #countLost(deliveries: readonly Delivery[], outcomes: readonly PromiseSettledResult<void>[]): void {
    outcomes.forEach((outcome, index) => {
      if (outcome.status === 'fulfilled') return
      // Outcomes are as many as deliveries.
      const { load } = deliveries[index] as Delivery
      const { reason } = outcome as { readonly reason: unknown }
      const isExpected = reason instanceof CollectorError
      const isFull = isExpected && reason.code === 'STORE_FULL'
      this.#tally.onLost(load.signal, load.items, isFull ? 'queue_full' : 'exporter_refused')
      if (!isExpected) this.#tally.onDefect(reason)
    })
  }
}

function isRejected({ status }: PromiseSettledResult<void>): boolean {
  return status === 'rejected'
}

/** Rejects whatever goes wrong, so that one exporter's defect stays its own. */
async function consume({ exporter, load }: Delivery): Promise<void> {
  await exporter.consume(load)
}
