/** Two tenants that ask at random through one pool of the SDK, as each role of the ledger. */
import { expect } from 'chai'
import { DatabaseError, startSdk, type Pool } from '#sdk'
import { randomFrom } from '../../sdk/spool/campaign.ts'
import type { LedgerHome } from '../ledger-process.ts'
import { randomQuery } from './random-queries.ts'
import { makeTwoTenants, tenants, tenantTables } from './two-tenants.ts'

interface Counts {
  asked: number
  rows: number
  failed: number
}

/** Asks so many queries as a role; fails at the first row of another tenant. */
export async function askAtRandom(
  role: 'ledger_read' | 'ledger_append',
  queries: number,
  seed: number,
): Promise<void> {
  const home = await makeTwoTenants()
  const sdk = startSdk({ service: 'ledger', environment: 'development', otlpEndpoint: 'http://127.0.0.1:9' })
  const pool = sdk.pool({ url: home.database.url(role), max: 3 })
  const counts: Counts = { asked: 0, rows: 0, failed: 0 }
  try {
    await Promise.all(Array.from({ length: 8 }, (_, at) => work({ home, pool, counts, queries }, seed + at)))
  } finally {
    await pool.end()
    await sdk.shutdown()
    await home.remove()
  }
  expect(counts.asked).to.be.at.least(queries)
  expect(counts.rows).to.be.above(queries)
  // Some shapes fail, so that a connection goes back from a transaction that was rolled back too.
  expect(counts.failed).to.be.above(0)
}

interface Asking {
  readonly home: LedgerHome
  readonly pool: Pool
  readonly counts: Counts
  readonly queries: number
}

/** Asks as one tenant, as the other, as nobody, and with a session that another tenant's name was left in. */
async function work({ home, pool, counts, queries }: Asking, seed: number): Promise<void> {
  const random = randomFrom(seed)
  const tables = await tenantTables(home.database)
  while (counts.asked < queries) {
    counts.asked++
    const tenant = random() < 0.1 ? undefined : tenants[random() < 0.5 ? 0 : 1]
    const { sql, params } = randomQuery(tables, random)
    const isLeaving = random() < 0.05
    try {
      if (isLeaving) await pool.query("select set_config('app.tenant', 'university_b', false)")
      const rows = await (tenant === undefined
        ? pool.query<Record<string, unknown>>(sql, params)
        : pool.inTenant(tenant, (tx) => tx.query<Record<string, unknown>>(sql, params)))
      counts.rows += rows.length
      const found = rows
        .flatMap((row) => [row['tenant'], row['other']])
        .filter((each) => each !== undefined && each !== null)
      expect(found, `${sql} as ${tenant}`).to.satisfy(() => found.every((each) => each === tenant))
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error
      counts.failed++
    }
  }
}
