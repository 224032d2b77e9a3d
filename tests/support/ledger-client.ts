/** The ledger as an operator sees it: exports by the command line, proofs over HTTP, checked here. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openCheckpoint } from '../../audit/log/checkpoint.ts'
import { leafHash } from '../../audit/log/hash.ts'
import { parseVerifierKey } from '../../audit/log/note.ts'
import { verifyInclusion } from '../../audit/log/proof.ts'
import type { AuditEvent } from '../../contracts/audit-event.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
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

export interface EventInLog extends ExportedEvent {
  readonly leaf: object
}

/** Looks through the signed part of a log for the newest event that fits. */
export async function findEvent(
  appliance: Appliance,
  tenant: string,
  fits: (event: EventInLog) => boolean,
): Promise<EventInLog | undefined> {
  let found: EventInLog | undefined
  for (let from = 0, size = 1; from < size; from += pageSize) {
    const page = (await ask(appliance, `/v1/logs/${tenant}/entries?from=${from}&limit=${pageSize}`)) as {
      readonly size: number
      readonly entries: readonly (Omit<EventInLog, 'id'> & { readonly leaf: { readonly id: string } })[]
    }
    size = page.size
    found = page.entries.map((entry) => ({ ...entry, id: entry.leaf.id })).findLast(fits) ?? found
  }
  return found
}

const pageSize = 1_000

/**
 * Asks for the proof of one event and checks all of it here: the leaf's bytes, the path, the signed root.
 *
 * @throws AuditError when any part does not hold
 */
export async function verifyEvent(appliance: Appliance, tenant: string, event: EventInLog): Promise<void> {
  const [proof, key] = await Promise.all([
    ask(appliance, `/v1/logs/${tenant}/proof/inclusion?id=${event.id}`) as Promise<{
      readonly index: number
      readonly size: number
      readonly path: readonly string[]
      readonly checkpoint: string
    }>,
    ask(appliance, `/v1/logs/${tenant}/key`) as Promise<string>,
  ])
  const { size, root } = openCheckpoint(proof.checkpoint, parseVerifierKey(key.trim()))
  const path = proof.path.map((hash) => Buffer.from(hash, 'base64'))
  const hash = leafHash(Buffer.from(canonicalJson(event.leaf)))
  verifyInclusion({ index: proof.index, size, leafHash: hash, path }, root)
}

async function ask(appliance: Appliance, path: string): Promise<unknown> {
  const token = appliance.read('secrets', 'operator.token').trim()
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(appliance.url('ledger') + path, { headers })
  if (!response.ok) throw new Error(`the ledger answered ${response.status} to ${path}`)
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  return isJson ? response.json() : response.text()
}
