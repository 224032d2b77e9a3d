/**
 * The collector process over HTTP, whole pipeline (decode, fence, store, span metrics), against a baseline process
 * in the same run. The baseline decodes with protobufjs, as a stock JavaScript receiver would, counts spans by
 * service, name, kind and status, encodes again and appends to a file: no fence, no index, no compression.
 * Figures are spans per second of CPU of the serving process, rounds of the two in turn. The last line is JSON.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const seconds = Number(process.argv[2] ?? 5)
const rounds = 5
const sizes = [1, 50, 500] as const
/** Size of the figure in the last line: what an exporter with a batch of a second or two sends. */
const headline = 50
const home = mkdtempSync(join(tmpdir(), 'campanile-bench-'))
const agent = new Agent({ keepAlive: true, maxSockets: 8 })
/** Clock ticks a second of /proc (USER_HZ, 100 on every Linux we run on). */
const ticksPerSecond = 100

interface Target {
  readonly child: ChildProcess
  readonly port: number
}

/** Starts a server and reads the port it prints. */
function start(args: readonly string[]): Promise<Target> {
  const names = [
    'OTLP_HTTP',
    'OTLP_GRPC',
    'FARO',
    'QUERY',
    'EXPORTER',
    'COLLECTOR_TELEMETRY',
    'COLLECTOR_HEALTH',
  ]
  const ports = Object.fromEntries(names.map((name) => [`CAMPANILE_PORT_${name}`, '0']))
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: '',
      CAMPANILE_HOME: home,
      CAMPANILE_BENCH_FILE: join(home, 'baseline.bin'),
      CAMPANILE_FARO_APP_KEY: 'key-of-the-benchmark',
      ...ports,
    },
  })
  return new Promise((resolve, reject) => {
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const port = /"otlp":(\d+)/.exec(output)?.[1]
      if (port !== undefined) resolve({ child, port: Number(port) })
    })
    child.once('exit', (code) => reject(new Error(`the server ended with ${String(code)}`)))
  })
}

/** Has the requests made by another process: benchmarks import no room. */
function prepare(size: number): Uint8Array[] {
  const bytes = execFileSync(process.execPath, ['tests/collector/write-requests.ts', String(size)], {
    maxBuffer: 256 * 2 ** 20,
  })
  const bodies: Uint8Array[] = []
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at)
    bodies.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return bodies
}

function post(port: number, body: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length }
    const sent = request({ port, agent, method: 'POST', path: '/v1/traces', headers }, (response) => {
      response.resume()
      if (response.statusCode === 200) response.once('end', resolve)
      else reject(new Error(`answered ${String(response.statusCode)}`))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

function cpuSeconds({ child }: Target): number {
  const fields =
    readFileSync(`/proc/${String(child.pid)}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

interface Measured {
  spans: number
  cpuSeconds: number
}

/** Adds one round of a target to what was measured of it. */
async function measure(target: Target, measured: Measured, size: number, bodies: readonly Uint8Array[]) {
  await load(target, bodies, 300)
  const cpu = cpuSeconds(target)
  measured.spans += (await load(target, bodies, (seconds * 1_000) / rounds)) * size
  measured.cpuSeconds += cpuSeconds(target) - cpu
}

/** Measures both servers with requests of one size. */
async function compare(size: number, ours: Target, theirs: Target) {
  const bodies = prepare(size)
  const [collected, based] = [
    { spans: 0, cpuSeconds: 0 },
    { spans: 0, cpuSeconds: 0 },
  ]
  for (let round = 0; round < rounds; round++) {
    await measure(ours, collected, size, bodies)
    await measure(theirs, based, size, bodies)
  }
  const [value, baseline] = [collected, based].map((one) => Math.round(one.spans / one.cpuSeconds))
  return {
    ratio: Number(((value ?? 0) / (baseline ?? 1)).toFixed(2)),
    baseline: baseline ?? 0,
    value: value ?? 0,
  }
}

async function load(target: Target, bodies: readonly Uint8Array[], millis: number): Promise<number> {
  const end = performance.now() + millis
  let sent = 0
  const one = async () => {
    while (performance.now() < end)
      await post(target.port, bodies[sent++ % bodies.length] ?? new Uint8Array())
  }
  await Promise.all(Array.from({ length: 8 }, one))
  return sent
}

function residentMiB({ child }: Target): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(child.pid)}/status`, 'utf8'))?.[1]
  return Math.round(Number(kilobytes) / 1_024)
}

const collector = await start(['collector/main.ts', 'serve'])
const baseline = await start([join(import.meta.dirname, 'baseline.ts')])
const rows = new Map<number, Awaited<ReturnType<typeof compare>>>()
for (const size of sizes) {
  const row = await compare(size, collector, baseline)
  rows.set(size, row)
  process.stdout.write(`${size} spans a request: ${JSON.stringify(row)}\n`)
}
const result = {
  name: 'collector',
  ...rows.get(headline),
  unit: `spans per CPU-second, ${headline} a request`,
  ...Object.fromEntries([...rows].map(([size, row]) => [`spans${size}`, row])),
  rssMiB: { collector: residentMiB(collector), baseline: residentMiB(baseline) },
}
collector.child.kill()
baseline.child.kill()
agent.destroy()
rmSync(home, { recursive: true, force: true })
process.stdout.write(`${JSON.stringify(result)}\n`)
