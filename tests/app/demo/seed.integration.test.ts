import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { expect } from 'chai'
import type pg from 'pg'
import { studentsPerTenant } from '../../../app/demo/domain/campus.ts'
import { demoTenants } from '../../../contracts/services.ts'
import { sharedPostgres, type TestDatabase } from '../../support/postgres.ts'
import { connect } from '../academics/store/roster-rows.ts'

const main = resolve(import.meta.dirname, '../../../app/demo/main.ts')

describe('demo seed', () => {
  let database: TestDatabase
  let root: pg.Client

  before(async () => {
    database = await (await sharedPostgres()).createDatabase()
    root = await connect(database, 'superuser')
  })
  after(async () => {
    await root.end()
    await database.drop()
  })

  it('lays out every tenant, and the second time changes nothing', async () => {
    expect(await seed(database.url('seed_app'))).to.equal(0)
    const first = await counts()
    expect(first['academics.student']).to.equal(demoTenants.length * studentsPerTenant)
    expect(await seed(database.url('seed_app'))).to.equal(0)
    expect(await counts()).to.deep.equal(first)
  })

  it('labels every person as synthetic and stays in its tenants', async () => {
    const { rows } = await root.query(
      `SELECT DISTINCT tenant, synthetic FROM academics.student ORDER BY tenant`,
    )
    expect(rows).to.deep.equal([...demoTenants].sort().map((tenant) => ({ tenant, synthetic: true })))
  })

  it('reports a wrong configuration with exit code 2', async () => {
    expect(await seed('')).to.equal(2)
  })

  async function counts(): Promise<Readonly<Record<string, number>>> {
    const tables = [
      'academics.student',
      'academics.course',
      'academics.enrolled',
      'academics.grade',
      'booking.room',
    ]
    const found: Record<string, number> = {}
    for (const table of tables) {
      const { rows } = await root.query<{ readonly count: number }>(
        `SELECT count(*)::integer AS count FROM ${table}`,
      )
      found[table] = rows[0]?.count ?? 0
    }
    return found
  }
})

/** Runs the command and answers its exit code. */
function seed(databaseUrl: string): Promise<number | null> {
  const child = spawn(process.execPath, [main, 'seed'], {
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      CAMPANILE_DATABASE_URL: databaseUrl,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    },
  })
  return new Promise((done, fail) => {
    child.once('exit', done)
    child.once('error', fail)
  })
}
