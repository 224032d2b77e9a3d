/** What drills may do to this service: slow searches of their tenant, and connections that are never given back. */
import { setTimeout as delay } from 'node:timers/promises'
import { drillTenant } from '../../contracts/faults.ts'
import type { FaultBoard, FaultChange } from '../../lib/faults.ts'
import type { ServiceParts } from '../door/start-service.ts'
import { statements } from './store/statements.ts'

/** Two more than the pool has: the rest waits, as requests behind a leak do. */
const takers = 12
/** The server cuts a transaction that is idle for 60 s. */
const touchMillis = 20_000

/** Tells whether the searches of a tenant are to be slow. */
export function isSlowFor(faults: FaultBoard): (tenant: string) => boolean {
  return (tenant) => tenant === drillTenant && faults.isActive('slow-sql')
}

/** Starts and ends the leak as its fault is switched. */
export function leakOnDemand(): (change: FaultChange, parts: ServiceParts) => void {
  let leak: AbortController | undefined
  return ({ fault, active }, { sdk, pool }) => {
    if (fault !== 'pool-leak') return
    leak?.abort()
    leak = undefined
    if (!active) return
    const { signal } = (leak = new AbortController())
    for (let taker = 0; taker < takers; taker++) void sdk.untraced(() => hold(pool, signal))
  }
}

/** Takes a connection and keeps it until the end; while there is none it goes on asking. */
async function hold(pool: ServiceParts['pool'], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await pool.transaction(async (tx) => {
        while (!signal.aborted) {
          await tx.query(statements.touch)
          await delay(touchMillis, undefined, { signal, ref: false }).catch(() => undefined)
        }
      })
    } catch {
      // None came free in time, or the database went away: a leak asks again, without hurry.
      await delay(100, undefined, { ref: false })
    }
  }
}
