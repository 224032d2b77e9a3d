/** Opens the history of scans in the database, where one is set, and follows the scans with it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sdk } from '#sdk'
import { startFollower } from './history/follower.ts'
import type { History } from './history/history.ts'
import { mayPass, scanStore, type ScanStore } from './store/scan-store.ts'

export interface PastParts {
  readonly sdk: Sdk
  /** Of the role `compliance_history`; without it the history is the files alone. */
  readonly url: string | undefined
  readonly history: History
  /** Told up to which scan the database has everything that was kept; undefined where that cannot be said. */
  readonly onTold: (until: Date | undefined) => void
}

export interface Past {
  /** For whoever asks; the follower has connections of its own. */
  readonly store: ScanStore
  /** Says that a scan was kept. */
  readonly wake: () => void
  readonly close: () => Promise<void>
}

/** Pause before the history is told again what it missed. */
const retryMillis = 60_000
/** Longest wait for the database at the end; what it does not have by then it gets after the next start. */
const closeMillis = 3_000

/** Opens it; undefined where no database is set. */
export function openPast({ sdk, url, history, onTold }: PastParts): Past | undefined {
  if (url === undefined) return undefined
  const readers = sdk.pool({ url, max: 2 })
  const writer = sdk.pool({ url, max: 1, statementTimeoutMillis: 60_000 })
  const failures = sdk.counter('compliance_export_failures_total')
  failures.inc({ sink: 'history' }, 0)
  const newest = sdk.gauge('compliance_history_timestamp_seconds')
  newest.set({}, 0)
  const follower = startFollower({
    ...scanStore(writer),
    mayPass,
    keptAfter: history.keptAfter,
    latest: history.latest,
    retryMillis,
    onTold: (until) => {
      newest.set({}, (until?.getTime() ?? 0) / 1_000)
      onTold(until)
    },
    onFailure: (error) => {
      failures.inc({ sink: 'history' })
      sdk.log.error('history failed', { error })
    },
  })
  return {
    store: scanStore(readers),
    // Whoever asked for a scan has nothing to do with it.
    wake: () => void sdk.untraced(async () => follower.wake()),
    close: async () => {
      const ended = follower.close().then(() => Promise.all([readers.end(), writer.end()]))
      // A database that stands still holds nobody up.
      await Promise.race([ended, sleep(closeMillis, undefined, { ref: false })])
    },
  }
}
