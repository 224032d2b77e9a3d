/** What somebody with every right in the database and the files can do to a stored log, for tests that expect it to be found. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { Frontier } from '../../audit/log/frontier.ts'
import { leafHash } from '../../audit/log/hash.ts'
import { packLeaves, unpackLeaves } from '../../audit/log/leaf-rows.ts'
import type { Leaf } from '../../contracts/leaf.ts'
import type { LedgerHome } from './ledger-process.ts'

export interface BatchContent {
  leaves: Buffer[]
  hashes: Buffer[]
}

/** Runs statements with triggers off; `$1` is the tenant. */
export async function tamper(
  { database }: LedgerHome,
  tenant: string,
  ...statements: readonly string[]
): Promise<void> {
  await withIntruder(database.url('superuser'), async (client) => {
    for (const statement of statements) await client.query(statement, [tenant])
  })
}

/** Replaces leaves and leaf hashes of the batch that begins at an entry. */
export async function editBatch(
  { database }: LedgerHome,
  [tenant, first]: readonly [tenant: string, first: number],
  edit: (content: BatchContent) => void,
): Promise<void> {
  await withIntruder(database.url('superuser'), async (client) => {
    const where = 'where tenant = $1 and previous_size = $2'
    const { rows } = await client.query<{ leaves: Buffer; leaf_hashes: Buffer }>(
      `select leaves, leaf_hashes from ledger.batch ${where}`,
      [tenant, first],
    )
    const [row] = rows
    if (row === undefined) throw new Error(`no batch begins at ${first}`)
    const count = row.leaf_hashes.length / 32
    const hashes = Array.from({ length: count }, (_, at) => row.leaf_hashes.subarray(at * 32, at * 32 + 32))
    const content = { leaves: unpackLeaves(row.leaves), hashes }
    edit(content)
    await client.query(`update ledger.batch set leaves = $3, leaf_hashes = $4 ${where}`, [
      tenant,
      first,
      packLeaves(content.leaves.map((leaf) => JSON.parse(leaf.toString()) as Leaf)),
      Buffer.concat(content.hashes),
    ])
  })
}

/** Changes one character of a leaf: its time, far behind everything that is compared before the tree. */
export function changedLeaf(leaf: Buffer): Buffer {
  return Buffer.from(
    leaf.toString().replace(/"commitment":"(.)/, (_, first) => `"commitment":"${first === 'A' ? 'B' : 'A'}`),
  )
}

/** Computes every hash, root and frontier of a log anew from its leaves, as a thorough forger would. */
export async function rewriteHashes({ database }: LedgerHome, tenant: string): Promise<void> {
  await withIntruder(database.url('superuser'), async (client) => {
    const { rows } = await client.query<{ previous_size: string; leaves: Buffer }>(
      'select previous_size, leaves from ledger.batch where tenant = $1 order by previous_size',
      [tenant],
    )
    const frontier = new Frontier()
    for (const { previous_size: first, leaves } of rows) {
      const hashes = unpackLeaves(leaves).map((leaf) => leafHash(leaf))
      for (const hash of hashes) frontier.add(hash)
      await client.query(
        `update ledger.batch set leaf_hashes = $3, root = $4, frontier = $5
         where tenant = $1 and previous_size = $2`,
        [tenant, first, Buffer.concat(hashes), frontier.root(), frontier.toBytes()],
      )
    }
  })
}

/** Finds the file of a log whose path below its folder fits. */
export function tileFile({ folder }: LedgerHome, tenant: string, pattern: RegExp): string {
  const base = join(folder, 'ledger/tiles', tenant)
  const files = readdirSync(base, { recursive: true, encoding: 'utf8' })
  const found = files
    .filter((file) => pattern.test(file))
    .sort()
    .at(-1)
  if (found === undefined) throw new Error(`no file of ${tenant} fits ${pattern.source}: ${files.join(' ')}`)
  return join(base, found)
}

/** Turns one bit of a file. */
export function flipBit(path: string, at: number): void {
  const bytes = readFileSync(path)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(path, bytes)
}

/** Takes a file away. */
export function removeFile(path: string): void {
  rmSync(path)
}

async function withIntruder(
  connectionString: string,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query('SET session_replication_role = replica')
    await work(client)
  } finally {
    await client.end()
  }
}
