/** Receivers and exporters of the real process that the shipped configuration does not have. */
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { metricTotal } from '../../support/metrics-page.ts'
import { eventually } from '../../support/poll.ts'
import { startCollectorProcess, type RunningCollector } from '../process-under-test.ts'

const token = 'token-of-the-tests-0002'
const frame = (components: string, pipelines: string) => `
${components}
extensions:
  health_check: { endpoint: '127.0.0.1:0' }
  bearertokenauth: { filename: TOKEN }
service:
  extensions: [health_check, bearertokenauth]
  pipelines:
${pipelines}
  telemetry: { metrics: { readers: [{ pull: { exporter: { prometheus: { host: 127.0.0.1, port: 0 } } } }] } }
`

describe('a collector with receivers of its own', () => {
  let home: string
  let collector: RunningCollector | undefined
  const servers: Server[] = []

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'campanile-receivers-'))
  })
  afterEach(async () => {
    await collector?.kill('SIGTERM')
    collector = undefined
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
    await rm(home, { recursive: true, force: true })
  })

  async function serve(answer: RequestListener): Promise<string> {
    const server = createServer(answer).listen(0, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
    // A listening TCP server has an address with a port.
    return `127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  async function start(components: string, pipelines: string): Promise<RunningCollector> {
    await writeFile(join(home, 'token'), `${token}\n`)
    const config = frame(components, pipelines).replace('TOKEN', join(home, 'token'))
    await writeFile(join(home, 'collector.yaml'), config)
    return (collector = await startCollectorProcess(home, ['--config', join(home, 'collector.yaml')]))
  }

  it('scrapes targets, puts what they say through the fence, shows it and writes it to the other side', async () => {
    const page =
      '# TYPE process_open_fds gauge\nprocess_open_fds{http_request_method="GET",student_name="Ada Quill"} 5\n'
    const target = await serve((_request, response) => response.end(page))
    const written: (string | undefined)[] = []
    const other = await serve((request, response) => {
      written.push(request.headers.authorization)
      request.resume().once('end', () => response.writeHead(204).end())
    })
    const { url } = await start(
      `
receivers:
  prometheus:
    config:
      scrape_configs:
        - { job_name: engines, scrape_interval: 200ms, scrape_timeout: 200ms, static_configs: [{ targets: ['${target}'] }] }
exporters:
  prometheus: { endpoint: '127.0.0.1:0' }
  prometheusremotewrite: { endpoint: 'http://${other}/push', auth: { authenticator: bearertokenauth } }`,
      '    metrics: { receivers: [prometheus], exporters: [prometheus, prometheusremotewrite] }',
    )
    const shown = await eventually('the scraped metrics', async () => {
      const text = await (await fetch(`${url('prometheus')}/metrics`)).text()
      return /^process_open_fds\{.*job="engines".*\} 5$/m.test(text) ? text : undefined
    })
    expect(shown).to.match(/^up\{.*job="engines".*\} 1$/m)
    expect(shown).not.to.match(/quill/i)
    await eventually('a write', () => written.length > 0)
    expect(written[0]).to.equal(`Bearer ${token}`)
    const telemetry = `${url('telemetry')}/metrics`
    expect(await metricTotal(telemetry, 'collector_scrapes_total', { outcome: 'scraped' })).to.be.above(0)
    expect(
      await metricTotal(telemetry, 'collector_received_items_total', { receiver: 'prometheus' }),
    ).to.be.above(0)
  })

  it('closes only the receivers whose pipelines lead to a limiter that is shut', async () => {
    const { url } = await start(
      `
receivers:
  otlp: { protocols: { http: { endpoint: '127.0.0.1:0' } } }
  otlp/joined: { protocols: { http: { endpoint: '127.0.0.1:0' } } }
  otlp/open: { protocols: { http: { endpoint: '127.0.0.1:0' } } }
processors:
  memory_limiter: { check_interval: 100ms, limit_mib: 32, spike_limit_mib: 31 }
  memory_limiter/wide: { check_interval: 100ms, limit_mib: 4096 }
connectors: { count: }
exporters: { nop: }`,
      `    traces: { receivers: [otlp], processors: [memory_limiter], exporters: [nop] }
    traces/joined: { receivers: [otlp/joined], exporters: [count] }
    metrics: { receivers: [count], processors: [memory_limiter], exporters: [nop] }
    traces/open: { receivers: [otlp/open], processors: [memory_limiter/wide], exporters: [nop] }`,
    )
    const status = async (receiver: string) => {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${url(receiver)}/v1/traces`, { method: 'POST', headers, body: '{}' })
      return answer.status
    }
    await eventually('the limiter closes', async () => (await status('otlp')) === 503)
    expect(await status('otlp/joined')).to.equal(503)
    expect(await status('otlp/open')).to.equal(200)
  })

  it('asks for a token that stands in a file', async () => {
    const { url } = await start(
      `
receivers:
  otlp: { protocols: { http: { endpoint: '127.0.0.1:0', auth: { authenticator: bearertokenauth } } } }
exporters: { nop: }`,
      '    traces: { receivers: [otlp], exporters: [nop] }',
    )
    const status = async (headers: Record<string, string>) => {
      const all = { 'content-type': 'application/json', ...headers }
      return (await fetch(`${url('otlp')}/v1/traces`, { method: 'POST', headers: all, body: '{}' })).status
    }
    expect(await status({})).to.equal(401)
    expect(await status({ authorization: `Bearer ${token}` })).to.equal(200)
  })
})
