/** Collector, careless app and a sink that keeps every forwarded byte, as real processes under one policy. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { ports, portVariable } from '../../contracts/ports.ts'
import { compressedRuns, inflated } from '../support/compressed-runs.ts'
import { freePorts } from '../support/free-port.ts'
import { eventually } from '../support/poll.ts'

/** What browsers show to the collector here. */
export const faroAppKey = 'key-of-the-canaries'

const root = new URL('../..', import.meta.url).pathname
const doors = [
  'otlpHttp',
  'otlpGrpc',
  'faro',
  'query',
  'exporter',
  'collectorTelemetry',
  'collectorHealth',
] as const
type Door = (typeof doors)[number]

export interface Yard {
  readonly app: string
  readonly url: (door: Door) => string
  /** What both processes wrote to standard output and error. */
  readonly output: () => string
  /** What was forwarded, inflated. */
  readonly forwarded: () => Buffer
  /** Every byte of the store: as it lies on disk, and every compressed run in it inflated. */
  readonly stored: () => Buffer
  /** Lets the app send what it holds and end, so that nothing more is on its way. */
  readonly finishApp: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Starts everything and waits until it answers. */
export async function openYard(mode: 'enforce' | 'off'): Promise<Yard> {
  const home = mkdtempSync(join(tmpdir(), 'campanile-canaries-'))
  const forwarded: Buffer[] = []
  const sink = createServer((request, response) => {
    const take = (body: Buffer) => {
      forwarded.push(Buffer.from(JSON.stringify([request.url, request.headers])), inflated(body))
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
    }
    // What its client broke off comes again.
    buffer(request).then(take, () => response.destroy())
  }).listen(0, '127.0.0.1')
  await once(sink, 'listening')
  const chosen = { ...ports, ...(await freePorts(doors)) }
  const url = (door: Door) => `http://127.0.0.1:${chosen[door]}`
  const environment = {
    ...process.env,
    ...Object.fromEntries(doors.map((door) => [portVariable(door), String(chosen[door])])),
    CAMPANILE_HOME: home,
    CAMPANILE_PRIVACY_MODE: mode,
    CAMPANILE_FARO_APP_KEY: faroAppKey,
    OTEL_EXPORTER_OTLP_ENDPOINT: url('otlpHttp'),
  }
  const output: string[] = []
  const config = writeConfig(home, (sink.address() as AddressInfo).port)
  const collector = start(['collector/main.ts', 'serve', '--config', config], environment, output)
  const health = `${url('collectorHealth')}/health`
  await eventually('the collector is ready', async () => (await fetch(health)).ok)
  const app = start(['tests/privacy/fixtures/careless-app.ts'], environment, output)
  const port = await eventually('the app listens', () => /\{"port":(\d+)\}/.exec(output.join(''))?.[1])
  return {
    app: `http://127.0.0.1:${port}`,
    url,
    output: () => output.join(''),
    forwarded: () => Buffer.concat(forwarded),
    stored: () => storedBytes(join(home, 'collector')),
    finishApp: () => end(app),
    stop: async () => {
      await end(app)
      await end(collector)
      sink.closeAllConnections()
      sink.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** The appliance's own configuration with a forwarder to the sink. */
function writeConfig(home: string, port: number): string {
  const text = readFileSync(join(root, 'compose/collector.yaml'), 'utf8')
    .replace(/^ {2}nop:$/m, `  otlp_http:\n    endpoint: http://127.0.0.1:${port}`)
    .replace('exporters: [span_metrics]', 'exporters: [span_metrics, otlp_http]')
    .replace('exporters: [nop]', 'exporters: [otlp_http]')
  const path = join(home, 'collector.yaml')
  writeFileSync(path, text)
  return path
}

function start(args: readonly string[], environment: NodeJS.ProcessEnv, output: string[]): ChildProcess {
  const child = spawn(process.execPath, args, { cwd: root, env: environment })
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => output.push(chunk))
  }
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}

function storedBytes(folder: string): Buffer {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return Buffer.concat(
    files.flatMap((file) => {
      const bytes = readFileSync(join(file.parentPath, file.name))
      return [Buffer.from(file.name), bytes, ...compressedRuns(bytes)]
    }),
  )
}
