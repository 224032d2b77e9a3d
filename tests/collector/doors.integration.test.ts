/** Who may come in and when the collector says no: tokens, origins, rates, memory, and the modes of the fence. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { metricTotal } from '../support/metrics-page.ts'
import { eventually } from '../support/poll.ts'
import { faroAppKey, startCollectorProcess, type RunningCollector } from './process-under-test.ts'

const json = { 'content-type': 'application/json' }
const portal = 'http://127.0.0.1:5001'
const person = 'Ada Quill'

/** One span that names a person, in OTLP/JSON. */
const traces = JSON.stringify({
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'academics' } }] },
      scopeSpans: [
        {
          spans: [
            {
              traceId: 'c'.repeat(32),
              spanId: 'd'.repeat(16),
              name: 'campus.check_access',
              attributes: [{ key: 'student.name', value: { stringValue: person } }],
            },
          ],
        },
      ],
    },
  ],
})

/** Asks under another name, as a page would whose name was made to point here. */
function statusOf(address: URL, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(address, { headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject)
  })
}

describe('the doors of the collector', function () {
  let home: string
  let collector: RunningCollector | undefined

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'campanile-doors-'))
  })
  afterEach(async () => {
    await collector?.kill('SIGTERM')
    collector = undefined
    await rm(home, { recursive: true, force: true })
  })

  type Change = readonly [from: string, to: string]

  /** Starts a collector on the shipped files with some of their lines changed. */
  async function start(
    changes: { readonly config?: readonly Change[]; readonly appliance?: readonly Change[] },
    variables: Readonly<Record<string, string>> = {},
  ): Promise<RunningCollector> {
    const args: string[] = []
    for (const [file, option] of [
      ['collector', 'config'],
      ['appliance', 'appliance'],
    ] as const) {
      let text = await readFile(`compose/${file}.yaml`, 'utf8')
      for (const [from, to] of changes[option] ?? []) {
        expect(text).to.contain(from)
        text = text.replace(from, to)
      }
      const path = join(home, `${file}.yaml`)
      await writeFile(path, text)
      args.push(`--${option}`, path)
    }
    return (collector = await startCollectorProcess(home, args, variables))
  }

  const sendTraces = ({ url }: RunningCollector, headers: Record<string, string> = {}) =>
    fetch(`${url('otlp')}/v1/traces`, { method: 'POST', headers: { ...json, ...headers }, body: traces })
  const sendFaro = ({ url }: RunningCollector, headers: Record<string, string> = {}) =>
    fetch(`${url('faro')}/collect`, {
      method: 'POST',
      headers: { ...json, 'x-api-key': faroAppKey, ...headers },
      body: '{"meta":{},"events":[{"name":"session_start"}]}',
    })
  const refused = ({ url }: RunningCollector, receiver: string, reason: string) =>
    metricTotal(`${url('telemetry')}/metrics`, 'collector_refused_requests_total', { receiver, reason })

  it('counts what the query, telemetry and exporter doors refuse, apart from the receivers', async () => {
    const running = await start({})
    const page = `${running.url('telemetry')}/metrics`
    const rejected = (code: string) => metricTotal(page, 'http_requests_rejected_total', { code })
    expect((await fetch(`${running.url('query')}/api/logs?limit=none`)).status).to.equal(400)
    expect((await fetch(`${running.url('query')}/nowhere`)).status).to.equal(404)
    expect((await fetch(`${running.url('telemetry')}/nowhere`)).status).to.equal(404)
    expect((await fetch(`${running.url('exporter')}/nowhere`)).status).to.equal(404)
    expect(await rejected('query_invalid')).to.equal(1)
    expect(await rejected('not_found')).to.equal(3)
    expect(await metricTotal(page, 'collector_refused_requests_total')).to.equal(0)
  })

  it('asks browsers to slow down when their burst is used up', async () => {
    const running = await start({
      appliance: [
        ['requests_per_second: 50', 'requests_per_second: 1'],
        ['burst: 200', 'burst: 3'],
      ],
    })
    const answers = await Promise.all(Array.from({ length: 20 }, () => sendFaro(running)))
    const late = answers.filter(({ status }) => status === 429)
    expect(late.length).to.be.within(10, 17)
    expect(late[0]?.headers.get('retry-after')).to.equal('1')
    expect(await refused(running, 'faro', 'overloaded')).to.equal(late.length)
  })

  it('refuses with 503 and Retry-After on both doors while memory is short', async () => {
    const running = await start({
      config: [
        ['check_interval: 1s', 'check_interval: 100ms'],
        ['limit_mib: 384', 'limit_mib: 32'],
        ['spike_limit_mib: 96', 'spike_limit_mib: 31'],
      ],
    })
    const answer = await eventually('the limiter closes', async () => {
      const response = await sendTraces(running)
      return response.status === 503 && response
    })
    expect(answer.headers.get('retry-after')).to.equal('1')
    // google.rpc.Code 14 is UNAVAILABLE, which OTLP clients send again.
    expect(((await answer.json()) as { code: number }).code).to.equal(14)
    const fromBrowser = await sendFaro(running)
    expect(fromBrowser.status).to.equal(503)
    expect(fromBrowser.headers.get('retry-after')).to.equal('1')
    expect(await metricTotal(`${running.url('telemetry')}/metrics`, 'collector_memory_limited')).to.equal(1)
    expect((await fetch(`${running.url('health')}/health`)).status).to.equal(200)
  })

  it('answers the preflight of the portal and of no other page', async () => {
    const running = await start({}, { CAMPANILE_PORT_GATEWAY: '5001' })
    const preflight = (origin: string) =>
      fetch(`${running.url('faro')}/collect`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,x-api-key,x-faro-session-id',
        },
      })
    const allowed = await preflight(portal)
    expect(allowed.status).to.equal(204)
    expect(allowed.headers.get('access-control-allow-origin')).to.equal(portal)
    expect(allowed.headers.get('access-control-allow-methods')).to.contain('POST')
    expect(allowed.headers.get('access-control-allow-headers')).to.match(/x-api-key.*x-faro-session-id/)
    expect(allowed.headers.get('vary')).to.equal('origin')
    for (const origin of ['http://portal.example', 'null', `${portal}.portal.example`]) {
      const other = await preflight(origin)
      expect(other.status, origin).to.equal(403)
      expect(other.headers.get('access-control-allow-origin'), origin).to.equal(null)
      expect((await sendFaro(running, { origin })).status, origin).to.equal(403)
    }
    expect((await sendFaro(running, { origin: portal })).status).to.equal(202)
    expect(await refused(running, 'faro', 'origin')).to.equal(6)
  })

  it('asks for the bearer token where one is configured', async () => {
    const token = 'token-of-the-tests-0123'
    const running = await start({
      config: [
        ['    path: /health', `    path: /health\n  bearertokenauth:\n    token: ${token}`],
        ['extensions: [health_check]', 'extensions: [health_check, bearertokenauth]'],
        [
          'endpoint: 127.0.0.1:${env:CAMPANILE_PORT_OTLP_HTTP:-4318}',
          'endpoint: 127.0.0.1:${env:CAMPANILE_PORT_OTLP_HTTP:-4318}\n        auth:\n          authenticator: bearertokenauth',
        ],
      ],
    })
    for (const headers of [{}, { authorization: `Bearer ${token}x` }, { authorization: `Basic ${token}` }]) {
      const answer = await sendTraces(running, headers)
      expect(answer.status).to.equal(401)
      expect(answer.headers.get('www-authenticate')).to.equal('Bearer')
      expect(await answer.text()).not.to.contain(token)
    }
    expect((await sendTraces(running, { authorization: `Bearer ${token}` })).status).to.equal(200)
  })

  for (const { mode, passes, counts } of [
    { mode: 'enforce', passes: false, counts: true },
    { mode: 'observe', passes: true, counts: true },
    { mode: 'off', passes: true, counts: false },
  ]) {
    it(`in mode ${mode} ${passes ? 'lets people pass' : 'takes people away'} and ${counts ? 'counts' : 'does not count'} them`, async () => {
      const running = await start({}, { CAMPANILE_PRIVACY_MODE: mode })
      expect((await sendTraces(running)).status).to.equal(200)
      const text = await (await fetch(`${running.url('query')}/api/traces/${'c'.repeat(32)}`)).text()
      expect(text.includes(person)).to.equal(passes)
      const total = await metricTotal(`${running.url('telemetry')}/metrics`, 'privacy_redactions_total')
      expect(total > 0).to.equal(counts)
    })
  }

  it('tells this machine, and no page of another name, which keys it blocked, without a value', async () => {
    const running = await start({})
    expect((await sendTraces(running)).status).to.equal(200)
    const address = new URL('/privacy/blocked-keys', running.url('telemetry'))
    expect(await (await fetch(address)).json()).to.deep.equal({
      keys: [{ name: 'student.name', rule: 'key_unlisted', place: 'span.attribute', times: 1 }],
    })
    const rebound = await statusOf(address, 'portal.attacker.example')
    expect(rebound).to.equal(403)
  })

  it('refuses to start unfenced where others may read, but with data that is said to be of nobody', async () => {
    const config: readonly Change[] = [['127.0.0.1:${env:CAMPANILE_PORT_EXPORTER:-8889}', '0.0.0.0:0']]
    const mode = { CAMPANILE_PRIVACY_MODE: 'observe' }
    const started = start({ config }, mode).catch((error: unknown) => String(error))
    expect(await started).to.contain('ended with 2')
    const appliance: readonly Change[] = [['privacy:\n', 'privacy:\n  synthetic_only: true\n']]
    expect((await sendTraces(await start({ config, appliance }, mode))).status).to.equal(200)
  })

  it('refuses to start without a key for browsers', async () => {
    const started = start({}, { CAMPANILE_FARO_APP_KEY: '' }).catch((error: unknown) => String(error))
    expect(await started).to.contain('ended with 2')
  })
})
