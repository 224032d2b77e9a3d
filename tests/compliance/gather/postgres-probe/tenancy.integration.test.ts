import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { expect } from 'chai'
import { knownValueOf, type Resource } from '../../../../compliance/evidence.ts'
import { gather } from '../../../../compliance/gather/gather.ts'
import { sharedPostgres, type TestDatabase } from '../../../support/postgres.ts'

describe('gathering how tenants are kept apart', () => {
  const role = `north_${randomBytes(4).toString('hex')}`
  let database: TestDatabase
  let resources: readonly Resource[]

  before(async () => {
    database = await (await sharedPostgres()).createDatabase()
    const client = new pg.Client(database.url('superuser'))
    await client.connect()
    await client.query(`CREATE ROLE ${role} LOGIN; CREATE SCHEMA tenant_north; CREATE SCHEMA tenant_south;
      GRANT USAGE ON SCHEMA tenant_north, tenant_south TO ${role};
      ALTER ROLE ${role} SET search_path = tenant_north, pg_catalog;
      CREATE SCHEMA analytics;
      CREATE TABLE analytics.fact (school text, directory_opt_out boolean);
      CREATE VIEW analytics.by_school AS SELECT school, count(*) FROM analytics.fact GROUP BY 1 HAVING count(*) >= 10`)
    await client.end()
    ;({ resources } = await gather([], {
      databases: [{ name: 'campus', connectionString: database.url('compliance_read') }],
      timeoutMillis: 60_000,
    }))
  })

  after(async () => {
    const client = new pg.Client(database.url('superuser'))
    await client.connect()
    await client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
    await client.end()
    await database.drop()
  })

  const of = (address: string): Resource => {
    const found = resources.find((each) => each.address === address)
    if (found === undefined) throw new Error(`no resource ${address}`)
    return found
  }

  it('reads which schemas of tenants a role may use, and where it looks', () => {
    const found = of(`tenant_schemas.${role}`)
    expect(knownValueOf(found, 'schemas')).to.deep.equal(['tenant_north', 'tenant_south'])
    expect(knownValueOf(found, 'search_path')).to.equal('tenant_north, pg_catalog')
  })

  it('reads who may connect to which database, with the rights nobody wrote', () => {
    const found = of(`database.${database.name}`)
    expect(knownValueOf(found, 'is_tenants')).to.equal(false)
    expect(knownValueOf(found, 'public_connects')).to.equal(false)
    expect(knownValueOf(of('database.postgres'), 'public_connects')).to.equal(true)
  })

  it('reads views for numbers about people, and columns that keep a refusal of the directory', () => {
    expect(knownValueOf(of('statistic.analytics.by_school'), 'definition')).to.match(/HAVING/)
    expect(knownValueOf(of('refusals.campus'), 'columns')).to.deep.include({
      table: 'analytics.fact',
      name: 'directory_opt_out',
    })
  })

  it('says when there is more than it reads', async () => {
    const client = new pg.Client(database.url('superuser'))
    await client.connect()
    const columns = Array.from({ length: 201 }, (_, index) => `directory_opt_out_${index} boolean`)
    await client.query(`CREATE TABLE public.wide (${columns.join(', ')})`)
    await client.end()
    const { resources: found, faults } = await gather([], {
      databases: [{ name: 'campus', connectionString: database.url('compliance_read') }],
      timeoutMillis: 60_000,
    })
    expect(faults.map(({ code }) => code)).to.deep.equal(['GATHER_TOO_MANY'])
    const rest = found.find(({ address }) => address === 'refusals.*')
    expect(rest?.attributes.get('')).to.include({ known: false })
  })
})
