/** What a ledger says about itself. */
import type { LedgerProcess } from './ledger-process.ts'

/** Reads the metrics page. */
export async function metricsOf({ url }: LedgerProcess): Promise<string> {
  return (await fetch(`${url}/metrics`)).text()
}
