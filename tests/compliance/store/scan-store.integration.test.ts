import { createHash } from 'node:crypto'
import { startSdk, type Sdk } from '#sdk'
import { expect } from 'chai'
import pg from 'pg'
import { eventIdOf } from '../../../compliance/deliver/scan-event.ts'
import { scanStore, type ScanStore } from '../../../compliance/store/scan-store.ts'
import type { Posture } from '../../../contracts/posture.ts'
import { sharedPostgres, type TestDatabase } from '../../support/postgres.ts'
import { aPosture, itemOf } from '../history/a-posture.ts'

const end = new Date('2027-01-01T00:00:00.000Z')

describe('the history of scans in PostgreSQL', () => {
  let sdk: Sdk
  let database: TestDatabase
  let store: ScanStore
  let close: () => Promise<void>
  const at = (hour: number) => new Date(aPosture(hour, []).scannedAt)
  const codeOf = async (sql: string) => {
    const client = new pg.Client({ connectionString: database.url('compliance_history') })
    await client.connect()
    const outcome = await client.query(sql).then(
      () => 'done',
      (error: pg.DatabaseError) => error.code,
    )
    await client.end()
    return outcome
  }

  before(() => {
    sdk = startSdk({ service: 'compliance', environment: 'development', otlpEndpoint: 'http://127.0.0.1:9' })
  })
  beforeEach(async () => {
    database = await (await sharedPostgres()).createDatabase()
    const pool = sdk.pool({ url: database.url('compliance_history'), max: 4 })
    store = scanStore(pool)
    close = () => pool.end()
  })
  afterEach(async () => {
    await close()
    await database.drop()
  })
  after(() => sdk.shutdown())

  it('keeps what came of a scan, and names the files that prove it', async () => {
    const bundle = createHash('sha256').update('bundle').digest('hex')
    const posture = aPosture(1, [itemOf('CTR-02', ['web'])], { bundle })
    expect(await store.append(posture)).to.equal(true)
    const [scan] = await store.listScans(end, 10)
    expect(scan).to.deep.equal({
      scannedAt: posture.scannedAt,
      event: eventIdOf(posture),
      previousAt: posture.previous?.scannedAt,
      isAfterGap: true,
      ruleset: posture.ruleset,
      low: 90.1,
      high: 95.5,
      raw: 89,
      grade: 'B',
      caps: [],
      coverageRatio: 1,
      waivedRatio: 0.01,
      durationMillis: 1_250.5,
      changedItems: 1,
      began: 1,
      ended: 0,
      posture: createHash('sha256').update(JSON.stringify(posture)).digest('hex'),
      bundle,
    })
  })

  it('adds each scan once, though several ask at the same time, and none behind a later one', async () => {
    const outcomes = await Promise.all([1, 1, 1, 1].map((hour) => store.append(aPosture(hour, []))))
    expect(outcomes.filter(Boolean)).to.have.lengthOf(1)
    expect(await store.append(aPosture(3, []))).to.equal(true)
    expect(await store.append(aPosture(2, []))).to.equal(false)
    expect((await store.listScans(end, 10)).map(({ scannedAt }) => scannedAt)).to.deep.equal(
      [3, 1].map((hour) => at(hour).toISOString()),
    )
    expect(await store.newest()).to.deep.equal(at(3))
  })

  it('answers how things stood after any scan', async () => {
    const scans: readonly Posture[] = [
      aPosture(0, [itemOf('CTR-02', ['web', 'api']), itemOf('CTR-03', [])]),
      aPosture(1, [itemOf('CTR-02', ['web']), itemOf('CTR-03', [])]),
      aPosture(2, [itemOf('CTR-02', []), itemOf('CTR-03', ['db'])]),
      aPosture(3, [itemOf('CTR-02', ['web'])]),
    ]
    for (const posture of scans) await store.append(posture)
    const standing = async (hour: number) => (await store.standingAt(at(hour))).map(({ finding }) => finding)
    expect(await standing(0)).to.deep.equal(['CTR-02-api', 'CTR-02-web'])
    expect(await standing(1)).to.deep.equal(['CTR-02-web'])
    expect(await standing(2)).to.deep.equal(['CTR-03-db'])
    // Nothing looked at CTR-03 in the last one.
    expect(await standing(3)).to.deep.equal(['CTR-02-web', 'CTR-03-db'])
    const states = async (hour: number) =>
      (await store.itemsAt(at(hour))).map(({ item, state, since }) => [item, state, since.getUTCHours()])
    expect(await states(1)).to.deep.equal([
      ['CTR-02', 'fail', 0],
      ['CTR-03', 'pass', 0],
    ])
    expect(await states(3)).to.deep.equal([
      ['CTR-02', 'fail', 3],
      ['CTR-03', 'outside', 3],
    ])
  })

  it('tells the past of an item, its failures with begin and end, newest first', async () => {
    for (const [hour, failing] of [[], ['web'], [], ['web']].entries())
      await store.append(aPosture(hour, [itemOf('CTR-02', failing)]))
    const { states, findings, isCut } = await store.itemHistory('CTR-02', 3)
    expect(states.map(({ state }) => state)).to.deep.equal(['fail', 'pass', 'fail'])
    expect(isCut).to.equal(true)
    expect(findings).to.deep.equal([
      {
        finding: 'CTR-02-web',
        item: 'CTR-02',
        resource: 'web',
        file: 'docker-compose.yml',
        line: 3,
        began: at(3).toISOString(),
      },
      {
        finding: 'CTR-02-web',
        item: 'CTR-02',
        resource: 'web',
        file: 'docker-compose.yml',
        line: 3,
        began: at(1).toISOString(),
        ended: at(2).toISOString(),
      },
    ])
  })

  it('shows where scans are missing', async () => {
    for (const hour of [0, 1, 3]) await store.append(aPosture(hour, []))
    expect((await store.listScans(end, 10)).map(({ isAfterGap }) => isAfterGap)).to.deep.equal([
      true,
      false,
      false,
    ])
  })

  it('keeps a scan whole or not at all', async () => {
    const bad = itemOf('CTR-02', ['web'], { severity: 'worst' as 'high' })
    const refused = await store.append(aPosture(1, [bad])).catch((error: { code: string }) => error.code)
    expect(refused).to.equal('SDK_DATABASE_CONFLICT')
    expect(await store.newest()).to.equal(undefined)
  })

  it('lets its role add and read, and change or see nothing else', async () => {
    await store.append(aPosture(1, [itemOf('CTR-02', ['web'])]))
    const tables = ['scan', 'item_change', 'finding_change', 'framework_change']
    let asked = 0
    for (const table of tables) {
      for (const sql of [
        `update compliance.${table} set scanned_at = now()`,
        `delete from compliance.${table}`,
        `truncate compliance.${table}`,
        `drop table compliance.${table}`,
      ]) {
        expect(await codeOf(sql), sql).to.equal('42501')
        asked += 1
      }
    }
    expect(asked).to.equal(16)
    for (const sql of [
      'select from ledger.batch',
      'select from users.account',
      'create table compliance.x ()',
    ])
      expect(await codeOf(sql), sql).to.equal('42501')
  })
})
