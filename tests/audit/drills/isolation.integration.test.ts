import { execFileSync } from 'node:child_process'
import { expect } from 'chai'
import pg from 'pg'
import { loginRoles, type DatabaseRole } from '../../../compose/local/database/roles.ts'
import type { LedgerHome } from '../ledger-process.ts'
import { ask, makeTwoTenants, tenants, tenantTables, type TenantTable } from './two-tenants.ts'

const [own, other] = tenants
const denied = '42501'
const commands = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'] as const
type Command = (typeof commands)[number]

/** Functions that run as the owner. Each was looked at for what it tells about other tenants; a new one must be too. */
const reviewed = [
  'add_postings',
  'append',
  'empty_entries',
  'forget_search',
  'index_behind',
  'index_entries',
  'insert_checkpoints',
  'record_clocks',
  'search_behind',
  'take_lease',
  'tenants',
]

/** A statement of each command that would reach another tenant's rows if anything let it. */
const reaching: Readonly<Record<Command, (table: string) => string>> = {
  SELECT: (table) => `select tenant from ${table} where tenant = '${other}' or true`,
  INSERT: (table) =>
    `insert into ${table} select (jsonb_populate_record(null::${table}, to_jsonb(t) || '{"tenant": "${other}"}')).*
     from ${table} t`,
  UPDATE: (table) => `update ${table} set tenant = tenant where tenant = '${other}'`,
  DELETE: (table) => `delete from ${table} where tenant = '${other}'`,
  TRUNCATE: (table) => `truncate ${table}`,
}

