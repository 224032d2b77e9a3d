/** The real process: what it keeps over kill -9, how it answers strangers, what leaves it. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, get, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect } from 'chai'
import fc from 'fast-check'
import { decodeTraces, encodeTraces } from '../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../collector/wire/writer.ts'
import { eventually } from '../support/poll.ts'
import { spansOf } from './generate.ts'
import { faroAppKey, startCollectorProcess, type RunningCollector } from './process-under-test.ts'

const protobuf = { 'content-type': 'application/x-protobuf' }
const json = { 'content-type': 'application/json' }
const request = encodeTraces(new ProtobufWriter(), spansOf(16))
const traceId = spansOf(16)[0]?.scopes[0]?.items[0]?.traceId ?? ''

function post(
  url: string,
  body: Uint8Array | string,
  headers: Record<string, string> = protobuf,
): Promise<Response> {
  return fetch(url, { method: 'POST', headers, body: typeof body === 'string' ? body : Buffer.from(body) })
}

describe('the collector process', () => {
  let home: string
  let collector: RunningCollector

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'campanile-collector-'))
    collector = await startCollectorProcess(home)
  })
  afterEach(async () => {
    if (collector.child.exitCode === null && collector.child.signalCode === null)
      await collector.kill('SIGTERM')
    await rm(home, { recursive: true, force: true })
  })

  it('starts no second time on the same folder, and is not harmed by the try', async () => {
    expect((await post(`${collector.url('otlp')}/v1/traces`, request)).status).to.equal(200)
    const failure = await startCollectorProcess(home).then(
      () => undefined,
      (error: unknown) => String(error),
    )
    expect(failure).to.include('the collector ended with 1')
    expect((await post(`${collector.url('otlp')}/v1/traces`, request)).status).to.equal(200)
    const found = await fetch(`${collector.url('query')}/api/traces/${traceId}`)
    expect(found.status).to.equal(200)
  })

  it('keeps what it acknowledged over kill -9', async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const body = encodeTraces(new ProtobufWriter(), spansOf(16, seed))
      expect((await post(`${collector.url('otlp')}/v1/traces`, body)).status).to.equal(200)
    }
    await collector.kill('SIGKILL')
    collector = await startCollectorProcess(home)
    const found = await (
      await fetch(`${collector.url('query')}/api/search?limit=100&service=academics`)
    ).json()
    expect((found as { traces: unknown[] }).traces).to.have.length(10)
    const trace = await (await fetch(`${collector.url('query')}/api/traces/${traceId}`)).json()
    expect((trace as { spans: unknown[] }).spans).to.have.length(8)
  })

  it('keeps every request it acknowledged when it is killed in the middle of many', async () => {
    const acknowledged = new Set<number>()
    const tenDone = Promise.withResolvers<void>()
    const sending = Promise.allSettled(
      Array.from({ length: 60 }, async (_, seed) => {
        const body = encodeTraces(new ProtobufWriter(), spansOf(16, seed + 100))
        const { status } = await post(`${collector.url('otlp')}/v1/traces`, body)
        if (status === 200) acknowledged.add(seed + 100)
        if (acknowledged.size === 10) tenDone.resolve()
      }),
    )
    await tenDone.promise
    await collector.kill('SIGKILL')
    await sending
    collector = await startCollectorProcess(home)
    for (const seed of acknowledged) {
      const id = spansOf(1, seed)[0]?.scopes[0]?.items[0]?.traceId ?? ''
      const found = await fetch(`${collector.url('query')}/api/traces/${id}`)
      expect(found.status, `seed ${seed}`).to.equal(200)
      expect(((await found.json()) as { spans: unknown[] }).spans).to.have.length(8)
    }
  })

  it('takes gzip, deflate of nothing, JSON, and an empty request', async () => {
    const url = `${collector.url('otlp')}/v1/traces`
    expect((await post(url, gzipSync(request), { ...protobuf, 'content-encoding': 'gzip' })).status).to.equal(
      200,
    )
    expect((await post(url, '{}', json)).status).to.equal(200)
    expect((await post(url, new Uint8Array(0))).status).to.equal(200)
  })

  it('answers each kind of bad request with its status and counts it', async () => {
    const base = collector.url('otlp')
    const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20))
    const answers = [
      await post(`${base}/v1/traces`, 'x', { 'content-type': 'text/plain' }),
      await post(`${base}/v1/nothing`, 'x'),
      await fetch(`${base}/v1/traces`),
      await post(`${base}/v1/traces`, new Uint8Array([255, 255])),
      await post(`${base}/v1/traces`, bomb, { ...protobuf, 'content-encoding': 'gzip' }),
      await post(`${base}/v1/traces`, 'x', { ...protobuf, 'content-encoding': 'snappy' }),
      await post(`${base}/v1/traces`, '['.repeat(100_000), json),
      await post(`${base}/v1/traces`, request.subarray(0, 50), { ...protobuf, 'content-encoding': 'gzip' }),
    ]
    expect(answers.map(({ status }) => status)).to.deep.equal([415, 404, 405, 400, 413, 415, 400, 400])
    const metrics = await (await fetch(`${collector.url('telemetry')}/metrics`)).text()
    expect(metrics).to.contain('collector_refused_requests_total{receiver="otlp",reason="too_large"} 1')
    expect(metrics).to.contain('collector_refused_requests_total{receiver="otlp",reason="encoding"} 1')
    expect(metrics).to.contain('collector_refused_requests_total{receiver="otlp",reason="malformed"} 3')
  })

  it('answers random bytes on both doors and stays ready', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 })
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom(protobuf, json), async (body, headers) => {
        const answers = await Promise.all([
          post(`${collector.url('otlp')}/v1/traces`, body, headers),
          post(`${collector.url('otlp')}/v1/logs`, body, headers),
          post(`${collector.url('faro')}/collect`, body, { ...headers, 'x-api-key': faroAppKey }),
        ])
        for (const { status } of answers) expect(status).to.be.within(200, 429)
      }),
      { numRuns: 60 },
    )
    expect((await fetch(`${collector.url('health')}/health`)).status).to.equal(200)
  })

  it('turns a Faro payload into log records without the names in it', async () => {
    const payload = {
      meta: {
        app: { name: 'portal', version: '1.0.0' },
        user: { email: 'ada.quill@university-a.example', fullName: 'Ada Quill' },
        page: { url: 'http://127.0.0.1:5001/courses?name=Ada%20Quill' },
      },
      logs: [
        {
          level: 'warn',
          message: 'grade of Ada Quill',
          timestamp: '2026-01-01T00:00:00.000Z',
          trace: { trace_id: traceId, span_id: 'ab'.repeat(8) },
        },
      ],
      exceptions: [
        { type: 'TypeError', value: 'Ada Quill is undefined', timestamp: '2026-01-01T00:00:01.000Z' },
      ],
      measurements: [{ type: 'web-vitals', values: { lcp: 12.5 }, timestamp: '2026-01-01T00:00:02.000Z' }],
      events: [{ name: 'session_start', domain: 'browser', timestamp: '2026-01-01T00:00:03.000Z' }],
    }
    const url = `${collector.url('faro')}/collect`
    expect((await post(url, JSON.stringify(payload), json)).status).to.equal(401)
    const answer = await post(url, JSON.stringify(payload), { ...json, 'x-api-key': faroAppKey })
    expect(answer.status).to.equal(202)
    const text = await (await fetch(`${collector.url('query')}/api/logs?limit=10`)).text()
    expect((JSON.parse(text) as { logs: unknown[] }).logs).to.have.length(4)
    expect(text).not.to.match(/quill|ada/i)
    expect(text).to.contain(traceId)
  })

  it('answers bad questions with a problem document', async () => {
    const query = collector.url('query')
    for (const path of [
      '/api/traces/xyz',
      '/api/logs?limit=0',
      '/api/search?colour=red',
      '/api/logs?limit=5000',
    ]) {
      const response = await fetch(query + path)
      expect(response.status, path).to.equal(400)
      expect(((await response.json()) as { code: string }).code).to.equal('QUERY_INVALID')
    }
    expect((await fetch(`${query}/api/traces/${'0'.repeat(32)}`)).status).to.equal(404)
  })
})

describe('the query door', () => {
  it('answers nobody who calls it by another name than loopback', async () => {
    const home = await mkdtemp(join(tmpdir(), 'campanile-query-'))
    const collector = await startCollectorProcess(home)
    const statusFor = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        get(`${collector.url('query')}/api/logs`, { headers: { host } }, (response) => {
          response.resume()
          resolve(response.statusCode)
        }).once('error', reject)
      })
    expect(await statusFor('localhost:4319')).to.equal(200)
    expect(await statusFor('portal.example:4319')).to.equal(403)
    expect(await statusFor('127.0.0.1.portal.example')).to.equal(403)
    await collector.kill('SIGTERM')
    await rm(home, { recursive: true, force: true })
  })
})

describe('the OTLP forward', () => {
  let home: string
  let server: Server
  let collector: RunningCollector
  const received: Buffer[] = []

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'campanile-forward-'))
    let tries = 0
    server = createServer((incoming, response) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.once('end', () => {
        tries++
        if (tries > 2) received.push(gunzipSync(Buffer.concat(chunks)))
        response.writeHead(tries > 2 ? 200 : 503, { 'retry-after': '0' }).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const config = (await readFile('compose/collector.yaml', 'utf8'))
      .replace('exporters: [span_metrics]', 'exporters: [span_metrics, otlp_http]')
      .replace(
        '  nop:',
        `  nop:\n  otlp_http:\n    endpoint: http://127.0.0.1:${port}\n    retry_on_failure:\n      initial_interval: 20ms`,
      )
    await writeFile(join(home, 'collector.yaml'), config)
    collector = await startCollectorProcess(home, ['--config', join(home, 'collector.yaml')])
  })
  afterEach(async () => {
    await collector.kill('SIGTERM')
    server.close()
    await rm(home, { recursive: true, force: true })
  })

  it('sends fenced spans on, again until they are taken', async () => {
    const batch = spansOf(16)
    for (const span of batch[0]?.scopes[0]?.items ?? []) {
      span.name = 'GET /students/Ada Quill'
      span.statusMessage = 'no Ada Quill'
      span.attributes.push({ key: 'user.email', value: 'ada.quill@university-a.example' })
      span.attributes.push({ key: 'url.full', value: 'http://campus.example/students/Ada%20Quill' })
    }
    const body = encodeTraces(new ProtobufWriter(), batch)
    expect(body.includes('Quill')).to.equal(true)
    expect((await post(`${collector.url('otlp')}/v1/traces`, body)).status).to.equal(200)
    const sent = await eventually('the spans arrive', () => received[0])
    expect(decodeTraces(sent)[0]?.scopes[0]?.items).to.have.length(16)
    expect(sent.toString('latin1')).not.to.match(/quill/i)
  })
})
