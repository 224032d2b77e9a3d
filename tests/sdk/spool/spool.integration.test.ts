import { expect } from 'chai'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { startSdk, type Relay, type RelayOptions, type Sdk, type Spool, type SpoolOptions } from '#sdk'
import { eventually } from '../../support/poll.ts'
import { startLedger, type FakeLedger } from '../fake-ledger.ts'

const token = 'a-token-for-tests'

describe('a spool on disk, and its relay', () => {
  let folder: string
  let ledger: FakeLedger
  let sdk: Sdk
  let spool: Spool
  const relays: Relay[] = []
  const open = async (options: Partial<SpoolOptions> = {}) => {
    spool = await sdk.audit.openSpool({ folder, ...options })
    return spool
  }
  const relay = (options: Partial<RelayOptions> = {}) => {
    // What is not answered in time is sent twice.
    const waits = { idleMillis: 5, maxBackoffMillis: 40, timeoutMillis: 60_000 }
    relays.push(sdk.audit.startRelay({ spool, ledgerUrl: ledger.url, token, ...waits, ...options }))
  }
  const stopRelays = () => Promise.all(relays.splice(0).map((each) => each.stop()))
  const stop = async () => {
    await stopRelays()
    await spool.close()
  }
  const record = (tenant = 'university_a', words = 1) =>
    spool.record({
      tenant,
      facts: { class: 'admin', action: 'user.created', outcome: 'success' },
      personal: { interest: 'upkeep of accounts '.repeat(words).trim() },
    })
  const records = (count: number, tenant?: string) =>
    Promise.all(Array.from({ length: count }, () => record(tenant)))
  const state = () => spool.backlog.state()
  const drained = () =>
    eventually('an empty spool', async () => (await state()).pending === 0, { everyMillis: 5 })
  const idsOf = (tenant = 'university_a') =>
    ledger.events.filter((event) => event.tenant === tenant).map(({ id }) => id)
  const series = async (name: string) => {
    const line = (await sdk.scrape()).body.split('\n').find((each) => each.startsWith(`${name} `))
    return Number(line?.split(' ')[1])
  }
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: { code?: string }) => error.code,
    )
  const segments = () =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.spool'))
      .sort()

  before(() => {
    sdk = startSdk({
      service: 'compliance',
      environment: 'development',
      otlpEndpoint: 'http://127.0.0.1:1',
      logLevel: 'error',
      logStream: new PassThrough().resume(),
    })
  })
  after(() => sdk.shutdown())
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-spool-'))
    ledger = await startLedger(token)
  })
  afterEach(async () => {
    await stop()
    await ledger.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('delivers each tenant’s events in order, counted from 0', async () => {
    await open()
    relay({ batchSize: 7 })
    const a = await records(30, 'university_a')
    const b = await records(3, 'university_b')
    await drained()
    expect(idsOf('university_a')).to.deep.equal(a)
    expect(idsOf('university_b')).to.deep.equal(b)
    const sequences = ledger.events.filter(({ tenant }) => tenant === 'university_a').map((e) => e.sequence)
    expect(sequences).to.deep.equal(a.map((_, n) => n))
  })

  it('keeps what waits for the next process, and counts on', async () => {
    await open()
    const first = await records(5)
    await stop()
    await open()
    expect(await state()).to.include({ pending: 5 })
    const second = await records(5)
    relay()
    await drained()
    expect(idsOf()).to.deep.equal([...first, ...second])
    expect(ledger.events.map(({ sequence }) => sequence)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('does not send again what the process before it has delivered', async () => {
    await open()
    relay()
    await records(5)
    await drained()
    await stop()
    await open()
    expect(await state()).to.include({ pending: 0 })
    relay()
    const id = await record()
    await drained()
    expect(ledger.duplicates).to.deep.equal([])
    expect(ledger.events.at(-1)).to.include({ id, sequence: 5 })
  })

  it('removes the segments of what was delivered', async () => {
    await open({ maxBytes: 2 ** 20 })
    for (let round = 0; round < 8; round++)
      await Promise.all(Array.from({ length: 50 }, () => record('drill', 60)))
    expect(segments().length).to.be.above(2)
    relay()
    await drained()
    await eventually('one segment', () => segments().length === 1, { everyMillis: 5 })
  })

  it('refuses loudly when it is full, drops nothing, and takes events again when some were delivered', async () => {
    await open({ maxBytes: 2 ** 20 })
    const refusedBefore = await series('audit_spool_refused_total{service="compliance",reason="full"}')
    const taken: string[] = []
    let code: string | undefined
    while (code === undefined) code = await codeOf(record('drill', 100).then((id) => taken.push(id)))
    expect(code).to.equal('SDK_SPOOL_FULL')
    expect(await series('audit_spool_refused_total{service="compliance",reason="full"}')).to.equal(
      refusedBefore + 1,
    )
    const bytes = segments().reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
    expect(bytes).to.be.at.most(2 ** 20)
    relay()
    await drained()
    taken.push(await eventually('room', () => record('drill').catch(() => undefined)))
    await drained()
    expect(idsOf('drill')).to.deep.equal(taken)
  })

  it('is open in one process at a time', async () => {
    await open()
    expect(await codeOf(sdk.audit.openSpool({ folder }))).to.equal('SDK_SPOOL_LOCKED')
    await spool.close()
    expect(await codeOf(record())).to.equal('SDK_SPOOL_CLOSED')
    await open()
  })

  it('refuses an event the ledger would refuse, without a hole in the numbers', async () => {
    await open()
    const facts = {
      class: 'admin',
      action: 'user.created',
      outcome: 'success',
      reason: 'Not A Word',
    } as const
    expect(await codeOf(spool.record({ tenant: 'drill', facts }))).to.equal('SDK_AUDIT_EVENT_INVALID')
    await record('drill')
    relay()
    await drained()
    expect(ledger.events.map(({ sequence }) => sequence)).to.deep.equal([0])
  })

  it('sets a damaged record aside, counts it, delivers the others and shows the gap', async () => {
    await open()
    const ids = [await record(), await record(), await record()]
    await stop()
    const path = join(folder, segments().at(-1) ?? '')
    const bytes = readFileSync(path)
    const at = bytes.indexOf(ids[1] ?? '')
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(path, bytes)
    await open()
    relay()
    await drained()
    const last = await record()
    await drained()
    expect(idsOf()).to.deep.equal([ids[0], ids[2], last])
    expect(ledger.events.map(({ sequence }) => sequence)).to.deep.equal([0, 2, 3])
    expect(readdirSync(join(folder, 'damaged'))).to.have.length(1)
    expect(await series('audit_spool_losses_total{service="compliance",kind="damaged"}')).to.equal(1)
  })

  it('removes the bytes of a damaged record after 30 days', async () => {
    await open()
    mkdirSync(join(folder, 'damaged'))
    const today = new Date().toISOString().slice(0, 10)
    for (const day of ['2026-01-01', today]) writeFileSync(join(folder, 'damaged', `${day}-1-0.bin`), '')
    expect(await spool.backlog.tidy()).to.equal(1)
    expect(readdirSync(join(folder, 'damaged'))).to.deep.equal([`${today}-1-0.bin`])
  })

  it('gives no number again that a damaged last record may have had', async () => {
    await open()
    const ids = [await record(), await record()]
    // Another group, so that the damage is in front of what was synced last.
    await record('university_b')
    await stop()
    const path = join(folder, segments().at(-1) ?? '')
    const bytes = readFileSync(path)
    const at = bytes.indexOf(ids[1] ?? '')
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(path, bytes)
    await open()
    await record()
    relay()
    await drained()
    const sequences = ledger.events
      .filter(({ tenant }) => tenant === 'university_a')
      .map((e) => e.sequence ?? 0)
    expect(sequences[0]).to.equal(0)
    expect(sequences[1]).to.be.above(1)
  })

  it('keeps what the ledger refuses for good as a dead letter, and lets the others pass', async () => {
    await open()
    const [first, second, third] = await records(3)
    ledger.unwanted.add(second ?? '')
    relay()
    await drained()
    expect(idsOf()).to.deep.equal([first, third])
    expect((await state()).deadLetters).to.equal(1)
    const letter: unknown = JSON.parse(readFileSync(join(folder, 'refused', `${second}.json`), 'utf8'))
    expect(letter).to.deep.include({ id: second, sequence: 1, outcome: 'invalid', detail: 'unwanted' })
    await eventually(
      'the gauge',
      async () => (await series('audit_outbox_dead_letters{service="compliance"}')) === 1,
    )
  })

  it('erases the event of a dead letter after 30 days and keeps who, when and why', async () => {
    await open()
    const id = await record()
    ledger.unwanted.add(id)
    relay()
    await drained()
    await stopRelays()
    const path = join(folder, 'refused', `${id}.json`)
    const letter = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    writeFileSync(path, JSON.stringify({ ...letter, refusedAt: '2026-01-01T00:00:00.000Z' }))
    expect(await spool.backlog.tidy()).to.equal(1)
    expect(JSON.parse(readFileSync(path, 'utf8')))
      .to.include({ id })
      .and.not.to.have.property('event')
  })

  it('lets no tenant wait for another whose log takes nothing', async () => {
    await open()
    ledger.troubled.add('university_a')
    const a = await records(20, 'university_a')
    const b = await records(20, 'university_b')
    relay({ batchSize: 4 })
    await eventually('the others', () => idsOf('university_b').length === 20, { everyMillis: 5 })
    expect(idsOf('university_b')).to.deep.equal(b)
    ledger.troubled.clear()
    await drained()
    expect(idsOf('university_a')).to.deep.equal(a)
  })

  it('records a heartbeat for every tenant, counted like any event', async () => {
    await open()
    await record('university_a')
    await record('university_b')
    relay({ heartbeatSeconds: 0.05 })
    const beats = () => ledger.events.filter(({ facts }) => facts.action === 'producer.heartbeat')
    await eventually('heartbeats', () => new Set(beats().map(({ tenant }) => tenant)).size === 2, {
      everyMillis: 5,
    })
    expect(beats()[0]).to.deep.include({ producer: 'compliance', sequence: 1 })
    expect(spool.lastRecorded('university_a')).to.equal(idsOf('university_a')[0])
  })

  it('knows the last event of a tenant after a restart, also when it was delivered', async () => {
    await open()
    const id = await record()
    relay()
    await drained()
    await stop()
    await open()
    await stop()
    await open()
    expect(spool.lastRecorded('university_a')).to.equal(id)
    expect(spool.lastRecorded('university_b')).to.equal(undefined)
  })

  it('lets only its owner read it', async () => {
    await open()
    await record()
    for (const name of segments()) expect(statSync(join(folder, name)).mode & 0o077).to.equal(0)
  })
})
