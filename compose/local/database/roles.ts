/**
 * The roles of the database: one that owns everything and cannot log in, and one login per process that holds
 * only what a migration grants it. None is a superuser and none may bypass row-level security.
 */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { scramVerifier } from './scram.ts'
import { statement } from './sql.ts'

export const loginRoles = [
  'users_app',
  'academics_app',
  'booking_app',
  'gateway_app',
  'seed_app',
  'ledger_append',
  'ledger_read',
  'metrics_read',
  'compliance_read',
  'compliance_history',
] as const

export type DatabaseRole = (typeof loginRoles)[number]

export const ownerRole = 'campanile_owner'

/** Roles that read the server's own statistics and settings, and no row of anybody. */
export const observers: readonly DatabaseRole[] = ['metrics_read', 'compliance_read']

export type Passwords = Readonly<Record<DatabaseRole, string>>

/** SQLSTATE of a right that is missing. */
const insufficientPrivilege = '42501'

const roleExists = statement('role-exists')
const adoptOwner = statement('adopt-owner')

/**
 * Creates the roles of a cluster that are missing and resets attributes and passwords of all of them.
 *
 * @param client connected with the right to create roles
 */
export async function createRoles(client: pg.Client, passwords: Passwords): Promise<void> {
  await ensure(client, ownerRole, 'NOLOGIN PASSWORD NULL')
  await client.query(adoptOwner)
  for (const role of loginRoles) {
    const verifier = scramVerifier(passwords[role], randomBytes(16))
    await ensure(client, role, `LOGIN PASSWORD ${pg.escapeLiteral(verifier)}`)
  }
  for (const role of observers) await letObserve(client, role)
}

async function letObserve(client: pg.Client, role: DatabaseRole): Promise<void> {
  const name = pg.escapeIdentifier(role)
  for (const change of [`ALTER ROLE ${name} INHERIT`, `GRANT pg_monitor TO ${name}`]) {
    await changeIfAllowed(client, change)
  }
}

/**
 * Lets the scanner see, in the database the client is connected to, how clients prove who they are. Call it after
 * the migrations: the function lives in a schema of theirs.
 */
export async function letScannerLook(client: pg.Client): Promise<void> {
  await changeIfAllowed(client, statement('let-scanner-look'))
}

/** Where the administrator may not grant it (some providers), the role sees less and says so. */
async function changeIfAllowed(client: pg.Client, change: string): Promise<void> {
  await client.query(change).catch((error: unknown) => {
    if (!(error instanceof pg.DatabaseError) || error.code !== insufficientPrivilege) throw error
  })
}

async function ensure(client: pg.Client, role: string, attributes: string): Promise<void> {
  const { rows } = await client.query<{ readonly exists: boolean }>(roleExists, [role])
  const verb = rows[0]?.exists === true ? 'ALTER' : 'CREATE'
  // Roles cannot be parameters of a utility statement; both names come from the lists above.
  await client.query(`${verb} ROLE ${pg.escapeIdentifier(role)} NOINHERIT ${attributes}`)
}

/** Lets only the roles of the house into the database the client is connected to, and the owner build in it. */
export async function grantDatabase(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ readonly name: string }>(statement('current-database'))
  const database = pg.escapeIdentifier(rows[0]?.name ?? '')
  await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`)
  await client.query(`GRANT CREATE, CONNECT ON DATABASE ${database} TO ${ownerRole}`)
  await client.query(`GRANT CONNECT ON DATABASE ${database} TO ${loginRoles.join(', ')}`)
}
