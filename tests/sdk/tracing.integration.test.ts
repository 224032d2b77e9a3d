import { context, propagation, SpanKind, trace } from '@opentelemetry/api'
import { expect } from 'chai'
import { PassThrough } from 'node:stream'
import express from 'express'
import { startSdk, type Sdk } from '#sdk'
import { createDoor, closeDoor, listen, type Listening } from '../../lib/http.ts'
import { eventually } from '../support/poll.ts'
import type { DecodedSpan } from './otlp-decoder.ts'
import { startSink, type OtlpSink } from './otlp-sink.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const parentId = 'b7ad6b7169203331'

describe('tracing of an express app', () => {
  let sink: OtlpSink
  let sdk: Sdk
  let listening: Listening
  let lines: string
  /** Told that a request has come which is never answered. */
  let searched: () => void
  beforeEach(async () => {
    sink = await startSink()
    lines = ''
    searched = () => undefined
    const logStream = new PassThrough()
    logStream.on('data', (chunk: Buffer) => {
      lines += chunk.toString()
    })
    sdk = startSdk({ service: 'users', environment: 'development', otlpEndpoint: sink.endpoint, logStream })
    const app = createDoor({
      onRejected: (code) => sdk.counter('http_requests_rejected_total').inc({ service: 'users', code }),
      traceId: sdk.traceId,
    })
    sdk.instrument(app)
    app.get('/students/:id', async (request, response) => {
      await new Promise((resolve) => setTimeout(resolve, 1))
      sdk.setTenant('university_a')
      // The compiler refuses `student` in place; in an object made before it goes unseen and meets the fence.
      const fields = { tenant: 'university_a', student: request.params.id, role: 'faculty' } as const
      sdk.log.info('transcript read', fields)
      await sdk.span('campus.read_transcript', { 'campus.role': 'faculty' }, async () => {
        await Promise.resolve()
        trace.getTracer('any').startSpan('pg.connect', { kind: SpanKind.CLIENT }).end()
      })
      response.json({ id: request.params.id, trace: sdk.traceId() })
    })
    app.get('/status', () => {
      throw new Error('Ada Lovelace is not enrolled')
    })
    app.get('/search', () => searched())
    const router = express.Router()
    router.get('/rooms/:id', (_request, response) => response.json({}))
    app.use('/booking', router)
    app.get('/api', async (_request, response) => {
      const answer = await sdk.fetch(`http://127.0.0.1:${listening.port}/students/8`)
      response.json(await answer.json())
    })
    closeDoor(app)
    listening = await listen(app, { port: 0, onRejected: () => undefined })
  })
  afterEach(async () => {
    await listening.close()
    await sdk.shutdown()
    await sink.close()
  })

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${listening.port}${path}`, { headers })
  const span = (name: string) =>
    eventually(`span ${name}`, () => sink.spans.find((one: DecodedSpan) => one.name === name))

  it('continues the caller’s trace and keeps it across timers, promises and the API', async () => {
    const response = await get('/students/7', { traceparent: `00-${traceId}-${parentId}-01` })
    expect(await response.json()).to.deep.equal({ id: '7', trace: traceId })
    const server = await span('GET /students/:id')
    expect(server).to.include({ traceId, parentSpanId: parentId, kind: 2, flags: 0x301 })
    const inner = await span('campus.read_transcript')
    expect(inner).to.include({ traceId, parentSpanId: server.spanId, flags: 0x101 })
    expect(await span('pg.connect')).to.include({ traceId, parentSpanId: inner.spanId, kind: 3 })
  })

  it('describes the request by its route, status and tenant, and by nothing of its path', async () => {
    const beganMillis = Date.now()
    await get('/students/7?name=lovelace')
    const { attributes, endNanos, startNanos } = await span('GET /students/:id')
    expect(attributes).to.deep.equal({
      'http.request.method': 'GET',
      'http.route': '/students/:id',
      'http.response.status_code': 200,
      'url.scheme': 'http',
      'server.address': '127.0.0.1',
      'server.port': listening.port,
      'campus.tenant': 'university_a',
    })
    expect(endNanos > startNanos).to.equal(true)
    // The clock of spans follows that of the machine, a minute behind or ahead at most.
    expect(Number(endNanos / 1_000_000n)).to.be.within(beganMillis - 60_000, Date.now() + 60_000)
  })

  it('counts the request with the trace as exemplar', async () => {
    await get('/students/7', { traceparent: `00-${traceId}-${parentId}-01` })
    const body = await eventually('the observation', async () => {
      const { body } = await sdk.scrape()
      return body.includes('http_server_request_duration_seconds_count{') && body
    })
    expect(body).to.contain(
      'http_server_request_duration_seconds_count{tenant="university_a",service="users",method="GET",route="/students/:id",status="2xx"} 1',
    )
    expect(body).to.contain(`trace_id="${traceId}"`)
  })

  it('names routes behind a mounted router, and folds paths that no route answers', async () => {
    await get('/booking/rooms/12')
    expect((await span('GET /booking/rooms/:id')).attributes['http.route']).to.equal('/booking/rooms/:id')
    await get('/wp-login.php')
    await eventually('the unmatched request', async () =>
      (await sdk.scrape()).body.includes('route="unmatched"'),
    )
    expect((await sdk.scrape()).body).not.to.contain('wp-login')
  })

  it('marks a failed request without the words of its error', async () => {
    expect((await get('/status')).status).to.equal(500)
    const { attributes, statusCode } = await span('GET /status')
    expect(statusCode).to.equal(2)
    expect(attributes).to.include({ 'http.response.status_code': 500, 'error.type': '500' })
    expect(Buffer.concat(sink.bodies).includes('Lovelace')).to.equal(false)
  })

  it('ends the span of a request whose client went away', async () => {
    const abort = new AbortController()
    const gone = fetch(`http://127.0.0.1:${listening.port}/search`, { signal: abort.signal }).catch(
      () => 'gone',
    )
    searched = () => abort.abort()
    expect(await gone).to.equal('gone')
    expect((await span('GET /search')).attributes['error.type']).to.equal('ECONNRESET')
  })

  it('passes the trace on to another service', async () => {
    await get('/api', { traceparent: `00-${traceId}-${parentId}-01`, tracestate: 'vendor=1' })
    const outer = await span('GET /api')
    const client = await span('GET')
    const server = await span('GET /students/:id')
    expect(client).to.include({ traceId, parentSpanId: outer.spanId, kind: 3, traceState: 'vendor=1' })
    expect(server).to.include({ traceId, parentSpanId: client.spanId, traceState: 'vendor=1' })
  })

  it('refuses a call that takes too long with a code', async () => {
    const error: unknown = await sdk
      .fetch(`http://127.0.0.1:${listening.port}/search`, { timeoutMillis: 50 })
      .catch((thrown: unknown) => thrown)
    expect(error).to.have.property('code', 'SDK_FETCH_TIMEOUT')
  })

  it('logs with the trace, drops undeclared fields, and ships the same line', async () => {
    await get('/students/19970123', { traceparent: `00-${traceId}-${parentId}-01` })
    const record = await eventually('the log record', () => sink.logs[0])
    const line: unknown = JSON.parse(lines)
    expect(line).to.include({ event: 'transcript read', service: 'users', level: 'info', trace_id: traceId })
    expect(line).to.include({ tenant: 'university_a', role: 'faculty' })
    expect(line).not.to.have.property('student')
    expect(record).to.include({ body: 'transcript read', severity: 9, traceId })
    expect(record.attributes).to.deep.equal({ tenant: 'university_a', role: 'faculty' })
    expect(record.spanId).to.equal((await span('GET /students/:id')).spanId)
  })

  it('logs an error by its type and frames and never by its message', async () => {
    sdk.log.error('unexpected error', { error: new TypeError('Ada Lovelace has no grade') })
    const record = await eventually('the log record', () => sink.logs[0])
    expect(record.attributes['errorType']).to.equal('TypeError')
    expect(record.attributes['stack']).to.contain('tracing.integration.test.ts')
    expect(lines + JSON.stringify(record)).not.to.contain('Lovelace')
  })

  it('answers the API’s questions about the active span and its propagation', () => {
    const tracer = trace.getTracer('a stock instrumentation')
    tracer.startActiveSpan('db.query', (active) => {
      expect(trace.getActiveSpan()).to.equal(active)
      const carrier: Record<string, string> = {}
      propagation.inject(context.active(), carrier)
      const { traceId: id, spanId } = active.spanContext()
      expect(carrier['traceparent']).to.equal(`00-${id}-${spanId}-01`)
      const extracted = propagation.extract(context.active(), { traceparent: `00-${traceId}-${parentId}-01` })
      expect(trace.getSpanContext(extracted)).to.include({ traceId, spanId: parentId, isRemote: true })
      active.end()
    })
  })
})
