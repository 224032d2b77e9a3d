/** Which tenants must wait before their events are offered again: one tenant's trouble is not the others'. */

export interface HoldOptions {
  /** First and longest wait, in milliseconds. */
  readonly firstMillis: number
  readonly longestMillis: number
  /** A number in [0, 1), so that the relays of several services do not return in step. */
  readonly random: () => number
}

interface Hold {
  readonly until: number
  readonly failures: number
}

/** Tells the wait after so many failures: exponential, with jitter over its upper half. */
export function backoffMillis({ firstMillis, longestMillis, random }: HoldOptions, failures: number): number {
  return Math.min(longestMillis, firstMillis * 2 ** failures) * (0.5 + random() / 2)
}

export class TenantHolds {
  readonly #options: HoldOptions
  readonly #holds = new Map<string, Hold>()

  constructor(options: HoldOptions) {
    this.#options = options
  }

  /** Holds a tenant, longer with every time in a row. */
  hold(tenant: string, nowMillis: number): void {
    const failures = this.#holds.get(tenant)?.failures ?? 0
    const until = nowMillis + backoffMillis(this.#options, failures)
    this.#holds.set(tenant, { until, failures: failures + 1 })
  }

  /** Forgets a tenant's trouble. */
  release(tenant: string): void {
    this.#holds.delete(tenant)
  }

  held(nowMillis: number): ReadonlySet<string> {
    return new Set([...this.#holds].filter(([, { until }]) => until > nowMillis).map(([tenant]) => tenant))
  }
}
