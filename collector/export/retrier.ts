/** Sends one request until the other side has taken it, will never take it, or was given time enough. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { LoadSignal } from '../graph/load.ts'
import type { Delivery } from '../queue/sending-queue.ts'
import { pauseMillis, type RetryOptions } from './retry.ts'
import type { Transport } from './transport.ts'

/** How sending ended, and how many items the other side said it will never take. */
export interface Ended {
  readonly delivery: Delivery
  readonly rejected: number
  /** True where it was refused for what is in it. */
  readonly isOfMessage?: boolean
}

/** Longest rest that the other side may ask for; upstream takes any. */
const maxAskedMillis = 300_000

export class Retrier {
  readonly #transport: Transport
  readonly #retry: RetryOptions
  readonly #stop: AbortSignal

  /** @param stop ends every try and every rest */
  constructor(transport: Transport, retry: RetryOptions, stop: AbortSignal) {
    this.#transport = transport
    this.#retry = retry
    this.#stop = stop
  }

  async deliver(signal: LoadSignal, bytes: Uint8Array): Promise<Ended> {
    const message = await this.#transport.prepare(bytes)
    const began = performance.now()
    for (let tries = 1; !this.#stop.aborted; tries++) {
      const outcome = await this.#transport.send(signal, message, this.#stop)
      if (outcome.status === 'success') return { delivery: 'delivered', rejected: outcome.rejected ?? 0 }
      if (outcome.status === 'failure')
        return { delivery: 'refused', rejected: 0, isOfMessage: outcome.isOfMessage === true }
      const elapsedMillis = performance.now() - began
      const pause = pauseMillis(this.#retry, { tries, elapsedMillis, random: Math.random() })
      if (pause === undefined) break
      const asked = Math.min(outcome.retryInMillis ?? 0, maxAskedMillis)
      if (await this.pause(Math.max(pause, asked))) break
    }
    return { delivery: 'given_up', rejected: 0 }
  }

  /** Waits, and tells whether the wait was cut short by the stop. */
  pause(millis: number): Promise<boolean> {
    return sleep(millis, false, { signal: this.#stop }).catch(() => true)
  }
}
