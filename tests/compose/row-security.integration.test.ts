import { expect } from 'chai'
import { loginRoles, observers, ownerRole } from '../../compose/local/database/roles.ts'
import { withClient } from '../../compose/local/postgres/server.ts'
import { sharedPostgres, type TestDatabase } from '../support/postgres.ts'

interface TenantTable {
  readonly name: string
  readonly enabled: boolean
  readonly forced: boolean
}

const tenantTables = `
  SELECT n.nspname || '.' || c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant' AND NOT a.attisdropped
  WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  ORDER BY 1`

const tooMighty = `
  SELECT rolname AS name FROM pg_roles
  WHERE rolname = ANY($1)
    AND (rolsuper OR rolbypassrls OR (rolinherit AND NOT rolname = ANY($2)) OR rolcreaterole OR rolcreatedb OR rolreplication)`

const owned = `
  SELECT r.rolname || ' owns ' || d.classid::regclass || ' ' || d.objid AS name
  FROM pg_shdepend d
  JOIN pg_roles r ON r.oid = d.refobjid AND d.refclassid = 'pg_authid'::regclass
  WHERE d.deptype = 'o' AND r.rolname = ANY($1)`

const memberships = `
  SELECT m.rolname || ' is a member of ' || r.rolname AS name
  FROM pg_auth_members a
  JOIN pg_roles m ON m.oid = a.member
  JOIN pg_roles r ON r.oid = a.roleid
  WHERE m.rolname = ANY($1)`

describe('row-level security of the migrated database', () => {
  let database: TestDatabase
  before(async () => {
    database = await (await sharedPostgres()).createDatabase()
  })
  after(() => (database as TestDatabase | undefined)?.drop())

  const rows = <T extends object>(sql: string, params: readonly unknown[] = []) =>
    withClient(database.url('superuser'), async (client) => (await client.query<T>(sql, [...params])).rows)

  it('divides every table with a tenant, also for its owner', async () => {
    const tables = await rows<TenantTable>(tenantTables)
    expect(tables.length).to.be.greaterThan(15)
    const open = tables.filter(({ enabled, forced }) => !enabled || !forced).map(({ name }) => name)
    // No exception is known; one that is needed stands here by its name, with its reason.
    expect(open).to.deep.equal([])
  })

  it('lets no role that logs in pass by it', async () => {
    expect(await rows(tooMighty, [loginRoles, observers])).to.deep.equal([])
    // The two that read the server's statistics are members of that one role of PostgreSQL's and of no other.
    expect(await rows(memberships, [loginRoles])).to.have.deep.members(
      observers.map((name) => ({ name: `${name} is a member of pg_monitor` })),
    )
  })

  it('tells the scanner how passwords are kept, and none of them', async () => {
    const asScanner = <T extends object>(sql: string) =>
      withClient(database.url('compliance_read'), async (client) => (await client.query<T>(sql)).rows)
    const methods = await asScanner<{ name: string; method: string }>(
      'SELECT name, method FROM campanile.password_methods()',
    )
    expect(methods.filter(({ name }) => loginRoles.some((role) => role === name))).to.have.deep.members(
      loginRoles.map((name) => ({ name, method: 'scram-sha-256' })),
    )
    expect(await asScanner('SELECT auth_method FROM pg_hba_file_rules LIMIT 1')).to.have.length(1)
    const refused = await asScanner('SELECT rolpassword FROM pg_authid').catch((error: unknown) => error)
    expect(refused).to.include({ code: '42501' })
  })

  it('lets the owner of the tables neither log in nor pass by it', async () => {
    const found = await rows('SELECT rolcanlogin, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = $1', [
      ownerRole,
    ])
    expect(found).to.deep.equal([{ rolcanlogin: false, rolsuper: false, rolbypassrls: false }])
  })

  it('gives no role that logs in anything of its own', async () => {
    expect(await rows(owned, [loginRoles])).to.deep.equal([])
    // The same question finds what the owner has.
    expect((await rows(owned, [[ownerRole]])).length).to.be.greaterThan(15)
  })
})
