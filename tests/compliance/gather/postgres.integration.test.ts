import { expect } from 'chai'
import pg from 'pg'
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  type Evidence,
  type Resource,
} from '../../../compliance/evidence.ts'
import { gather } from '../../../compliance/gather/gather.ts'
import { sharedPostgres, type TestDatabase } from '../../support/postgres.ts'

describe('gathering from a running PostgreSQL', () => {
  let database: TestDatabase

  before(async () => {
    database = await (await sharedPostgres()).createDatabase()
  })

  after(async () => {
    await database.drop()
  })

  const look = (connectionString: string) =>
    gather([], { databases: [{ name: 'campus', connectionString }], timeoutMillis: 60_000 })
  const of = ({ resources }: Evidence, address: string): Resource => {
    const found = resources.find((resource) => resource.address === address)
    if (found === undefined) throw new Error(`no resource ${address}`)
    return found
  }

  it('reads settings, roles, tables and their policies with the rights of an observer', async () => {
    const evidence = await look(database.url('compliance_read'))
    expect(evidence.sources).to.deep.equal(['postgres:campus'])
    expect(knownValueOf(of(evidence, 'server'), 'setting.password_encryption')).to.equal('scram-sha-256')
    expect(knownValueOf(of(evidence, 'server'), 'sessions.remote_without_tls')).to.equal(0)
    const role = of(evidence, 'role.academics_app')
    for (const right of ['superuser', 'bypass_rls', 'create_role'])
      expect(knownValueOf(role, right)).to.equal(false)
    expect(knownValueOf(role, 'owned_tables')).to.equal(0)
    expect(knownValueOf(role, 'password_method')).to.equal('scram-sha-256')
    expect(knownValueOf(role, 'bootstrap')).to.equal(false)
    expect(evidence.faults).to.deep.equal([])
    const table = of(evidence, 'table.academics.course')
    expect(knownValueOf(table, 'row_security')).to.equal(true)
    expect(knownValueOf(table, 'force_row_security')).to.equal(true)
    expect(knownValueOf(table, 'tenant_columns.0')).to.equal('tenant')
    expect(childrenOf(table, 'policy')).to.have.length.above(0)
  })

  it('reads what items of recovery, rights and limits ask for', async () => {
    const evidence = await look(database.url('compliance_read'))
    const server = of(evidence, 'server')
    expect(knownValueOf(server, 'replicas.connected')).to.equal(0)
    expect(Number(knownValueOf(server, 'ages.database_xids'))).to.be.above(0)
    expect(knownValueOf(server, 'ages.tables_without_autovacuum')).to.equal(0)
    expect(knownValueOf(server, 'archiver.failed')).to.equal(0)
    expect(knownValueOf(of(evidence, 'role.users_app'), 'connection_limit')).to.be.a('number')
    const schema = of(evidence, 'schema.public')
    expect(knownValueOf(schema, 'public_create')).to.be.a('boolean')
    expect(knownValueOf(schema, 'public_grants')).to.equal(0)
  })

  it('does not take what is set for its own session for what the server does', async () => {
    const url = new URL(database.url('compliance_read'))
    url.searchParams.set('options', '-c lock_timeout=5s')
    const server = of(await look(url.href), 'server')
    expect(attributeOf(server, 'setting.lock_timeout')).to.include({ known: false })
    expect(knownValueOf(server, 'setting.statement_timeout')).to.equal('0')
  })

  it('reads what holds for the sessions of a role, the nearer setting first', async () => {
    const admin = new pg.Client({ connectionString: database.url('superuser') })
    await admin.connect()
    try {
      const name = admin.escapeIdentifier(String(admin.database))
      await admin.query(`ALTER DATABASE ${name} SET lock_timeout = '7s'`)
      await admin.query(`ALTER ROLE users_app IN DATABASE ${name} SET lock_timeout = '3s'`)
      const evidence = await look(database.url('superuser'))
      expect(knownValueOf(of(evidence, 'role.users_app'), 'effective.lock_timeout')).to.equal('3s')
      expect(knownValueOf(of(evidence, 'role.academics_app'), 'effective.lock_timeout')).to.equal('7s')
    } finally {
      await admin.query(
        `ALTER ROLE users_app IN DATABASE ${admin.escapeIdentifier(String(admin.database))} RESET ALL`,
      )
      await admin.end()
    }
  })

  it('keeps what it is refused as unknown, with the reason, and as a fault', async () => {
    const evidence = await look(database.url('users_app'))
    expect(attributeOf(of(evidence, 'role.users_app'), 'password_method')).to.include({ known: false })
    const denied = of(evidence, 'hba_rule.*')
    expect(attributeOf(denied, 'auth_method')).to.have.property('why').that.contains('no right')
    expect(evidence.faults.map(({ code, message }) => `${code} ${message.split(':', 1)[0]}`)).to.deep.equal([
      'GATHER_DENIED passwords',
      'GATHER_DENIED hba-rules',
      'GATHER_DENIED sessions',
    ])
  })

  it('sees how passwords are kept and who may come from where as a superuser, and no password', async () => {
    const evidence = await look(database.url('superuser'))
    expect(evidence.faults).to.deep.equal([])
    expect(knownValueOf(of(evidence, 'role.users_app'), 'password_method')).to.equal('scram-sha-256')
    const rules = evidence.resources.filter(({ type }) => type === 'hba_rule')
    expect(rules.length).to.be.above(0)
    expect(JSON.stringify(evidence.resources.map(({ attributes }) => [...attributes]))).not.to.match(
      /SCRAM-SHA-256\$/,
    )
  })

  it('says that it may not see all settings instead of taking them for absent', async () => {
    const server = of(await look(database.url('users_app')), 'server')
    expect(attributeOf(server, 'setting.shared_preload_libraries')).to.include({ known: false })
    expect(attributeOf(server, 'setting.password_encryption')).to.include({ known: true })
  })

  it('changes nothing, and names no password when it is refused', async () => {
    const url = new URL(database.url('compliance_read'))
    url.password = 'wrong-secret-of-nobody'
    const evidence = await look(url.href)
    expect(evidence.sources).to.deep.equal([])
    expect(evidence.faults).to.have.nested.property('[0].code', 'GATHER_UNREACHABLE')
    expect(JSON.stringify(evidence.faults)).not.to.contain('wrong-secret')
    expect(attributeOf(of(evidence, 'server'), 'setting.ssl')).to.include({ known: false })
  })

  it('says when there is more than it reads', async () => {
    const many = await (await sharedPostgres()).createDatabase()
    const admin = new pg.Client({ connectionString: many.url('superuser') })
    await admin.connect()
    try {
      await admin.query(
        "DO $$ BEGIN FOR i IN 1..2001 LOOP EXECUTE format('CREATE SCHEMA many_%s', i); END LOOP; END $$",
      )
      const evidence = await look(many.url('compliance_read'))
      expect(evidence.faults.map(({ code }) => code)).to.deep.equal(['GATHER_TOO_MANY'])
      expect(attributeOf(of(evidence, 'schema.*'), 'public_create')).to.include({ known: false })
    } finally {
      await admin.end()
      await many.drop()
    }
  })

  it('counts tables without autovacuum, however the switch is written', async () => {
    const own = await (await sharedPostgres()).createDatabase()
    const admin = new pg.Client({ connectionString: own.url('superuser') })
    await admin.connect()
    try {
      await admin.query(`CREATE TABLE public.a () WITH (autovacuum_enabled = no);
        CREATE TABLE public.b () WITH (autovacuum_enabled = 0); CREATE TABLE public.c () WITH (autovacuum_enabled = yes)`)
      const evidence = await look(own.url('compliance_read'))
      expect(knownValueOf(of(evidence, 'server'), 'ages.tables_without_autovacuum')).to.equal(2)
    } finally {
      await admin.end()
      await own.drop()
    }
  })
})
