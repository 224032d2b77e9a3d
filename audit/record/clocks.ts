/** Publishes how the statutory clocks stand: what is open, what is overdue, and how old the oldest is. */
import type { Pool, Sdk } from '#sdk'
import type { clocks } from '../../contracts/record.ts'
import { recordStatements } from '../store/record/record-statements.ts'

type Clock = (typeof clocks)[number]

interface ClockRow {
  readonly tenant: string
  readonly clock: Clock
  readonly open: number
  readonly overdue: number
  readonly oldest_seconds: number
}

export interface ClockParts {
  readonly sdk: Pick<Sdk, 'gauge' | 'log'>
  readonly pool: Pick<Pool, 'query'>
  readonly everyMillis: number
}

/** Reads the clocks at once and then in rounds; a database that is away leaves the gauges as they were. */
export function startClocks({ sdk, pool, everyMillis }: ClockParts): { readonly stop: () => Promise<void> } {
  const gauges = {
    open: sdk.gauge('ledger_record_clock_open'),
    overdue: sdk.gauge('ledger_record_clock_overdue'),
    oldest: sdk.gauge('ledger_record_clock_oldest_seconds'),
  }
  const read = async () => {
    try {
      for (const row of await pool.query<ClockRow>(recordStatements['read-clocks'])) {
        const labels = { tenant: row.tenant, clock: row.clock }
        gauges.open.set(labels, row.open)
        gauges.overdue.set(labels, row.overdue)
        gauges.oldest.set(labels, row.oldest_seconds)
      }
    } catch (error) {
      sdk.log.warn('record clocks not read', { error })
    }
  }
  let running = read()
  const timer = setInterval(() => (running = running.then(read)), everyMillis)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}
