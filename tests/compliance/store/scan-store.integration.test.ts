import { createHash } from 'node:crypto'
import { startSdk, type Sdk } from '#sdk'
import { expect } from 'chai'
import pg from 'pg'
import { eventIdOf } from '../../../compliance/deliver/scan-event.ts'
import { scanStore, type ScanStore } from '../../../compliance/store/scan-store.ts'
import type { Posture } from '../../../contracts/posture.ts'
import { sharedPostgres, type TestDatabase } from '../../support/postgres.ts'
import { aPosture, failureOf, itemOf } from '../history/a-posture.ts'

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

  /** Adds a scan as the first one, at another time and behind another one. */
  const scanRow = (hour: number, follows: number | null) =>
    `insert into compliance.scan select '${at(hour).toISOString()}', ${
      follows === null ? 'null' : `'${at(follows).toISOString()}'`
    }, gen_random_uuid(), previous_at, ruleset, low, high, raw, grade, caps, coverage_ratio, waived_ratio,
      duration_millis, changed_items, began, ended, posture_sha256, bundle_sha256 from compliance.scan limit 1`

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
      // Nothing is there of the scan that it was compared with.
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
      (await store.itemsAt(at(hour))).map(({ item, state, changedAt }) => [
        item,
        state,
        changedAt.getUTCHours(),
      ])
    expect(await states(1)).to.deep.equal([
      ['CTR-02', 'fail', 1],
      ['CTR-03', 'pass', 0],
    ])
    expect(await states(3)).to.deep.equal([
      ['CTR-02', 'fail', 3],
      ['CTR-03', 'outside', 3],
    ])
  })

  it('counts what changed since the scan before, and of the first nothing', async () => {
    const old = { ...failureOf('CTR-02', 'old'), since: at(0).toISOString() }
    const listed = itemOf('CTR-02', ['web'])
    const scans = [
      aPosture(1, [listed]),
      aPosture(2, [{ ...listed, findings: [...listed.findings, old] }]),
      aPosture(3, [itemOf('CTR-02', ['api'])]),
      aPosture(4, [itemOf('CTR-02', ['api'])]),
    ]
    for (const posture of scans) await store.append(posture)
    const counted = (await store.listScans(end, 10)).map(({ changedItems, began, ended }) => [
      changedItems,
      began,
      ended,
    ])
    expect(counted).to.deep.equal([
      [0, 0, 0],
      // Of the same counts the item is no other one.
      [0, 1, 2],
      // What began before and was not listed is no news.
      [0, 0, 0],
      [undefined, undefined, undefined],
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
        resource: 'web',
        file: 'docker-compose.yml',
        line: 3,
        began: at(3).toISOString(),
      },
      {
        finding: 'CTR-02-web',
        resource: 'web',
        file: 'docker-compose.yml',
        line: 3,
        began: at(1).toISOString(),
        ended: at(2).toISOString(),
      },
    ])
  })

  it('takes a waiver for no end and no new begin', async () => {
    const item = itemOf('CTR-02', ['web'])
    const waived = { ...item, findings: item.findings.map((each) => ({ ...each, waived: true })) }
    const scans = [
      aPosture(0, [item]),
      aPosture(1, [waived]),
      aPosture(2, [item]),
      aPosture(3, [itemOf('CTR-02', [])]),
    ]
    for (const posture of scans) await store.append(posture)
    expect((await store.standingAt(at(1))).map(({ state }) => state)).to.deep.equal(['waived'])
    const { findings } = await store.itemHistory('CTR-02', 10)
    expect(findings.map(({ began, ended }) => [began, ended])).to.deep.equal([
      [at(0).toISOString(), at(3).toISOString()],
    ])
  })

  it('shows where scans are missing', async () => {
    const { previous: _, ...first } = aPosture(5, [])
    for (const posture of [0, 1, 3].map((hour) => aPosture(hour, []))) await store.append(posture)
    // Of a home that was lost: nothing is known of a scan before it.
    await store.append(first)
    expect((await store.listScans(end, 10)).map(({ isAfterGap }) => isAfterGap)).to.deep.equal([
      true,
      true,
      false,
      false,
    ])
  })

  it('takes nothing behind a scan that is there', async () => {
    for (const hour of [1, 3]) await store.append(aPosture(hour, [itemOf('CTR-02', ['web'])]))
    const behind = [
      scanRow(2, 1),
      `insert into compliance.item_change values ('2026-11-21T03:00:00Z', 'CTR-03', 'high', 'pass', 1, 0, 0, 0)`,
      `insert into compliance.finding_change
        values ('2026-11-21T03:00:00Z', 'CTR-02-web', 'CTR-02', 'ended', now(), null, 'web', null, null)`,
      `insert into compliance.framework_change values ('2026-11-21T01:00:00Z', 'soc2', 1, 1, 0, 0)`,
    ]
    const codes = await Promise.all(behind.map(codeOf))
    expect(codes).to.deep.equal(['23505', '23000', '23000', '23000'])
    expect(await codeOf(scanRow(2, 3))).to.equal('23514')
    expect(await codeOf(scanRow(4, null))).to.equal('23505')
    expect(await store.listScans(end, 10)).to.have.lengthOf(2)
  })

  for (const level of ['read committed', 'repeatable read', 'serializable'] as const) {
    it(`takes nothing behind a scan that another transaction has added meanwhile, ${level}`, async () => {
      await store.append(aPosture(1, [itemOf('CTR-02', ['web'])]))
      const client = new pg.Client({ connectionString: database.url('compliance_history') })
      await client.connect()
      await client.query(`begin isolation level ${level}`)
      await client.query('select count(*) from compliance.scan')
      expect(await store.append(aPosture(3, [itemOf('CTR-02', ['web'])]))).to.equal(true)
      const late = await client.query(scanRow(2, 1)).then(
        () => 'done',
        (error: pg.DatabaseError) => error.code,
      )
      await client.end()
      expect(late).to.be.oneOf(['23505', '40001'])
      expect((await store.standingAt(at(2))).map(({ finding }) => finding)).to.deep.equal(['CTR-02-web'])
    })
  }

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
