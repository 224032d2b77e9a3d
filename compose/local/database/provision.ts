/** Turns an empty server into the house's database: roles, database, grants, migrations. */
import type pg from 'pg'
import { withClient } from '../postgres/server.ts'
import { migrate } from './migrate.ts'
import type { Migration } from './migrations.ts'
import { createRoles, grantDatabase, letScannerLook, ownerRole, type Passwords } from './roles.ts'
import { statement } from './sql.ts'

/** Name of the house's database in a server of its own. */
export const databaseName = 'campanile'

export interface ProvisionOptions {
  /** Connection of a superuser, or of a role that may create roles, to an existing database. */
  readonly adminUrl: string
  readonly passwords: Passwords
  readonly migrations: readonly Migration[]
}

/** Makes the database `name` where it is missing; the client must not be in a transaction. */
export async function ensureDatabase(client: pg.Client, name: string): Promise<void> {
  const { rows } = await client.query<{ readonly exists: boolean }>(statement('database-exists'), [name])
  if (rows[0]?.exists === true) return
  await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} OWNER ${ownerRole}`)
}

/** Creates roles, grants and tables in the database of `adminUrl`; safe to repeat. Returns what it applied. */
export async function provision(options: ProvisionOptions): Promise<readonly Migration[]> {
  return withClient(options.adminUrl, async (client) => {
    await createRoles(client, options.passwords)
    await grantDatabase(client)
    const applied = await migrate(client, options.migrations)
    await letScannerLook(client)
    return applied
  })
}
