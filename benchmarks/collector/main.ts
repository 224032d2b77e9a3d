/**
 * The collector process over HTTP, whole pipeline (decode, fence, store, span metrics), against a baseline process
 * in the same run. The baseline decodes with protobufjs, as a stock JavaScript receiver would, counts spans by
 * service, name, kind and status, encodes again and appends to a file: no fence, no index, no compression.
 * Figures are spans per second of CPU of the serving process. The last line is JSON.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const seconds = Number(process.argv[2] ?? 5)
const sizes = [1, 50, 500]
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
  const names = ['OTLP_HTTP', 'FARO', 'QUERY', 'EXPORTER', 'COLLECTOR_TELEMETRY', 'COLLECTOR_HEALTH']
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

async function measure(target: Target, size: number, bodies: readonly Uint8Array[]) {
  await load(target, bodies, 500)
  const cpu = cpuSeconds(target)
  const began = performance.now()
  const sent = (await load(target, bodies, seconds * 1_000)) * size
  return {
    perCpuSecond: Math.round(sent / (cpuSeconds(target) - cpu)),
    perSecond: Math.round((sent / (performance.now() - began)) * 1_000),
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
const rows: Record<string, object> = {}
for (const size of sizes) {
  const bodies = prepare(size)
  const ours = await measure(collector, size, bodies)
  const theirs = await measure(baseline, size, bodies)
  rows[`spans${size}`] = {
    collector: ours,
    baseline: theirs,
    ratio: Number((ours.perCpuSecond / theirs.perCpuSecond).toFixed(2)),
  }
  process.stdout.write(`${size} spans a request: ${JSON.stringify(rows[`spans${size}`])}\n`)
}
const result = {
  seconds,
  ...rows,
  rssMiB: { collector: residentMiB(collector), baseline: residentMiB(baseline) },
}
collector.child.kill()
baseline.child.kill()
agent.destroy()
rmSync(home, { recursive: true, force: true })
process.stdout.write(`${JSON.stringify(result)}\n`)
