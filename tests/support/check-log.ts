/** Derives a whole log again, as an auditor would, and holds it against what the ledger acknowledged. */
import { expect } from 'chai'
import { verifyExport } from '../../audit/verify/verify-export.ts'
import { ask, awaitCheckpoint, type LedgerProcess } from '../audit/ledger-process.ts'

export interface CheckedLog {
  /** Lines of the export, header first. */
  readonly lines: readonly string[]
  readonly vkey: string
  /** Ids by index. */
  readonly ids: readonly string[]
}

/** Exports and verifies a log that has at least `size` entries; every event must be in it once. */
export async function checkLog(ledger: LedgerProcess, tenant: string, size: number): Promise<CheckedLog> {
  await awaitCheckpoint(ledger, tenant, size)
  const vkey = (await (await ask(ledger, `/v1/logs/${tenant}/key`)).text()).trim()
  const body = await (await ask(ledger, `/v1/logs/${tenant}/export`)).text()
  const lines = body.split('\n').filter((line) => line !== '')
  const verdict = await verifyExport(lines, vkey)
  expect(verdict, JSON.stringify(verdict)).to.include({ valid: true })
  const ids = lines
    .map((line) => JSON.parse(line) as { leaf?: { id: string; producer: string } })
    .flatMap(({ leaf }) => (leaf === undefined ? [] : [`${leaf.producer} ${leaf.id}`]))
  expect(new Set(ids).size, 'no event stands twice').to.equal(ids.length)
  return { lines, vkey, ids: ids.map((id) => id.split(' ')[1] ?? '') }
}
