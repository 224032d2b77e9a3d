/** A collector of everything in the way of a string: every door, every kind of exporter, a queue that nobody empties. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { unsnap } from '../collector/unsnap.ts'
import { compressedRuns, inflated } from '../support/compressed-runs.ts'
import { eventually } from '../support/poll.ts'

const root = new URL('../..', import.meta.url).pathname
export const houseKey = 'key-of-the-canaries'

export interface House {
  /** Base URL of a door by the id of its component, or `query`, `telemetry`. */
  readonly url: (door: string) => string
  /** What the process wrote to standard output and error. */
  readonly output: () => string
  /** What exporters sent, undone of its encoding. */
  readonly sent: () => Buffer
  /** Every byte under the folder of the process, names of files included, and what is compressed in it. */
  readonly kept: () => Buffer
  readonly stop: () => Promise<void>
}

export interface HouseOptions {
  readonly mode: 'enforce' | 'off'
  /** What a target tells when it is scraped. */
  readonly page: string
  /** Names of people that the site knows. */
  readonly roster: readonly string[]
}

/** Starts it and waits until it answers. */
export async function openHouse({ mode, page, roster }: HouseOptions): Promise<House> {
  const home = mkdtempSync(join(tmpdir(), 'campanile-canary-house-'))
  const sent: Buffer[] = []
  const sink = await listening((path, body) => {
    sent.push(Buffer.from(path), path.endsWith('/write') ? unsnap(body) : inflated(body))
    return ''
  })
  const target = await listening(() => page)
  const files = writeFiles(home, { sink: portOf(sink), target: portOf(target), mode, roster })
  const output: string[] = []
  const child = spawn(process.execPath, ['--max-semi-space-size=2', 'collector/main.ts', 'serve', ...files], {
    cwd: root,
    env: { PATH: process.env['PATH'], CAMPANILE_HOME: home, CAMPANILE_HMAC_KEY_FILE: join(home, 'hmac.key') },
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => output.push(chunk))
  }
  const ready = await eventually('the collector is ready', () => readyLine(output.join('')))
  return {
    url: (door) => `http://127.0.0.1:${String(ready[door])}`,
    output: () => output.join(''),
    sent: () => Buffer.concat(sent),
    // What the operator put there is not what the collector kept.
    kept: () => everyByte(home, ['roster.txt', 'hmac.key', 'collector.yaml', 'appliance.yaml']),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit')
        child.kill('SIGTERM')
        await exited
      }
      for (const server of [sink, target]) {
        server.closeAllConnections()
        server.close()
      }
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function readyLine(output: string): Readonly<Record<string, unknown>> | undefined {
  const line = output.split('\n').find((each) => each.includes('"collector ready"') && each.endsWith('}'))
  return line === undefined ? undefined : (JSON.parse(line) as Readonly<Record<string, unknown>>)
}

async function listening(answer: (path: string, body: Buffer) => string): Promise<Server> {
  const server = createServer((request, response) => {
    // What its client broke off comes again.
    buffer(request).then(
      (body) => response.end(answer(request.url ?? '', body)),
      () => response.destroy(),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function portOf(server: Server): number {
  // It listens on a port of its own.
  return (server.address() as AddressInfo).port
}

interface Written {
  readonly sink: number
  readonly target: number
  readonly mode: string
  readonly roster: readonly string[]
}

function writeFiles(home: string, { sink, target, mode, roster }: Written): string[] {
  const appliance = `store: { directory: store }
query: { port: 0 }
privacy: { mode: ${mode} }
roster: { file: roster.txt }
faro: { app_key: ${houseKey}, requests_per_second: 1000, burst: 1000 }
`
  // Nobody listens on port 1.
  const config = `receivers:
  otlp:
    protocols:
      grpc: { endpoint: 127.0.0.1:0, max_recv_msg_size_mib: 16 }
      http: { endpoint: 127.0.0.1:0 }
  faro: { endpoint: 127.0.0.1:0, max_request_body_size: 16777216 }
  prometheus:
    config:
      scrape_configs:
        - job_name: target
          scrape_interval: 500ms
          scrape_timeout: 400ms
          static_configs: [{ targets: [127.0.0.1:${target}] }]
processors:
  attributes: { actions: [{ key: copy, from_attribute: service.name, action: upsert }] }
connectors:
  span_metrics:
    histogram: { unit: s }
    metrics_flush_interval: 1s
    dimensions: [{ name: reason }, { name: code.function.name }]
    exemplars: { enabled: true }
exporters:
  otlp_http: { endpoint: http://127.0.0.1:${sink} }
  otlp_http/away:
    endpoint: http://127.0.0.1:1
    retry_on_failure: { max_elapsed_time: 0s }
    sending_queue: { storage: file_storage, queue_size: 100000 }
  prometheus: { endpoint: 127.0.0.1:0, enable_open_metrics: true }
  prometheusremotewrite: { endpoint: http://127.0.0.1:${sink}/write }
extensions:
  health_check: { endpoint: 127.0.0.1:0 }
  file_storage: { directory: ${join(home, 'queue')}, create_directory: true }
service:
  extensions: [file_storage, health_check]
  pipelines:
    traces:
      receivers: [otlp, faro]
      exporters: [span_metrics, otlp_http, otlp_http/away]
    traces/changed:
      receivers: [otlp, faro]
      processors: [attributes]
      exporters: [otlp_http]
    logs:
      receivers: [otlp, faro]
      exporters: [otlp_http, otlp_http/away]
    metrics:
      receivers: [otlp, prometheus, span_metrics]
      exporters: [prometheus, prometheusremotewrite, otlp_http]
  telemetry:
    metrics: { readers: [{ pull: { exporter: { prometheus: { host: 127.0.0.1, port: 0 } } } }] }
`
  writeFileSync(join(home, 'roster.txt'), roster.join('\n'))
  writeFileSync(join(home, 'hmac.key'), '07'.repeat(32), { mode: 0o600 })
  writeFileSync(join(home, 'collector.yaml'), config)
  writeFileSync(join(home, 'appliance.yaml'), appliance)
  return ['--config', join(home, 'collector.yaml'), '--appliance', join(home, 'appliance.yaml')]
}

function everyByte(folder: string, given: readonly string[]): Buffer {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !(entry.parentPath === folder && given.includes(entry.name)),
  )
  return Buffer.concat(
    files.flatMap((file) => {
      const bytes = readFileSync(join(file.parentPath, file.name))
      return [Buffer.from(file.name), bytes, ...compressedRuns(bytes)]
    }),
  )
}
