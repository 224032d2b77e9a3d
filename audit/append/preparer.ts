/**
 * Prepares what arrives in one turn of the event loop together: one call for keys and randomness instead of many. When
 * much arrives at once it takes several turns, so that the first of it is written while the rest is prepared.
 */
import type { LogKeys } from '../store/log-keys.ts'
import type { Offer } from './offer.ts'
import { prepare, type Prepared } from './prepare.ts'

/** Events of one turn, unless one request has more: some 4 ms of the thread that answers. */
const maxTurnEvents = 256

interface Request {
  readonly offers: readonly Offer[]
  readonly keys: LogKeys
  readonly resolve: (prepared: readonly Prepared[]) => void
  readonly reject: (error: unknown) => void
}

export class Preparer {
  /** What has arrived, in its order. */
  readonly #arrived: Request[] = []

  /** Prepares events of one tenant as `prepare` does. */
  prepare(offers: readonly Offer[], keys: LogKeys): Promise<readonly Prepared[]> {
    return new Promise((resolve, reject) => {
      if (this.#arrived.length === 0) setImmediate(() => this.#flush())
      this.#arrived.push({ offers, keys, resolve, reject })
    })
  }

  #flush(): void {
    let count = 0
    let length = 0
    for (const { offers } of this.#arrived) {
      if (length > 0 && count + offers.length > maxTurnEvents) break
      count += offers.length
      length++
    }
    const turn = this.#arrived.splice(0, length)
    if (this.#arrived.length > 0) setImmediate(() => this.#flush())
    for (const [keys, requests] of Map.groupBy(turn, (request) => request.keys)) {
      void prepareAll(requests, keys)
    }
  }
}

async function prepareAll(requests: readonly Request[], keys: LogKeys): Promise<void> {
  try {
    const all = requests.flatMap(({ offers }) => offers)
    const prepared = await prepare(all, keys)
    let at = 0
    for (const { offers, resolve } of requests) resolve(prepared.slice(at, (at += offers.length)))
  } catch (error) {
    // One request's trouble is not the others'.
    if (requests.length === 1) for (const { reject } of requests) reject(error)
    else for (const request of requests) await prepareAll([request], keys)
  }
}
