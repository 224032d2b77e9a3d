/** Prepares what arrives in one turn of the event loop together: one call for keys and randomness instead of many. */
import type { LogKeys } from '../store/log-keys.ts'
import type { Offer } from './offer.ts'
import { prepare, type Prepared } from './prepare.ts'

interface Request {
  readonly offers: readonly Offer[]
  readonly resolve: (prepared: readonly Prepared[]) => void
  readonly reject: (error: unknown) => void
}

export class Preparer {
  /** What has arrived in this turn, by log. */
  #arrived = new Map<LogKeys, Request[]>()

  /** Prepares events of one tenant as `prepare` does. */
  prepare(offers: readonly Offer[], keys: LogKeys): Promise<readonly Prepared[]> {
    return new Promise((resolve, reject) => {
      if (this.#arrived.size === 0) setImmediate(() => this.#flush())
      const requests = this.#arrived.get(keys) ?? []
      requests.push({ offers, resolve, reject })
      this.#arrived.set(keys, requests)
    })
  }

  #flush(): void {
    const arrived = this.#arrived
    this.#arrived = new Map()
    for (const [keys, requests] of arrived) void prepareAll(requests, keys)
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
