/** The history of scans through the real scanner, its door and its command. */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { ItemHistory, PastScanDetail, PastScans } from '../../contracts/scan-history.ts'
import type { Posture } from '../../contracts/posture.ts'
import { validator, type Validated } from '../../lib/validate.ts'
import { eventually } from '../support/poll.ts'
import { sharedPostgres, type TestDatabase } from '../support/postgres.ts'
import { makeScannerHome, readerToken, startScanner, writerToken, type Scanner } from './scanner-process.ts'

const run = promisify(execFile)
const insecure = 'services:\n  app: { image: "app:1.0.0", privileged: true }\n'
const secure = 'services:\n  app: { image: "app:1.0.0" }\n'

describe('the history of scans through the scanner', () => {
  const home = makeScannerHome()
  let database: TestDatabase
  let scanner: Scanner
  /** The scans of this test, in their order. */
  const postures: Posture[] = []
  const write = (text: string) => writeFileSync(join(home.scanned, 'docker-compose.yml'), text)
  const answerOf = async <T>(path: string, check: (value: unknown) => Validated<T>): Promise<T> => {
    const response = await scanner.ask(path)
    expect(response.status, path).to.equal(200)
    const outcome = check(await response.json())
    return outcome.valid ? outcome.value : expect.fail(JSON.stringify(outcome.faults))
  }
  const scans = (query = '') => answerOf(`/v1/scans${query}`, validator(PastScans))
  const kept = (count: number) =>
    eventually(`${count} scans are in the history`, async () => {
      const answer = await scans()
      return answer.scans.length === count && answer
    })
  const command = async (...args: string[]) => {
    const tokenFile = join(home.home, 'reader')
    writeFileSync(tokenFile, readerToken)
    const { port } = new URL(scanner.url)
    const env = {
      PATH: process.env['PATH'],
      CAMPANILE_PORT_COMPLIANCE: port,
      CAMPANILE_TOKEN_FILE: tokenFile,
    }
    const told = run(process.execPath, ['compliance/main.ts', 'history', ...args], { env })
    return told.then(
      ({ stdout }) => ({ code: 0, text: stdout }),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, text: stderr }),
    )
  }

  before(async () => {
    database = await (await sharedPostgres()).createDatabase()
    write(insecure)
    // Nobody listens there: both scans are in files alone.
    const away = { CAMPANILE_HISTORY_DATABASE_URL: 'postgres://compliance_history:x@127.0.0.1:1/campanile' }
    scanner = await startScanner(home, away)
    postures.push(await scanner.posture())
    const refused = await eventually('the door says that the history is away', async () => {
      const response = await scanner.ask('/v1/scans')
      return response.status === 503 && response
    })
    expect(refused.headers.get('retry-after')).to.equal('5')
    write(secure)
    postures.push(await scanner.scanNow())
    const metrics = await eventually('the failure is counted', async () => {
      const text = await (await fetch(`${scanner.url}/metrics`)).text()
      return /compliance_export_failures_total\{sink="history"\} [1-9]/.test(text)
    })
    expect(metrics).to.equal(true)
    await scanner.stop()
    scanner = await startScanner(home, {
      CAMPANILE_HISTORY_DATABASE_URL: database.url('compliance_history'),
      // The doors of the house stay closed: no scan is made but those that are asked for.
      CAMPANILE_SCAN_DOOR_WAIT_SECONDS: '600',
    })
    await kept(2)
    write(insecure)
    postures.push(await scanner.scanNow())
    await kept(3)
  })
  after(async () => {
    await scanner.stop('SIGKILL')
    await database.drop()
    home.remove()
  })

  it('has what was scanned while the database was away', async () => {
    const { scans: found } = await scans()
    expect(found.map(({ scannedAt }) => scannedAt)).to.deep.equal(
      postures.map(({ scannedAt }) => scannedAt).reverse(),
    )
    expect(found.map(({ low }) => low)).to.deep.equal(postures.map(({ score }) => score.low).reverse())
    expect(found.map(({ bundle }) => bundle)).to.deep.equal(postures.map(({ bundle }) => bundle).reverse())
    expect(found.map(({ isAfterGap }) => isAfterGap)).to.deep.equal([false, false, false])
  })

  it('lists page after page', async () => {
    const first = await scans('?limit=2')
    const second = await scans(`?limit=2&before=${first.next}`)
    expect(first.scans.length + second.scans.length).to.equal(3)
    expect(second.next).to.equal(undefined)
  })

  it('explains what changed in a scan, and since another one', async () => {
    const [first, second, third] = postures.map(({ scannedAt }) => scannedAt)
    const detail = validator(PastScanDetail)
    const mended = await answerOf(`/v1/scans/${second}`, detail)
    const [item] = mended.changes?.items.filter((each) => each.item === 'CTR-02') ?? []
    expect([item?.from?.state, item?.to.state]).to.deep.equal(['fail', 'pass'])
    expect(mended.changes?.caps).to.deep.equal({ from: ['CRITICAL_OPEN'], to: [] })
    expect(mended.changes?.ended.map(({ item }) => item)).to.include('CTR-02')
    const moved = (postures[1]?.score.low ?? 0) - (postures[0]?.score.low ?? 0)
    expect(mended.changes?.low).to.equal(Math.round(moved * 10) / 10)
    const since = await answerOf(`/v1/scans/${third}?since=${first}`, detail)
    expect(since.changes).to.deep.include({ items: [], ended: [], isComparable: true, low: 0 })
    expect((await answerOf(`/v1/scans/${first}`, detail)).changes).to.equal(undefined)
    const states = new Map(postures[2]?.items.map(({ id, state }) => [id, state]))
    const looked = since.items.filter(({ state }) => state !== 'outside')
    expect(new Map(looked.map(({ item, state }) => [item, state]))).to.deep.equal(states)
  })

  it('tells the past of an item', async () => {
    const { states, findings } = await answerOf('/v1/items/CTR-02/history', validator(ItemHistory))
    expect(states.map(({ state }) => state)).to.deep.equal(['fail', 'pass', 'fail'])
    expect(findings.map(({ ended }) => ended)).to.deep.equal([undefined, postures[1]?.scannedAt])
  })

  it('refuses what it cannot answer, and strangers', async () => {
    const statuses = await Promise.all(
      [
        '/v1/scans?limit=0',
        '/v1/scans?before=yesterday',
        '/v1/scans/2026-99-01T00:00:00.000Z',
        `/v1/scans/${postures[0]?.scannedAt}?since=${postures[1]?.scannedAt}`,
        '/v1/scans/2020-01-01T00:00:00.000Z',
        '/v1/items/nothing/history',
        '/v1/items/AAA-01/history',
      ].map(async (path) => (await scanner.ask(path)).status),
    )
    expect(statuses).to.deep.equal([400, 400, 400, 400, 404, 404, 404])
    for (const path of ['/v1/scans', '/v1/items/CTR-02/history'])
      expect((await scanner.ask(path, { token: writerToken })).status).to.equal(403)
  })

  it('is told by the command, in words and as it was answered', async () => {
    const [first, second] = postures.map(({ scannedAt }) => scannedAt)
    const list = await command()
    expect(list.text.split('\n').filter((line) => line.startsWith('20'))).to.have.lengthOf(3)
    expect(list.text).to.match(/\d points, (grade [A-F]|unverified) .* [1-9]\d* items? changed/)
    const detail = await command(second ?? '')
    expect(detail.text)
      .to.contain('CTR-02: it was mended (fail before, pass now)')
      .and.contain(`Since ${first}`)
    expect((await command('--item', 'CTR-02')).text).to.match(/ to now {2}.* in .*docker-compose\.yml:2/)
    expect(JSON.parse((await command('--json')).text)).to.deep.equal(await scans('?limit=30'))
    const newest = await command('--limit', '1')
    expect(newest.text)
      .to.match(/ points, .*  [-+]\d/)
      .and.contain(`older: --before ${postures[2]?.scannedAt}`)
    expect((await command('--before', first ?? '')).text).to.equal('No scan is in the history.\n')
    expect((await command('--limit', '0')).code).to.equal(2)
    expect((await command('2026-02-30T00:00:00Z')).text).to.contain('expected a time of RFC 3339 in UTC')
    expect((await command('--since', first ?? '')).code).to.equal(2)
  })
})
