/** Puts the disclosure record together: its registers, its books, and the clocks that are published. */
import type { Pool, Sdk } from '#sdk'
import type { Appender } from '../append/appender.ts'
import type { Logs } from '../store/logs.ts'
import { RegisterStore } from '../store/record/register-store.ts'
import { startClocks } from './clocks.ts'
import { DisclosureBook } from './disclosure-book.ts'
import { RegisterBook } from './register-book.ts'

export interface RecordParts {
  /** Of the role that writes; registers are read by it too, so that a change is seen at once. */
  readonly pool: Pool
  readonly readPool: Pool
  readonly logs: Logs
  readonly appender: Appender
}

/** Pause between two readings of the clocks, which count days. */
const clockMillis = 30_000

/** Opens the books and begins to publish the clocks. */
export function startRecord(sdk: Sdk, { pool, readPool, logs, appender }: RecordParts) {
  const parts = { logs, appender, store: new RegisterStore(pool), now: () => Date.now() }
  const clocks = startClocks({ sdk, pool: readPool, everyMillis: clockMillis })
  return {
    disclosures: new DisclosureBook(parts),
    registers: new RegisterBook(parts),
    stop: clocks.stop,
  }
}
