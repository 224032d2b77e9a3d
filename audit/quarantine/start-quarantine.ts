/** Puts the quarantine together and counts what becomes of refused events. */
import type { Pool, Sdk } from '#sdk'
import type { Logs } from '../store/logs.ts'
import { QuarantineStore } from '../store/quarantine/quarantine-store.ts'
import type { Reader } from '../store/reader.ts'
import { Quarantine } from './quarantine.ts'

export interface QuarantineParts {
  /** Of the role that writes. */
  readonly pool: Pool
  readonly logs: Logs
  readonly reader: Pick<Reader, 'checkpoint'>
}

/** Opens what keeps refused events, and what shows them. */
export function startQuarantine(sdk: Sdk, { pool, logs, reader }: QuarantineParts) {
  const quarantined = new QuarantineStore(pool)
  const total = sdk.counter('ledger_quarantine_total')
  const quarantine = new Quarantine({
    store: quarantined,
    logs,
    hasLog: async (tenant) => (await reader.checkpoint(tenant)) !== undefined,
    onOutcome: (outcome, count) => total.inc({ outcome }, count),
    onFailed: (tenant, error) => sdk.log.error('quarantine failed', { tenant, error }),
  })
  return { quarantine, quarantined }
}
