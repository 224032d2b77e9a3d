/** Two real collectors, one behind the other, that know each other by their certificates. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { tracesFromJson } from '../../../collector/wire/json.ts'
import { encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { Authority, openssl, type Pair } from '../../support/certificates.ts'
import { eventually } from '../../support/poll.ts'
import { spansOf } from '../generate.ts'
import { faroAppKey, startCollectorProcess, type RunningCollector } from '../process-under-test.ts'

const rest = (pipeline: string) => `
extensions: { health_check: { endpoint: '127.0.0.1:0' } }
service:
  extensions: [health_check]
  pipelines: { traces: ${pipeline} }
  telemetry: { metrics: { readers: [{ pull: { exporter: { prometheus: { host: 127.0.0.1, port: 0 } } } }] } }
`

describe('collectors that know each other by certificates', function () {
  let folder: string
  let authority: Authority
  let server: Pair
  let client: Pair
  const running: RunningCollector[] = []

  before(function () {
    if (openssl === undefined) this.skip()
    folder = mkdtempSync(join(tmpdir(), 'campanile-tls-running-'))
    authority = new Authority(folder)
    server = authority.sign({ name: 'gateway', names: 'DNS:gateway.example,IP:127.0.0.1' })
    client = authority.sign({ name: 'edge', names: 'DNS:edge.example' })
  })
  after(async () => {
    for (const each of running) await each.kill('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  })

  const own = ({ cert, key }: Pair) => `cert_file: '${cert}', key_file: '${key}'`
  async function start(name: string, config: string): Promise<RunningCollector> {
    const path = join(folder, `${name}.yaml`)
    writeFileSync(path, config)
    const collector = await startCollectorProcess(join(folder, name), ['--config', path])
    running.push(collector)
    return collector
  }
  const gatewayConfig = (tls: string) => `
receivers:
  otlp:
    protocols:
      http: { endpoint: '127.0.0.1:0', tls: ${tls} }
      grpc: { endpoint: '127.0.0.1:0', tls: ${tls} }
exporters: { nop: }
${rest('{ receivers: [otlp], exporters: [nop] }')}`

  it('sends by gRPC and by HTTP to a collector that asks for certificates, and into a file', async () => {
    const gateway = await start(
      'gateway',
      gatewayConfig(`{ ${own(server)}, client_ca_file: '${authority.cert}' }`),
    )
    const portOf = (door: string) => new URL(gateway.url(door)).port
    const tls = `{ ca_file: '${authority.cert}', ${own(client)} }`
    const edge = await start(
      'edge',
      `
receivers: { otlp: { protocols: { http: { endpoint: '127.0.0.1:0' } } } }
exporters:
  otlp_grpc: { endpoint: '127.0.0.1:${portOf('otlp:grpc')}', tls: ${tls}, sending_queue: { wait_for_result: true } }
  otlp_http: { endpoint: 'https://127.0.0.1:${portOf('otlp')}', tls: ${tls}, sending_queue: { enabled: false } }
  file: { path: '${join(folder, 'spans.json')}', flush_interval: 10ms }
  debug: { verbosity: normal }
${rest('{ receivers: [otlp], exporters: [otlp_grpc, otlp_http, file, debug] }')}`,
    )
    let log = ''
    edge.child.stdout?.on('data', (chunk: Buffer) => (log += chunk.toString()))
    const body = new Uint8Array(encodeTraces(new ProtobufWriter(), spansOf(2)))
    const headers = { 'content-type': 'application/x-protobuf' }
    const answer = await fetch(`${edge.url('otlp')}/v1/traces`, { method: 'POST', headers, body })
    expect(answer.status).to.equal(200)
    // The edge has waited for the gateway, which by then has it twice.
    const [span] = spansOf(2).flatMap(({ scopes }) => scopes.flatMap(({ items }) => items))
    const found = await fetch(`${gateway.url('query')}/api/traces/${span?.traceId ?? ''}`)
    expect(await found.text()).to.match(new RegExp(`(?:${span?.spanId ?? ''}.*){2}`, 's'))
    // The file is there, empty, from the start; a line is whole with its end.
    const [line] = await eventually('a line is written', () => {
      const lines = readFileSync(join(folder, 'spans.json'), 'utf8').split('\n')
      return lines.length > 1 && lines
    })
    const written = tracesFromJson(JSON.parse(line ?? ''))
    expect(written[0]?.scopes[0]?.items[0]?.spanId).to.equal(span?.spanId)
    await eventually(
      'the log is written',
      () => log.includes('"event":"span"') && log.includes(span?.spanId ?? ''),
    )
  })

  it('does not start with a certificate that it cannot use, and says which', async () => {
    const path = join(folder, 'broken.yaml')
    writeFileSync(path, gatewayConfig(`{ cert_file: '${server.cert}', key_file: '${client.key}' }`))
    const child = spawn(process.execPath, ['collector/main.ts', 'serve', '--config', path], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        CAMPANILE_HOME: join(folder, 'broken'),
        CAMPANILE_FARO_APP_KEY: faroAppKey,
        CAMPANILE_PORT_QUERY: '0',
      },
    })
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
    expect(child.exitCode).not.to.equal(0)
    expect(output + errors).to.match(/receivers\.otlp\.protocols\.http\.tls\.key_file .*edge\.key/)
  })
})
