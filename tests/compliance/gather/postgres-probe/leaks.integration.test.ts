import pg from 'pg'
import { expect } from 'chai'
import type { Resource } from '../../../../compliance/evidence.ts'
import { gather } from '../../../../compliance/gather/gather.ts'
import type { Verdict } from '../../../../compliance/controls/control.ts'
import { control } from '../../../../compliance/controls/ten/TEN-03.ts'
import { startPostgres, type TestDatabase, type TestPostgres } from '../../../support/postgres.ts'
import { plantedPairs } from './planted-leaks.ts'

describe('the probe of row-level security', () => {
  let server: TestPostgres
  let database: TestDatabase
  let resources: readonly Resource[]

  before(async () => {
    server = await startPostgres()
    database = await server.createDatabase()
    const client = new pg.Client(database.url('superuser'))
    await client.connect()
    for (const [index, { leaky, sound }] of plantedPairs.entries()) {
      await plant(client, leaky, `leaky_${index}`)
      await plant(client, sound, `sound_${index}`)
    }
    await client.end()
    ;({ resources } = await gather([], {
      probes: [{ name: 'campus', probe: database.url('superuser') }],
      timeoutMillis: 60_000,
    }))
  })

  after(async () => {
    await database.drop()
    await server.stop()
  })

  async function plant(client: pg.Client, sql: string, schema: string): Promise<void> {
    await client.query(
      `CREATE ROLE ${schema}_app LOGIN; CREATE SCHEMA ${schema}; GRANT USAGE ON SCHEMA ${schema} TO ${schema}_app`,
    )
    await client.query(
      sql
        .replace(/format\('([^']*)'/g, (text) => text.replaceAll('OBJECT %s', 'OBJECT %1$s'))
        .replaceAll('%r', `${schema}_app`)
        .replaceAll('%s', schema),
    )
  }

  const verdictsOn = (schema: string): readonly Verdict[] =>
    resources
      .filter(({ name }) =>
        [`${schema}_app`, `api_as_${schema}_app`].some(
          (role) => name === role || name.endsWith(` as ${role}`),
        ),
      )
      .flatMap((resource) => control.check(resource, { resources, faults: [], sources: [] }))

  it('finds what leads around it', () => {
    expect(plantedPairs.length).to.be.at.least(20)
    for (const [index, { name, leak }] of plantedPairs.entries()) {
      const failed = verdictsOn(`leaky_${index}`).filter(({ status }) => status === 'fail')
      expect(
        failed.map(({ part }) => part),
        name,
      ).to.include(leak)
    }
  })

  it('gives no alarm where nothing does, and leaves nothing open', () => {
    for (const [index, { name }] of plantedPairs.entries()) {
      const verdicts = verdictsOn(`sound_${index}`)
      expect(verdicts, name).not.to.have.lengthOf(0)
      expect(
        verdicts.filter(({ status }) => status !== 'pass').map(({ found }) => found),
        name,
      ).to.deep.equal([])
    }
  })

  it('takes what it may not look at for unknown', async () => {
    const looked = await gather([], {
      probes: [{ name: 'campus', probe: database.url('compliance_read') }],
      timeoutMillis: 60_000,
    })
    const table = looked.resources.find(({ name }) => name === 'sound_0.t as sound_0_app')
    const verdicts = table === undefined ? [] : [control.check(table, looked)].flat()
    expect(verdicts.map(({ status }) => status)).to.deep.equal(['unknown'])
  })

  it('keeps no row, and names no password when it is refused', async () => {
    expect(JSON.stringify(resources.map(({ attributes }) => [...attributes]))).not.to.match(/essay|"y"/)
    const url = new URL(database.url('compliance_read'))
    url.password = 'wrong-secret-of-nobody'
    const { faults, resources: found } = await gather([], { probes: [{ name: 'campus', probe: url.href }] })
    expect(faults.map(({ code }) => code)).to.deep.equal(['GATHER_UNREACHABLE'])
    expect(JSON.stringify(faults)).not.to.contain('wrong-secret')
    const verdicts = found.flatMap((each) => control.check(each, { resources: found, faults, sources: [] }))
    expect(verdicts.map(({ status }) => status)).to.deep.equal(['unknown'])
  })
})
