/** The ledger as an operator sees it: exports by the command line, proofs over HTTP, checked here. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { AuditEvent } from '../../contracts/audit-event.ts'
import type { Appliance } from './appliance.ts'

const run = promisify(execFile)
const root = new URL('../..', import.meta.url).pathname

export interface ExportedEvent {
  readonly index: number
  readonly id: string
  readonly facts: AuditEvent['facts']
}

export interface Exported {
  readonly events: readonly ExportedEvent[]
  /** What `audit verify` printed about the same file, offline. */
  readonly verdict: string
}

/**
 * Exports a tenant's log with the command people use and verifies the file offline with it.
 *
 * @throws Error with the command's output when it exits with anything but 0
 */
export async function exportAndVerify(appliance: Appliance, tenant: string): Promise<Exported> {
  const folder = mkdtempSync(join(tmpdir(), 'campanile-export-'))
  const file = join(folder, `${tenant}.ndjson`)
  try {
    await campanile(appliance, ['audit', 'export', '--tenant', tenant, '--out', file])
    const { stdout } = await campanile(appliance, ['audit', 'verify', file])
    return { events: eventsOf(await readFile(file, 'utf8')), verdict: stdout }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Runs `./campanile` against an appliance. */
export function campanile(appliance: Appliance, args: readonly string[]) {
  return run(join(root, 'campanile'), args, { env: appliance.environment, maxBuffer: 64 * 2 ** 20 })
}

function eventsOf(ndjson: string): ExportedEvent[] {
  return ndjson
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { index?: number; leaf?: { id: string }; facts?: AuditEvent['facts'] })
    .flatMap(({ index, leaf, facts }) =>
      index === undefined || leaf === undefined || facts === undefined ? [] : [{ index, id: leaf.id, facts }],
    )
}
