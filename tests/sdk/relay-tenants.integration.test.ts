import { expect } from 'chai'
import { PassThrough } from 'node:stream'
import { startSdk, type Pool, type Relay, type RelayOptions, type Sdk, type Transaction } from '#sdk'
import { eventually } from '../support/poll.ts'
import { startPostgres, type TestDatabase, type TestPostgres } from '../support/postgres.ts'
import { startLedger, type FakeLedger } from './fake-ledger.ts'
import { startSink, type OtlpSink } from './otlp-sink.ts'
import { sdkMigrations } from './sdk-migrations.ts'

const token = 'a-token-for-tests'

describe('a relay of many tenants', () => {
  let postgres: TestPostgres
  let database: TestDatabase
  let sink: OtlpSink
  let ledger: FakeLedger
  let sdk: Sdk
  let pool: Pool
  const relays: Relay[] = []
  before(async () => {
    postgres = await startPostgres({ migrations: sdkMigrations() })
  })
  after(() => postgres.stop())
  beforeEach(async () => {
    database = await postgres.createDatabase()
    sink = await startSink()
    ledger = await startLedger(token)
    sdk = startSdk({
      service: 'users',
      environment: 'development',
      otlpEndpoint: sink.endpoint,
      logLevel: 'error',
      logStream: new PassThrough().resume(),
    })
    pool = sdk.pool({ url: database.url('users_app'), max: 8 })
  })
  afterEach(async () => {
    await Promise.all(relays.splice(0).map((relay) => relay.stop()))
    await pool.end()
    await ledger.close()
    await sdk.shutdown()
    await sink.close()
    await database.drop()
  })

  const relay = (options: Partial<RelayOptions> = {}) => {
    const started = sdk.audit.startRelay({
      pool,
      ledgerUrl: ledger.url,
      token,
      idleMillis: 10,
      maxBackoffMillis: 50,
      ...options,
    })
    relays.push(started)
    return started
  }
  const write = (tx: Transaction, tenant = 'university_a') =>
    sdk.audit.record(tx, {
      tenant,
      facts: { class: 'admin', action: 'user.created', outcome: 'success' },
      personal: { actor: 'account-1' },
    })
  const record = (tenant = 'university_a') => pool.inTenant(tenant, (tx) => write(tx, tenant))
  const records = async (count: number, tenant?: string) => {
    const ids: string[] = []
    for (let n = 0; n < count; n++) ids.push(await record(tenant))
    return ids
  }
  const pending = async () => {
    const [row] = await pool.query<{ count: number }>('SELECT count(*)::int AS count FROM outbox.event')
    return row?.count
  }
  const drained = () => eventually('an empty outbox', async () => (await pending()) === 0)
  const ids = () => ledger.events.map(({ id }) => id)

  it('lets no tenant wait for others whose logs take nothing', async () => {
    for (const tenant of ['university_a', 'university_b']) ledger.troubled.add(tenant)
    const a = await records(20, 'university_a')
    const b = await records(5, 'university_b')
    const drill = await records(10, 'drill')
    relay({ batchSize: 4 })
    const ofTenant = (name: string) =>
      ledger.events.filter(({ tenant }) => tenant === name).map(({ id }) => id)
    await eventually('the others', () => ofTenant('drill').length === 10, { everyMillis: 5 })
    expect(ledger.events).to.have.length(10)
    expect(ofTenant('drill')).to.deep.equal(drill)
    ledger.troubled.clear()
    await drained()
    expect(ofTenant('university_a')).to.deep.equal(a)
    expect(ofTenant('university_b')).to.deep.equal(b)
  })

  it('sends an event again that got no receipt, and lets none of its tenant overtake it', async () => {
    ledger.troubled.add('university_a')
    relay()
    const a = await records(3, 'university_a')
    await record('university_b')
    await eventually('the other tenant', () => ledger.events.length === 1, { everyMillis: 5 })
    await records(2, 'university_b')
    ledger.troubled.clear()
    await drained()
    const ofA = ledger.events.filter(({ tenant }) => tenant === 'university_a')
    expect(ofA.map(({ id }) => id)).to.deep.equal(a)
  })

  it('finds the event for which a whole batch is refused, and delivers all others in order', async () => {
    const written = await records(40)
    for (const at of [7, 8, 31]) ledger.poisonous.add(written[at] ?? '')
    relay()
    await drained()
    expect(ids()).to.deep.equal(written.filter((id) => !ledger.poisonous.has(id)))
    const metrics = (await sdk.scrape()).body
    expect(metrics).to.contain('audit_outbox_delivered_total{service="users",outcome="refused"} 3')
    await eventually('the dead letters', async () =>
      (await sdk.scrape()).body.includes('audit_outbox_dead_letters{service="users"} 3'),
    )
  })

  it('records heartbeats for tenants that have events, counted like any other', async () => {
    await records(2, 'university_a')
    await record('university_b')
    relay({ heartbeatSeconds: 0.2 })
    const beats = () => ledger.events.filter(({ facts }) => facts.action === 'producer.heartbeat')
    await eventually('heartbeats', () => new Set(beats().map(({ tenant }) => tenant)).size === 2)
    expect(beats().find(({ tenant }) => tenant === 'university_a')).to.deep.include({
      producer: 'users',
      sequence: 2,
      facts: { class: 'security', action: 'producer.heartbeat', outcome: 'success', actorRole: 'service' },
    })
    expect(beats()[0]?.id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/)
  })

  it('leaves a heartbeat for later while a business transaction holds the count', async () => {
    await record()
    const beat = () => pool.query<{ beaten: number }>("SELECT outbox.beat(interval '0') AS beaten")
    let answer: unknown
    await pool.inTenant('university_a', async (tx) => {
      await write(tx)
      answer = await beat()
    })
    expect(answer).to.deep.equal([{ beaten: 0 }])
    expect(await beat()).to.deep.equal([{ beaten: 1 }])
  })
})
