/**
 * Rewrites history in the ledger of the tenant `drill`, as only a superuser of the database can: what its oldest
 * entry says happened. The old text is on disk before it is changed and until it is back.
 */
import { readFileSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import Type, { type Static } from 'typebox'
import { drillTenant } from '../../contracts/faults.ts'
import { messageOf, systemCodeOf } from '../../lib/errors.ts'
import { validator } from '../../lib/validate.ts'
import { DrillError } from '../errors.ts'
import type { Injection } from './fault.ts'

export interface TamperingOptions {
  /** Connection string of the database's superuser. */
  readonly adminUrl: () => Promise<string>
  /** File that keeps the changed row until it is put back. */
  readonly keepsake: string
}

const statement = (name: string) => readFileSync(join(import.meta.dirname, 'sql', `${name}.sql`), 'utf8')
const oldestFacts = statement('oldest-facts')
const rewriteFacts = statement('rewrite-facts')

const Keepsake = Type.Object({ index: Type.String({ pattern: '^\\d{1,15}$' }), facts: Type.String() })
type Keepsake = Static<typeof Keepsake>
const checkKeepsake = validator(Keepsake)

/** The tenant's first entry is written when its people first log in. */
const firstEntryWithinMillis = 30_000

/** Prepares the fault. What an earlier drill could not put back is put back first. */
export function openTampering({ adminUrl, keepsake }: TamperingOptions): Injection {
  const putBack = async () => {
    const kept = await readKeepsake(keepsake)
    if (kept === undefined) return
    await withClient(await adminUrl(), (client) => write(client, kept.index, kept.facts))
    await rm(keepsake)
  }
  return {
    begin: async () => {
      await putBack()
      await withClient(await adminUrl(), async (client) => {
        const kept = await findOldest(client)
        await mkdir(dirname(keepsake), { recursive: true, mode: 0o700 })
        await writeFile(keepsake, JSON.stringify(kept), { mode: 0o600, flush: true })
        await write(client, kept.index, rewritten(kept.facts))
      })
    },
    end: putBack,
  }
}

/** Says the opposite of what happened. */
function rewritten(facts: string): string {
  const changed = facts.includes('"outcome":"success"')
    ? facts.replace('"outcome":"success"', '"outcome":"denied"')
    : facts.replace(/"outcome":"\w+"/, '"outcome":"success"')
  if (changed === facts)
    throw new DrillError('DRILL_TAMPER_FAILED', 'the oldest entry has no outcome to change')
  return changed
}

async function findOldest(client: pg.Client): Promise<Keepsake> {
  const deadline = performance.now() + firstEntryWithinMillis
  for (;;) {
    const { rows } = await client.query<Keepsake>(oldestFacts, [drillTenant])
    const [oldest] = rows
    if (oldest !== undefined) return oldest
    if (performance.now() > deadline) {
      throw new DrillError('DRILL_TAMPER_FAILED', 'the ledger of the tenant has no entry, expected one')
    }
    await delay(500)
  }
}

async function write(client: pg.Client, index: string, facts: string): Promise<void> {
  const { rowCount } = await client.query(rewriteFacts, [drillTenant, index, facts])
  if (rowCount !== 1)
    throw new DrillError('DRILL_TAMPER_FAILED', `${rowCount ?? 0} entries changed, expected 1`)
}

async function readKeepsake(path: string): Promise<Keepsake | undefined> {
  try {
    const outcome = checkKeepsake(JSON.parse(await readFile(path, 'utf8')))
    if (outcome.valid) return outcome.value
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new DrillError('DRILL_TAMPER_FAILED', `${path} is not what a drill wrote, expected an entry`)
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  // A server that goes away while the client is idle raises an event; the next statement tells.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await work(client)
  } catch (cause) {
    if (cause instanceof DrillError) throw cause
    throw new DrillError('DRILL_TAMPER_FAILED', `the database did not do it: ${messageOf(cause)}`, { cause })
  } finally {
    await client.end()
  }
}
