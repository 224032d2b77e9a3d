import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import type { AuditEvent } from '../../contracts/audit-event.ts'
import { digestOf } from '../../compliance/deliver/scan-event.ts'
import { ask, makeHome, startLedger, type LedgerHome, type LedgerProcess } from '../audit/ledger-process.ts'
import { eventually } from '../support/poll.ts'
import {
  makeScannerHome,
  startScanner,
  writerToken,
  type Scanner,
  type ScannerHome,
} from './scanner-process.ts'

const insecure = 'services:\n  app: { image: "app:1.0.0", privileged: true }\n'
const secure = 'services:\n  app: { image: "app:1.0.0" }\n'

describe('the scanner as a process', () => {
  let home: ScannerHome
  let scanner: Scanner | undefined
  const write = (text: string) => writeFileSync(join(home.scanned, 'docker-compose.yml'), text)
  const start = async (variables: Readonly<Record<string, string>> = {}) => {
    scanner = await startScanner(home, variables)
    return scanner
  }
  const gauge = async (series: string) => {
    const text = await (await fetch(`${scanner?.url}/metrics`)).text()
    const line = text.split('\n').find((each) => each.startsWith(`${series} `))
    return line === undefined ? undefined : Number(line.split(' ')[1])
  }

  beforeEach(() => {
    home = makeScannerHome()
    write(insecure)
  })
  afterEach(async () => {
    await scanner?.stop('SIGKILL')
    scanner = undefined
    home.remove()
  })

  it('scans when it starts, and shows the same as posture, report and gauges', async () => {
    const { posture, ask: get, url } = await start()
    const { score, items, sources } = await posture()
    expect(score.caps.map(({ items: ids }) => ids)).to.deep.equal([['CTR-02']])
    expect(sources.find(({ source }) => source === 'compose')?.resources).to.equal(1)
    expect(items.find(({ id }) => id === 'IAM-17')?.state).to.equal('unknown')
    // A posture is shown before its event is on the disk, and its gauges after that.
    await eventually('the gauges show it', async () => {
      return (await gauge('compliance_score{bound="low"}')) === score.low
    })
    expect(await gauge('compliance_items{group="CTR",severity="critical",state="fail"}')).to.equal(1)
    const page = await (await get('/v1/report?format=html')).text()
    expect(page).to.include('CTR-02')
    expect(await (await get('/v1/report?format=json')).json()).to.have.property('score')
    expect((await fetch(`${url}/health`)).status).to.equal(200)
  })

  it('says that no scan has ended, before the first', async () => {
    // The doors of the house stay closed, so the first scan waits for them.
    const { ask: get } = await start({ CAMPANILE_SCAN_DOOR_WAIT_SECONDS: '600' })
    expect((await get('/v1/posture')).status).to.equal(404)
    expect(await gauge('compliance_scan_timestamp_seconds')).to.equal(0)
    expect(await gauge('compliance_score{bound="low"}')).to.equal(undefined)
  })

  it('lets nobody in without a token of the right scope', async () => {
    const { ask: get, posture, url } = await start()
    await posture()
    const statuses = await Promise.all([
      fetch(`${url}/v1/posture`),
      get('/v1/posture', { token: writerToken }),
      get('/v1/scans', { method: 'POST' }),
      get('/v1/report?format=pdf'),
      get('/v1/nothing'),
      get('/v1/posture', { method: 'DELETE' }),
    ])
    expect(statuses.map(({ status }) => status)).to.deep.equal([401, 403, 403, 400, 404, 405])
  })

  it('scans on demand, tells the drop, and keeps the last score over a restart', async () => {
    write(secure)
    const first = await start()
    const before = await first.posture()
    write(insecure)
    const after = await first.scanNow()
    const { changes, ...previous } = after.previous ?? {}
    expect(previous).to.deep.equal({
      scannedAt: before.scannedAt,
      low: before.score.low,
      isComparable: true,
    })
    expect(changes?.items).to.deep.equal([{ id: 'CTR-02', severity: 'critical', from: 'pass', to: 'fail' }])
    expect(after.score.low).to.be.below(before.score.low)
    expect(await gauge('compliance_previous_score')).to.equal(before.score.low)
    expect(await first.stop()).to.equal(0)
    // Doors that stay closed hold the first scan back: what is served is what was kept.
    const second = await start({ CAMPANILE_SCAN_DOOR_WAIT_SECONDS: '600' })
    expect((await second.posture()).scannedAt).to.equal(after.scannedAt)
    expect(await gauge('compliance_score{bound="low"}')).to.equal(after.score.low)
    expect(await second.stop()).to.equal(0)
  })

  it('scans by its schedule', async () => {
    const { posture } = await start({
      CAMPANILE_SCAN_SCHEDULE: '* * * * * *',
      CAMPANILE_SCAN_JITTER_SECONDS: '1',
    })
    const first = await posture()
    await eventually('a second scan', async () => (await posture()).scannedAt > first.scannedAt)
  })

  it('waives no longer than the waiver stands in its file, and fails a scan of a file that is wrong', async () => {
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
    const waiver = {
      control: 'CTR-02',
      owner: 'platform team',
      approver: 'security office',
      reason: 'the vendor asks for it',
      compensating: 'it stands alone in its network',
      granted: day(0),
      expires: day(20),
    }
    const file = join(home.home, 'waivers.yaml')
    writeFileSync(file, JSON.stringify({ version: 1, waivers: [waiver] }))
    const { posture, scanNow, ask: get } = await start()
    const stateIn = ({ items }: Awaited<ReturnType<Scanner['posture']>>) =>
      items.find(({ id }) => id === 'CTR-02')?.state
    expect(stateIn(await posture())).to.equal('waived')
    writeFileSync(file, 'version: 1\nwaivers: []\n')
    expect(stateIn(await scanNow())).to.equal('fail')
    writeFileSync(file, 'version: 2\n')
    const answer = await get('/v1/scans', { token: writerToken, method: 'POST' })
    expect(answer.status).to.equal(500)
    expect(await gauge('compliance_scans_total{outcome="failure"}')).to.equal(1)
  })

  it('refuses to start with settings that are wrong, all of them named', async () => {
    writeFileSync(join(home.home, 'waivers.yaml'), 'version: 1\nwaivers: []\n')
    const started = start({ CAMPANILE_SCAN_SCHEDULE: 'every night', CAMPANILE_DATABASE_URL: 'mysql://x' })
    const message = await started.then(
      () => '',
      (error: unknown) => String(error),
    )
    expect(message).to.match(/ended with 2/)
    expect(message).to.include('CAMPANILE_SCAN_SCHEDULE')
    expect(message).to.include('CAMPANILE_DATABASE_URL')
  })

  it('refuses to start with a waiver that is not one', async () => {
    const waiver = { control: 'CTR-02', owner: 'a b', approver: 'a b', reason: 'because it is so' }
    writeFileSync(join(home.home, 'waivers.yaml'), JSON.stringify({ version: 1, waivers: [waiver] }))
    const message = await start().then(
      () => '',
      (error: unknown) => String(error),
    )
    expect(message).to.match(/ended with 2/)
  })

  it('does not lose the event of a scan while the ledger is away, nor when it is killed itself', async () => {
    const { posture } = await start()
    const { scannedAt } = await posture()
    const waits = () => gauge('audit_outbox_pending{service="compliance"}')
    await eventually('the event waits', async () => (await waits()) === 1)
    await scanner?.stop('SIGKILL')
    const taken: AuditEvent[] = []
    const ledger = await fakeLedger(taken)
    try {
      const { port } = ledger.address() as AddressInfo
      await start({ CAMPANILE_PORT_LEDGER: String(port) })
      await eventually('both events are taken', async () => taken.length >= 2 && (await waits()) === 0)
      expect(taken[0]?.time).to.equal(scannedAt)
      expect(taken.map(({ sequence }) => sequence)).to.deep.equal([0, 1])
      expect(new Set(taken.map(({ id }) => id)).size).to.equal(taken.length)
      expect(await gauge('audit_outbox_delivered_total{service="compliance",outcome="appended"}')).to.equal(
        taken.length,
      )
      expect(await gauge('audit_outbox_delivered_total{service="compliance",outcome="refused"}')).to.equal(0)
    } finally {
      ledger.close()
    }
  })

  it('counts the events that the ledger refuses for good', async () => {
    const ledger = await fakeLedger([], 'conflict')
    try {
      const { port } = ledger.address() as AddressInfo
      await start({ CAMPANILE_PORT_LEDGER: String(port) })
      const series = 'audit_outbox_delivered_total{service="compliance",outcome="refused"}'
      await eventually('a refusal is counted', async () => (await gauge(series)) === 1)
    } finally {
      ledger.close()
    }
  })
})

