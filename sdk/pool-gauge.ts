/** How many connections a pool holds, read when the metrics are scraped. */
import type { Service } from '../contracts/services.ts'
import type { Instruments } from './metrics/instruments.ts'

/** The counts pg's pool keeps. */
export interface PoolCounts {
  readonly totalCount: number
  readonly idleCount: number
  readonly waitingCount: number
}

/** Adds a pool to `db_client_connections`; pools of one process are summed. */
export function addPoolGauge(
  pool: PoolCounts,
  { service, instruments }: { readonly service: Service; readonly instruments: Instruments },
): void {
  const pools = poolsOf.get(instruments) ?? []
  pools.push(pool)
  if (pools.length > 1) return
  poolsOf.set(instruments, pools)
  const gauge = instruments.gauge('db_client_connections')
  instruments.beforeScrape(() => {
    const sum = (count: (pool: PoolCounts) => number) => pools.reduce((total, one) => total + count(one), 0)
    gauge.set(
      { service, state: 'used' },
      sum((one) => one.totalCount - one.idleCount),
    )
    gauge.set(
      { service, state: 'idle' },
      sum((one) => one.idleCount),
    )
    gauge.set(
      { service, state: 'waiting' },
      sum((one) => one.waitingCount),
    )
  })
}

// Pools by the registry that reports them; entries vanish with it.
const poolsOf = new WeakMap<Instruments, PoolCounts[]>()
