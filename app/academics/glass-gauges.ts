/** Keeps the gauges of broken glass that waits for its review. */
import type { Sdk } from '#sdk'
import type { RecordStore } from './store/records.ts'

/** How often it is counted, milliseconds: as often as the metrics are read. */
const countMillis = 15_000

/** Counts now and every 15 seconds until closed. */
export function startGlassGauges(
  records: Pick<RecordStore, 'countGlass'>,
  sdk: Pick<Sdk, 'gauge' | 'log'>,
): { readonly close: () => Promise<void> } {
  const count = async () => {
    try {
      for (const { tenant, waiting, oldestSeconds } of await records.countGlass()) {
        sdk.gauge('break_glass_reviews_waiting').set({ tenant }, waiting)
        sdk.gauge('break_glass_review_oldest_seconds').set({ tenant }, oldestSeconds)
      }
    } catch {
      // The next count tries again; the health page tells that the database is away.
      sdk.log.warn('broken glass not counted')
    }
  }
  let last = count()
  const timer = setInterval(() => (last = count()), countMillis)
  return {
    close: async () => {
      clearInterval(timer)
      await last
    },
  }
}