describe('tenants in the database of the ledger', () => {
  let home: LedgerHome
  let tables: TenantTable[]
  const clients = new Map<DatabaseRole, pg.Client>()

  before(async () => {
    home = await makeTwoTenants()
    tables = await tenantTables(home.database)
    for (const role of loginRoles) {
      const client = new pg.Client({ connectionString: home.database.url(role) })
      await client.connect()
      clients.set(role, client)
    }
  })
  after(async () => {
    for (const client of clients.values()) await client.end()
    await home.remove()
  })

  const clientOf = (role: DatabaseRole) => clients.get(role) ?? expect.fail(role)
  const superuser = <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
    ask<Row>(home.database, 'superuser', text, values)

  /** Runs statements in a transaction that is rolled back; answers the last one's rows, or the code it failed with. */
  async function attempt(role: DatabaseRole, tenant: string | undefined, ...statements: readonly string[]) {
    const client = clientOf(role)
    await client.query('begin')
    try {
      if (tenant !== undefined) await client.query("select set_config('app.tenant', $1, true)", [tenant])
      let result: pg.QueryResult<Record<string, unknown>> | undefined
      for (const statement of statements) result = await client.query(statement)
      return { rows: result?.rows ?? [], count: result?.rowCount ?? 0 }
    } catch (error) {
      return { code: (error as pg.DatabaseError).code ?? String(error) }
    } finally {
      await client.query('rollback; reset all')
    }
  }

  async function mayDo(role: DatabaseRole, table: string, command: Command): Promise<boolean> {
    const [row] = await superuser<{ may: boolean }>(
      `select has_schema_privilege($1, 'ledger', 'usage') and case
         when $3 in ('SELECT', 'INSERT', 'UPDATE') then has_any_column_privilege($1, $2, $3)
         else has_table_privilege($1, $2, $3)
       end as may`,
      [role, table, command],
    )
    return row?.may === true
  }

  it('have rows in every table that the matrix looks at', async () => {
    expect(tables.map(({ name }) => name)).to.include.members([
      'ledger.batch',
      'ledger.posting',
      'ledger.side',
    ])
    for (const { name } of tables) {
      const rows = await superuser<{ tenant: string }>(`select distinct tenant from ${name} order by 1`)
      expect(
        rows.map(({ tenant }) => tenant),
        name,
      ).to.deep.equal([...tenants])
    }
  })

  for (const role of loginRoles) {
    it(`are apart for ${role}, in every table, by every command`, async () => {
      for (const { name } of tables) {
        for (const command of commands) {
          const place = `${command} ${name}`
          const isAllowed = await mayDo(role, name, command)
          const outcome = await attempt(role, own, reaching[command](name))
          if (!isAllowed || command === 'INSERT' || command === 'TRUNCATE') {
            // A row of another tenant is refused by the policy before any key is looked at.
            expect(outcome.code, place).to.equal(denied)
          } else if (command === 'SELECT') {
            expect(new Set(outcome.rows?.map(({ tenant }) => tenant)), place).to.deep.equal(new Set([own]))
          } else {
            expect(outcome, place).to.satisfy(
              ({ code, count }: typeof outcome) => code === denied || count === 0,
            )
          }
        }
      }
    })

    it(`are nobody's for ${role} without a tenant, with a forged one or after a reset`, async () => {
      for (const { name } of tables) {
        if (!(await mayDo(role, name, 'SELECT'))) continue
        for (const tenant of [undefined, '', 'nobody', `${own}' or true --`, '%']) {
          const { rows } = await attempt(role, tenant, `select * from ${name}`)
          expect(rows, `${name} as ${tenant}`).to.deep.equal([])
        }
        const { rows } = await attempt(role, own, 'reset app.tenant', `select * from ${name}`)
        expect(rows, name).to.deep.equal([])
      }
    })
  }

  for (const role of ['ledger_append', 'ledger_read'] as const) {
    it(`cannot be got around by ${role}: other roles, switches, owners' rights`, async () => {
      const another = role === 'ledger_read' ? 'ledger_append' : 'ledger_read'
      for (const statement of [
        'set role campanile_owner',
        `set role ${another}`,
        'set session authorization campanile_owner',
        'alter table ledger.batch disable row level security',
        'alter table ledger.batch no force row level security',
        'drop policy tenant_rows on ledger.batch',
        'create policy mine on ledger.batch using (true)',
        'alter table ledger.batch disable trigger all',
        'set session_replication_role = replica',
        'create table ledger.mine (tenant text)',
      ]) {
        expect((await attempt(role, own, statement)).code, statement).to.be.oneOf([denied, '42704'])
      }
      const off = await attempt(role, own, 'set local row_security = off', 'select * from ledger.batch')
      expect(off.code).to.equal(denied)
    })

    it(`cannot be told apart by ${role} from errors, plans or statistics`, async () => {
      for (const { name } of tables) {
        if (!(await mayDo(role, name, 'SELECT'))) continue
        const oracle = `select 1 / (case when tenant = '${other}' then 0 else 1 end) as one from ${name}`
        expect((await attempt(role, own, oracle)).code, name).to.equal(undefined)
        const plan = await attempt(role, own, `explain (verbose, costs off) select * from ${name}`)
        expect(JSON.stringify(plan.rows), name).to.include('current_setting').and.not.include(other)
      }
      await superuser('analyze')
      const statistics = "select * from pg_stats where schemaname = 'ledger' and tablename <> 'lease'"
      expect((await attempt(role, own, statistics)).rows).to.deep.equal([])
    })

    it(`are apart in what ${role} copies out`, () => {
      const readable =
        role === 'ledger_read' ? tables.map(({ name }) => name) : ['ledger.batch', 'ledger.event_key']
      for (const name of readable) {
        const script = `begin; set local app.tenant = '${own}'; copy (select tenant from ${name}) to stdout; rollback`
        const text = execFileSync('psql', ['-qAt', home.database.url(role), '-c', script]).toString()
        expect(new Set(text.split('\n').filter(Boolean)), name).to.deep.equal(new Set([own]))
      }
    })
  }

  it('are apart in a prepared statement that a pooled connection keeps, whatever its plan', async () => {
    const client = clientOf('ledger_read')
    for (let round = 0; round < 24; round++) {
      const tenant = [own, other, undefined][round % 3]
      await client.query('begin')
      if (tenant !== undefined) await client.query("select set_config('app.tenant', $1, true)", [tenant])
      const { rows } = await client.query<{ tenant: string }>({
        name: 'all',
        text: 'select tenant from ledger.batch',
      })
      await client.query('commit; reset all')
      expect(new Set(rows.map((row) => row.tenant))).to.deep.equal(
        new Set(tenant === undefined ? [] : [tenant]),
      )
    }
  })

  it('meet no function of the owner that nobody has looked at, and none that everybody may call', async () => {
    const rows = await superuser<{ name: string; path: boolean; open: boolean; owner: string }>(
      `select proname as name, coalesce(proconfig::text like '%search_path=pg_catalog, pg_temp%', false) as path,
         has_function_privilege('public', oid, 'execute') as open, proowner::regrole::text as owner
       from pg_proc where pronamespace = 'ledger'::regnamespace and prosecdef order by 1`,
    )
    expect(rows.map(({ name }) => name)).to.deep.equal(reviewed)
    for (const row of rows) expect(row).to.include({ path: true, open: false, owner: 'campanile_owner' })
  })

  it("meet no view that looks with its owner's eyes, and no sequence that counts for all", async () => {
    const rows = await superuser(
      `select relname from pg_class where relnamespace = 'ledger'::regnamespace and (relkind in ('m', 'S')
         or (relkind = 'v' and not coalesce('security_invoker=true' = any (reloptions), false)))`,
    )
    expect(rows).to.deep.equal([])
  })
})
