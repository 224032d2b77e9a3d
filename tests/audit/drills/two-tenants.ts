/** A ledger's database with rows of two tenants in every table that has tenants, and those tables by the catalogue. */
import pg from 'pg'
import type { DatabaseRole } from '../../../compose/local/database/roles.ts'
import { eventually } from '../../support/poll.ts'
import type { TestDatabase } from '../../support/postgres.ts'
import {
  anEvent,
  append,
  awaitCheckpoint,
  makeHome,
  startLedger,
  type LedgerHome,
} from '../ledger-process.ts'

export const tenants = ['university_a', 'university_b'] as const

/** Makes the home; its ledger has stopped again. */
export async function makeTwoTenants(): Promise<LedgerHome> {
  const home = await makeHome()
  const ledger = await startLedger(home)
  for (const tenant of tenants) {
    for (let batch = 0; batch < 3; batch++) {
      const subject = `student-${batch}`
      await append(ledger, [
        anEvent({ tenant, personal: { actor: 'faculty-1', subject } }),
        anEvent({ tenant }),
      ])
    }
    await awaitCheckpoint(ledger, tenant, 6)
  }
  await eventually('search is filled in', async () => {
    const rows = await ask<{ size: string }>(
      home.database,
      'superuser',
      'select size from ledger.search_cursor',
    )
    return rows.length === tenants.length && rows.every(({ size }) => size === '6')
  })
  await ledger.stop()
  // Registers and the quarantine have doors of their own; what is in a row does not matter here.
  for (const tenant of tenants) {
    await ask(
      home.database,
      'superuser',
      `insert into ledger.register_entry
         (tenant, register, id, revision, state, parties, opened_at, facts, changed_by, command)
       values ($1, 'hold', gen_random_uuid(), 1, 'placed', '{}', now(), '{}', sha256('a'), sha256('b'))`,
      [tenant],
    )
    await ask(
      home.database,
      'superuser',
      `insert into ledger.quarantine (tenant, id, digest, reason, producer, subject, body_bytes)
       values ($1, gen_random_uuid(), sha256('a'), 'shape', 'other', sha256('b'), 1)`,
      [tenant],
    )
  }
  return home
}

export interface TenantTable {
  /** With its schema. */
  readonly name: string
  readonly columns: readonly string[]
}

/** Lists the tables of the ledger that have a tenant, as the catalogue has them: a new one cannot be forgotten. */
export async function tenantTables(database: TestDatabase): Promise<TenantTable[]> {
  return ask<TenantTable>(
    database,
    'superuser',
    `select c.oid::regclass::text as name, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'ledger'::regnamespace and c.relkind in ('r', 'p')
     group by c.oid having bool_or(a.attname = 'tenant') order by 1`,
  )
}

/** Runs a statement on a connection of its own. */
export async function ask<Row extends pg.QueryResultRow>(
  database: TestDatabase,
  role: DatabaseRole | 'superuser',
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: database.url(role) })
  await client.connect()
  try {
    return (await client.query<Row>(text, [...values])).rows
  } finally {
    await client.end()
  }
}
