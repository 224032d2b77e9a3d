/**
 * What instrumentation costs: one Express app bare, with the stock instrumentations, and with the SDK, under
 * the same load in turn. Servers share CPU 0; load, sink and PostgreSQL share CPU 1. Medians over rounds.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startPostgres } from '../../tests/support/postgres.ts'
import { load } from './load.ts'

const candidates = ['bare', 'auto', 'lean'] as const
type Candidate = (typeof candidates)[number]
const routes = ['json', 'db'] as const
type Route = (typeof routes)[number]

const rounds = 10
const roundMillis = 600
const warmUpMillis = 1_200
const connections = 32
const clockTicksPerSecond = 100 // USER_HZ of Linux

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

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  // utime and stime are fields 14 and 15 of the line, 12 and 13 after the command.
  return (Number(fields[11]) + Number(fields[12])) / clockTicksPerSecond
}

async function measure({ child, port }: Started, route: Route, millis: number): Promise<Measured> {
  const pid = child.pid ?? 0
  const before = cpuSeconds(pid)
  const { requests, seconds } = await load({ port, path: `/${route}/7`, connections, millis })
  return {
    requestsPerSecond: requests / seconds,
    cpuMicros: ((cpuSeconds(pid) - before) * 1e6) / requests,
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

async function runRounds(servers: Readonly<Record<Candidate, Started>>): Promise<Results> {
  const results: Results = { json: { bare: [], auto: [], lean: [] }, db: { bare: [], auto: [], lean: [] } }
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
  return results
}

function report(results: Results): void {
  const summary: Record<string, number> = {}
  for (const route of routes) {
    const bare = results[route].bare
    for (const candidate of candidates) {
      const rates = results[route][candidate].map(({ requestsPerSecond }) => requestsPerSecond)
      // Neighbours in time are compared, so that load of the machine beside the benchmark cancels out.
      const ratio = median(rates.map((rate, round) => rate / (bare[round]?.requestsPerSecond ?? Number.NaN)))
      const cpu = median(results[route][candidate].map(({ cpuMicros }) => cpuMicros))
      summary[`${route}_${candidate}_ratio`] = Number(ratio.toFixed(3))
      summary[`${route}_${candidate}_cpu_micros`] = Number(cpu.toFixed(1))
      // Whatever else the machine does only ever adds to a round: the least is the candidate's own cost.
      const floor = Math.min(...results[route][candidate].map(({ cpuMicros }) => cpuMicros))
      const bareFloor = Math.min(...bare.map(({ cpuMicros }) => cpuMicros))
      summary[`${route}_${candidate}_cpu_floor_micros`] = Number(floor.toFixed(1))
      summary[`${route}_${candidate}_cpu_floor_ratio`] = Number((bareFloor / floor).toFixed(3))
      const line = `${median(rates).toFixed(0).padStart(7)} req/s  ${(ratio * 100).toFixed(0).padStart(4)} %  ${cpu.toFixed(1).padStart(6)} µs CPU/request, least ${floor.toFixed(1)} µs (${((bareFloor / floor) * 100).toFixed(0)} %)`
      process.stdout.write(`${route.padEnd(5)}${candidate.padEnd(5)}${line}\n`)
    }
  }
  const value = median(results.json.lean.map(({ requestsPerSecond }) => requestsPerSecond))
  const baseline = median(results.json.bare.map(({ requestsPerSecond }) => requestsPerSecond))
  const line = {
    name: 'instrumentation',
    ratio: summary['json_lean_ratio'],
    baseline,
    value,
    unit: 'requests/s',
  }
  process.stdout.write(`${JSON.stringify({ ...line, ...summary })}\n`)
}

execFileSync('taskset', ['-acp', '1', String(process.pid)], { stdio: 'ignore' })
const database = await prepareDatabase()
const sink = await start(1, [join(here, 'sink.ts')])
const servers = await startCandidates(database.url, `http://127.0.0.1:${sink.port}`)
report(await runRounds(servers))
for (const { child } of [...Object.values(servers), sink]) child.kill('SIGKILL')
await database.stop()
process.exit(0)
