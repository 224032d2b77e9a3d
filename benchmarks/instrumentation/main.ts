/**
 * What instrumentation costs: one Express app bare, with the stock instrumentations, and with the SDK, under
 * the same load in turn. Servers share CPU 0; load, sink and PostgreSQL share CPU 1. The promised figure compares
 * the least CPU time per request of all rounds: other work on the machine only ever adds to a round.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { startPostgres } from '../../tests/support/postgres.ts'
import { load } from './load.ts'

const candidates = ['bare', 'auto', 'lean'] as const
type Candidate = (typeof candidates)[number]
const routes = ['json', 'db'] as const
type Route = (typeof routes)[number]

/** Fresh processes per run: what the compiler makes of the same code differs from start to start. */
const starts = 3
const rounds = 8
const roundMillis = 500
const warmUpMillis = 1_200
const connections = 32

interface Started {
  readonly child: ChildProcess
  readonly port: number
}

interface Measured {
  readonly requestsPerSecond: number
  readonly cpuMicros: number
}

const here = import.meta.dirname
const checkout = join(here, '../..')

async function start(
  cpu: number,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const child = spawn('taskset', ['-c', String(cpu), process.execPath, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    cwd: checkout,
    env: { ...process.env, ...variables },
  })
  const [message] = (await once(child, 'message')) as [{ readonly port: number }]
  return { child, port: message.port }
}

/** Asks a server for the CPU time it has used, all its threads together. */
async function cpuMicrosOf(child: ChildProcess): Promise<number> {
  child.send('cpu')
  const [{ user, system }] = (await once(child, 'message')) as [NodeJS.CpuUsage]
  return user + system
}

async function measure({ child, port }: Started, route: Route, millis: number): Promise<Measured> {
  const before = await cpuMicrosOf(child)
  const { requests, seconds } = await load({ port, path: `/${route}/7`, connections, millis })
  return {
    requestsPerSecond: requests / seconds,
    cpuMicros: ((await cpuMicrosOf(child)) - before) / requests,
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

async function prepareDatabase() {
  const postgres = await startPostgres({ migrations: [] })
  const database = await postgres.createDatabase()
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: database.url('superuser') })
  await client.connect()
  await client.query('CREATE TABLE bench_course (id integer PRIMARY KEY, name text, credits integer)')
  await client.query("INSERT INTO bench_course SELECT n, 'course ' || n, 4 FROM generate_series(1, 100) AS n")
  await client.end()
  return { url: database.url('superuser'), stop: postgres.stop }
}

async function startCandidates(url: string, endpoint: string): Promise<Readonly<Record<Candidate, Started>>> {
  const bare = join(here, 'server-bare.ts')
  const auto = ['--import', join(checkout, 'sdk/auto.ts'), bare, url]
  const variables = {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_SERVICE_NAME: 'academics',
    OTEL_BSP_MAX_QUEUE_SIZE: '20000',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '2048',
    OTEL_BSP_SCHEDULE_DELAY: '1000',
  }
  return {
    bare: await start(0, [bare, url]),
    auto: await start(0, auto, variables),
    lean: await start(0, [join(here, 'server-lean.ts'), url, endpoint]),
  }
}

type Results = Record<Route, Record<Candidate, Measured[]>>

async function runRounds(servers: Readonly<Record<Candidate, Started>>, results: Results): Promise<void> {
  for (const route of routes) {
    for (const candidate of candidates) await measure(servers[candidate], route, warmUpMillis)
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < candidates.length; turn++) {
        // The order rotates, so that no candidate always comes after the same one.
        const candidate = candidates[(round + turn) % candidates.length] ?? 'bare'
        results[route][candidate].push(await measure(servers[candidate], route, roundMillis))
      }
    }
  }
}

/** What one candidate reached on one route. */
interface Summary {
  readonly requestsPerSecond: number
  /** Throughput as a share of the bare app's in the same round; the median over the rounds. */
  readonly throughputRatio: number
  /** Least CPU time per request of any round: what else the machine does only ever adds. */
  readonly leastCpuMicros: number
  /** The bare app's least CPU time per request over this one's. */
  readonly cpuRatio: number
}

function summarise(measured: readonly Measured[], bare: readonly Measured[]): Summary {
  const rates = measured.map(({ requestsPerSecond }) => requestsPerSecond)
  const least = (rounds: readonly Measured[]) => Math.min(...rounds.map(({ cpuMicros }) => cpuMicros))
  return {
    requestsPerSecond: median(rates),
    throughputRatio: median(
      rates.map((rate, round) => rate / (bare[round]?.requestsPerSecond ?? Number.NaN)),
    ),
    leastCpuMicros: least(measured),
    cpuRatio: least(bare) / least(measured),
  }
}

function report(results: Results): void {
  const figures: Record<string, number> = {}
  for (const route of routes) {
    for (const candidate of candidates) {
      const summary = summarise(results[route][candidate], results[route].bare)
      figures[`${route}_${candidate}_throughput_ratio`] = Number(summary.throughputRatio.toFixed(3))
      figures[`${route}_${candidate}_cpu_micros`] = Number(summary.leastCpuMicros.toFixed(1))
      figures[`${route}_${candidate}_cpu_ratio`] = Number(summary.cpuRatio.toFixed(3))
      const cells = [
        `${summary.requestsPerSecond.toFixed(0).padStart(7)} req/s`,
        `${(summary.throughputRatio * 100).toFixed(0).padStart(4)} %`,
        `${summary.leastCpuMicros.toFixed(1).padStart(7)} µs CPU/request`,
        `${(summary.cpuRatio * 100).toFixed(0).padStart(4)} %`,
      ]
      process.stdout.write(`${route.padEnd(5)}${candidate.padEnd(5)}${cells.join('  ')}\n`)
    }
  }
  const perCpuSecond = (candidate: Candidate) =>
    1e6 / summarise(results.json[candidate], results.json.bare).leastCpuMicros
  const value = Math.round(perCpuSecond('lean'))
  const baseline = Math.round(perCpuSecond('bare'))
  const ratio = figures['json_lean_cpu_ratio']
  const line = { name: 'instrumentation', ratio, baseline, value, unit: 'requests per CPU second' }
  process.stdout.write(`${JSON.stringify({ ...line, ...figures })}\n`)
}

execFileSync('taskset', ['-acp', '1', String(process.pid)], { stdio: 'ignore' })
const database = await prepareDatabase()
const sink = await start(1, [join(here, 'server-sink.ts')])
const results: Results = { json: { bare: [], auto: [], lean: [] }, db: { bare: [], auto: [], lean: [] } }
for (let turn = 0; turn < starts; turn++) {
  const servers = await startCandidates(database.url, `http://127.0.0.1:${sink.port}`)
  await runRounds(servers, results)
  for (const { child } of Object.values(servers)) child.kill('SIGKILL')
}
report(results)
sink.child.kill('SIGKILL')
await database.stop()
process.exit(0)
