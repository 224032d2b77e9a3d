/** Looks at the periods of all entries in rounds, and says what was removed and what something keeps. */
import type { Pool, Sdk } from '#sdk'
import { setTimeout as delay } from 'node:timers/promises'
import { systemCodeOf } from '../../lib/errors.ts'
import { RegisterStore } from '../store/record/register-store.ts'
import { SideEraser } from '../store/side-eraser.ts'
import { WalkReader } from '../store/walk-reader.ts'
import { ExpiredReader } from './expired-reader.ts'
import { Retirer, type RetirerOptions } from './retirer.ts'

export interface RetentionParts extends Pick<RetirerOptions, 'appender' | 'sign' | 'guard' | 'inTurn'> {
  readonly logs: RetirerOptions['logs']
  /** Resolves once the indexes know everything that was acknowledged of a log. */
  readonly indexed: (tenant: string) => Promise<void>
  /** Of the role that writes; holds are read by it too, so that a new one is seen at once. */
  readonly pool: Pool
  readonly readPool: Pool
  /** Pause between two rounds. */
  readonly everyMillis: number
}

/** Begins the first round and returns. */
export function startRetention(
  sdk: Sdk,
  { pool, readPool, everyMillis, indexed, ...parts }: RetentionParts,
): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController()
  const retirer = new Retirer({
    ...parts,
    registers: new RegisterStore(pool),
    expired: new ExpiredReader({ pool: readPool, walk: new WalkReader(readPool), indexed }),
    side: new SideEraser(pool),
    now: () => Date.now(),
    ...told(sdk),
  })
  const round = async () => {
    for (const tenant of await parts.logs.list()) {
      if (stopping.signal.aborted) return
      await retireOne(sdk, retirer, tenant)
    }
  }
  const run = async () => {
    while (!stopping.signal.aborted) {
      await round().catch((error: unknown) => sdk.log.warn('retention failed', { error }))
      // Being cut short is no error.
      await delay(everyMillis, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)
    }
  }
  const running = run()
  return {
    stop: async () => {
      stopping.abort()
      retirer.stop()
      await running
    },
  }
}

/** One log's trouble is not the others'. */
async function retireOne(sdk: Sdk, retirer: Retirer, tenant: string): Promise<void> {
  try {
    await retirer.retire(tenant)
  } catch (error) {
    const reason = (systemCodeOf(error) ?? 'unknown').toLowerCase()
    sdk.log.warn('retention failed', { tenant, error, reason })
  }
}

function told(sdk: Sdk): Pick<RetirerOptions, 'onRetired' | 'onLooked'> {
  const removed = sdk.counter('ledger_retention_removed_total')
  const kept = sdk.gauge('ledger_retention_kept')
  const lookedAt = sdk.gauge('ledger_retention_timestamp_seconds')
  return {
    onRetired: (tenant, retired, count) => {
      removed.inc({ class: retired }, count)
      sdk.log.info('retention applied', { tenant, reason: retired, size: count })
    },
    onLooked: (tenant, found) => {
      kept.set({ tenant, reason: 'hold' }, found.hold)
      kept.set({ tenant, reason: 'inspection' }, found.inspection)
      kept.set({ tenant, reason: 'export' }, found.export)
      lookedAt.set({ tenant }, Date.now() / 1_000)
    },
  }
}
