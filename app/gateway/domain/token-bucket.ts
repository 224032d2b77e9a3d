/** Token buckets by client: `ratePerSecond` on average, up to `burst` at once. The clock is an argument. */

export interface BucketLimits {
  readonly ratePerSecond: number
  readonly burst: number
  /** Most clients remembered; past it the one not seen longest is forgotten. Default 10 000. */
  readonly maxClients?: number
}

export type Taken =
  { readonly status: 'allowed' } | { readonly status: 'limited'; readonly retrySeconds: number }

export interface Buckets {
  /** Takes one token of a client. `nowMillis` never goes back. */
  readonly take: (client: string, nowMillis: number) => Taken
}

interface Bucket {
  readonly tokens: number
  readonly atMillis: number
}

/** Makes empty memory: every client begins with a full bucket. */
export function createBuckets({ ratePerSecond, burst, maxClients = 10_000 }: BucketLimits): Buckets {
  // Insertion order is the order of last use, because every use inserts anew.
  const clients = new Map<string, Bucket>()
  return {
    take: (client, nowMillis) => {
      const last = clients.get(client) ?? { tokens: burst, atMillis: nowMillis }
      const gained = (Math.max(0, nowMillis - last.atMillis) * ratePerSecond) / 1_000
      const tokens = Math.min(burst, last.tokens + gained)
      const isAllowed = tokens >= 1
      clients.delete(client)
      clients.set(client, { tokens: isAllowed ? tokens - 1 : tokens, atMillis: nowMillis })
      if (clients.size > maxClients) forgetOldest(clients)
      if (isAllowed) return { status: 'allowed' }
      return { status: 'limited', retrySeconds: Math.max(1, Math.ceil((1 - tokens) / ratePerSecond)) }
    },
  }
}

function forgetOldest(clients: Map<string, Bucket>): void {
  for (const oldest of clients.keys()) {
    clients.delete(oldest)
    return
  }
}
