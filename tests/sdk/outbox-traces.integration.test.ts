import { context, trace } from '@opentelemetry/api'
import { expect } from 'chai'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { startSdk, type Pool, type Sdk } from '#sdk'
import { eventually } from '../support/poll.ts'
import { startPostgres, type TestDatabase, type TestPostgres } from '../support/postgres.ts'
import { startLedger, type FakeLedger } from './fake-ledger.ts'
import { startSink, type OtlpSink } from './otlp-sink.ts'
import { sdkMigrations } from './sdk-migrations.ts'

const token = 'a-token-for-tests'

describe('traces of work that nobody asked for', () => {
  let postgres: TestPostgres
  let database: TestDatabase
  let sink: OtlpSink
  let ledger: FakeLedger
  let server: Server
  let heard: string | string[] | undefined
  let sdk: Sdk
  let pool: Pool
  before(async () => {
    postgres = await startPostgres({ migrations: sdkMigrations() })
    database = await postgres.createDatabase()
    ledger = await startLedger(token)
    // No connection is closed while another call is on its way to it.
    server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      heard = request.headers['traceparent']
      response.end()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  after(async () => {
    server.closeAllConnections()
    server.close()
    await ledger.close()
    await postgres.stop()
  })
  beforeEach(async () => {
    sink = await startSink()
    sdk = startSdk({
      service: 'users',
      environment: 'development',
      otlpEndpoint: sink.endpoint,
      logLevel: 'error',
      logStream: new PassThrough().resume(),
    })
    pool = sdk.pool({ url: database.url('users_app'), max: 8, connectTimeoutMillis: 60_000 })
  })
  afterEach(async () => {
    await pool.end()
    await sink.close()
  })

  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const record = () =>
    pool.inTenant('university_a', (tx) =>
      sdk.audit.record(tx, {
        tenant: 'university_a',
        facts: { class: 'admin', action: 'user.created', outcome: 'success' },
      }),
    )

  it('show a delivery of the relay, and nothing of its looking for work', async () => {
    await sdk.untraced(record)
    const relay = sdk.audit.startRelay({ pool, ledgerUrl: ledger.url, token, idleMillis: 5 })
    await sdk.untraced(() =>
      eventually('an empty outbox', async () => {
        const [row] = await pool.query<{ count: number }>('SELECT count(*)::int AS count FROM outbox.event')
        return row?.count === 0
      }),
    )
    await relay.stop()
    await sdk.shutdown()
    const [root, ...others] = sink.spans.filter(({ parentSpanId }) => parentSpanId === '')
    expect(others).to.deep.equal([])
    expect(root).to.include({ name: 'audit.relay' })
    const children = sink.spans.filter(({ parentSpanId }) => parentSpanId === root?.spanId)
    expect(children.map(({ name }) => name)).to.have.members(['POST', 'SELECT'])
    expect(sink.spans).to.have.length(3)
  })

  it('are none inside `untraced`, and the calls name no trace', async () => {
    const [traceId, isRecording] = await sdk.span('campus.check_access', {}, () =>
      sdk.untraced(async () => {
        await pool.query('SELECT 1 AS one')
        await pool.transaction((tx) => tx.query('SELECT 2 AS two'))
        await sdk.fetch(url())
        const stock = trace.getTracer('any').startSpan('pg.connect', {}, context.active())
        stock.end()
        return [sdk.traceId(), stock.isRecording()]
      }),
    )
    await sdk.shutdown()
    expect(traceId).to.equal(undefined)
    expect(isRecording).to.equal(false)
    expect(heard).to.equal(undefined)
    expect(sink.spans.map(({ name }) => name)).to.deep.equal(['campus.check_access'])
  })

  it('begin inside `untraced` where a span says that the work has begun', async () => {
    await sdk.untraced(async () => {
      await pool.query('SELECT 1 AS one')
      await sdk.span('audit.publish', {}, async () => {
        await pool.query('SELECT 2 AS two')
        await sdk.fetch(url())
      })
      await pool.query('SELECT 3 AS three')
    })
    await sdk.shutdown()
    const root = sink.spans.find(({ name }) => name === 'audit.publish')
    expect(root?.parentSpanId).to.equal('')
    expect(
      sink.spans.map(({ name, parentSpanId }) => `${name} ${parentSpanId === root?.spanId}`),
    ).to.have.members(['audit.publish false', 'SELECT true', 'GET true'])
    expect(heard).to.include(root?.traceId)
  })

  it('are those of others again after `untraced`, also when its work failed', async () => {
    await sdk.span('audit.publish', {}, async () => {
      const failed = sdk.untraced(() => Promise.reject(new Error('work')))
      expect(await failed.catch((error: Error) => error.message)).to.equal('work')
      await pool.query('SELECT 1 AS one')
    })
    await sdk.shutdown()
    expect(sink.spans.map(({ name }) => name)).to.have.members(['SELECT', 'audit.publish'])
  })
})