describe('the scanner beside a real ledger and a real database', () => {
  let ledgerHome: LedgerHome
  let ledger: LedgerProcess
  let home: ScannerHome
  let scanner: Scanner

  before(async () => {
    ledgerHome = await makeHome()
    const token = 'token-of-the-scanner-of-the-tests'
    acceptToken(join(ledgerHome.folder, 'accepted.json'), token)
    ledger = await startLedger(ledgerHome)
    home = makeScannerHome(token)
    writeFileSync(join(home.scanned, 'docker-compose.yml'), secure)
    scanner = await startScanner(home, {
      CAMPANILE_PORT_LEDGER: String(ledger.port),
      CAMPANILE_DATABASE_URL: ledgerHome.database.url('compliance_read'),
    })
  })
  after(async () => {
    await scanner?.stop()
    await ledger?.stop()
    home?.remove()
    await ledgerHome?.remove()
  })

  it('writes one event per scan, with the digest of the report that was kept', async () => {
    const posture = await scanner.posture()
    const facts = await eventually('the event is in the log', async () => {
      const response = await ask(ledger, '/v1/logs/campanile/entries?from=0&limit=10')
      if (!response.ok) return undefined
      const { entries } = (await response.json()) as { entries: readonly { facts: AuditEvent['facts'] }[] }
      return entries[0]?.facts
    })
    expect(facts).to.include({ action: 'compliance.scanned', class: 'admin', actorRole: 'service' })
    expect(facts.reason).to.include(digestOf(posture))
    const folder = join(home.home, 'compliance', 'scans')
    const kept = readdirSync(folder).find((name) => name.startsWith('scan-'))
    expect(JSON.parse(readFileSync(join(folder, kept ?? ''), 'utf8'))).to.deep.equal(posture)
    const bundle = readdirSync(folder).find((name) => name.startsWith('bundle-'))
    const hash = createHash('sha256').update(readFileSync(join(folder, bundle ?? '')))
    expect([facts.evidence?.sha256, posture.bundle]).to.deep.equal(Array(2).fill(hash.digest('hex')))
  })

  it('finds our own tables divided by tenants and our own roles without rights they do not need', async () => {
    const { items } = await scanner.posture()
    const open = items
      .filter(({ id }) => ['TEN-01', 'DBS-07', 'DBS-09', 'TLS-11'].includes(id))
      .flatMap(({ findings }) => findings)
      .filter(({ status }) => status === 'fail')
    expect(open).to.deep.equal([])
  })

  it('finds the door of the ledger closed to who shows no token', async () => {
    const { items } = await scanner.posture()
    const findings = items.find(({ id }) => id === 'IAM-17')?.findings ?? []
    expect(
      findings.filter(({ resource, status }) => resource === 'door.ledger' && status === 'fail'),
    ).to.deep.equal([])
  })
})

/** The ledger takes events from whom their producer's name belongs to. */
function acceptToken(path: string, token: string): void {
  const accepted = JSON.parse(readFileSync(path, 'utf8')) as object[]
  const sha256 = createHash('sha256').update(token).digest('hex')
  accepted.push({ name: 'compliance', sha256, scopes: ['events:write'], tenants: ['*'] })
  writeFileSync(path, JSON.stringify(accepted))
}

/** A ledger that takes everything, or answers every event with another outcome. */
function fakeLedger(taken: AuditEvent[], outcome = 'appended'): Promise<Server> {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      if (request.method !== 'POST') {
        response.writeHead(401).end()
        return
      }
      const { events } = JSON.parse(body) as { events: AuditEvent[] }
      taken.push(...events)
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ receipts: events.map(({ id }) => ({ id, outcome })) }))
    })
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}
