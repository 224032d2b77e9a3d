import { expect } from 'chai'
import { DatabaseError, startSdk, type Pool } from '#sdk'
import { randomFrom } from '../../sdk/spool/campaign.ts'
import type { LedgerHome } from '../ledger-process.ts'
import { randomQuery } from './random-queries.ts'
import { makeTwoTenants, tenants, tenantTables } from './two-tenants.ts'

const isSoak = process.env['CAMPANILE_SOAK'] === '1'
const queries = isSoak ? 100_000 : 2_000

interface Counts {
  asked: number
  rows: number
  failed: number
}

describe('two tenants that ask at random through one pool', function () {
  this.timeout(3_600_000)

  for (const role of ['ledger_read', 'ledger_append'] as const) {
    it(`get no row of each other in ${queries / 2} queries as ${role}`, async () => {
      const home = await makeTwoTenants()
      const sdk = startSdk({
        service: 'ledger',
        environment: 'development',
        otlpEndpoint: 'http://127.0.0.1:9',
      })
      const pool = sdk.pool({ url: home.database.url(role), max: 3 })
      const counts: Counts = { asked: 0, rows: 0, failed: 0 }
      try {
        const seed = isSoak ? Math.floor(Math.random() * 2 ** 31) : 20_261_121
        const workers = Array.from({ length: 8 }, (_, at) => askAtRandom({ home, pool, counts }, seed + at))
        await Promise.all(workers)
      } finally {
        await pool.end()
        await sdk.shutdown()
        await home.remove()
      }
      expect(counts.asked).to.be.at.least(queries / 2)
      expect(counts.rows).to.be.above(queries / 2)
      // Some shapes fail, so that a connection goes back from a transaction that was rolled back too.
      expect(counts.failed).to.be.above(0)
    })
  }
})

interface Asking {
  readonly home: LedgerHome
  readonly pool: Pool
  readonly counts: Counts
}

/** Asks as one tenant, as the other, as nobody, and with a session that another tenant's name was left in. */
async function askAtRandom({ home, pool, counts }: Asking, seed: number): Promise<void> {
  const random = randomFrom(seed)
  const tables = await tenantTables(home.database)
  while (counts.asked < queries / 2) {
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
