import { startSdk, type Pool, type Sdk } from '#sdk'
import { Writable } from 'node:stream'
import { expect } from 'chai'
import type pg from 'pg'
import { recordStore, type Reader } from '../../../../app/academics/store/records.ts'
import { sharedPostgres, type TestDatabase } from '../../../support/postgres.ts'
import { connect, layRoster, type Roster } from './roster-rows.ts'

describe('a pooled connection between tenants', () => {
  let database: TestDatabase
  let root: pg.Client
  let sdk: Sdk
  let pool: Pool
  let a: Roster
  let b: Roster

  before(async () => {
    database = await (await sharedPostgres()).createDatabase()
    root = await connect(database, 'superuser')
    a = await layRoster(root, 'university_a')
    b = await layRoster(root, 'university_b')
    const logStream = new Writable({ write: (_chunk, _encoding, done) => done() })
    sdk = startSdk({
      service: 'academics',
      environment: 'development',
      otlpEndpoint: 'http://127.0.0.1:9',
      logStream,
    })
    pool = sdk.pool({ url: database.url('academics_app'), max: 1 })
  })
  after(async () => {
    await pool.end()
    await sdk.shutdown()
    await root.end()
    await database.drop()
  })

  const registrar = ({ tenant, registrar: account }: Roster): Reader => ({
    tenant,
    account,
    role: 'registrar',
    traceId: undefined,
    synthetic: true,
  })
  const coursesOf = async (roster: Roster) =>
    (await recordStore(pool).listCourses(registrar(roster))).map(({ id }) => id)

  it('shows each tenant its own rows, in turn and over one connection', async () => {
    expect(await coursesOf(a)).to.have.members([a.course, a.pastCourse])
    expect(await coursesOf(b)).to.have.members([b.course, b.pastCourse])
    expect(await coursesOf(a)).to.have.members([a.course, a.pastCourse])
  })

  it('keeps nothing of a SET that somebody left in the session', async () => {
    await pool.transaction((tx) => tx.query(`SELECT set_config('app.tenant', 'university_b', false)`))
    const [row] = await pool.transaction((tx) =>
      tx.query<{ readonly tenant: string }>(
        `SELECT coalesce(current_setting('app.tenant', true), '') AS tenant`,
      ),
    )
    expect(row?.tenant).to.equal('')
    expect(await coursesOf(a)).to.have.members([a.course, a.pastCourse])
  })

  it('refuses a caller whose transaction somebody has turned to another tenant', async () => {
    const turned: Pick<Pool, 'inTenant'> = {
      inTenant: (tenant, work) =>
        pool.inTenant(tenant, async (tx) => {
          await tx.query(`SELECT set_config('app.tenant', 'university_b', true)`)
          return work(tx)
        }),
    }
    const asked = recordStore({ ...pool, ...turned } as Pool).readTranscript(
      registrar(a),
      b.student,
      undefined,
    )
    expect(await asked.catch((error: { code?: string }) => error.code)).to.equal('ACADEMICS_TENANT_MISMATCH')
  })
})
