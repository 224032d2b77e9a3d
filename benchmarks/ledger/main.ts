/**
 * Acknowledged events per second of the ledger process over HTTP, 8 producers with batches of 1 to 50, against
 * 8 connections that insert plain rows into a simple audit table, one commit each, on the same PostgreSQL with
 * fsync on. Baseline before and after, both in this run. The last line is JSON.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { anEvent, appendFor, awaitSigned, closeConnections, proveSome, type Target } from './load.ts'

const producers = 8
const ledgerMillis = 8_000
const warmUpMillis = 1_000
const baselineMillis = 3_000
const proofs = 300
const clockTicksPerSecond = 100 // USER_HZ of Linux

// Benchmarks import no room: ledger and database are started by a process of their own.
const host = spawn(
  process.execPath,
  [join(import.meta.dirname, '../../tests/audit/fixtures/durable-ledger.ts')],
  {
    stdio: ['pipe', 'pipe', 'inherit'],
  },
)
const [line] = (await once(createInterface(host.stdout), 'line')) as [string]
const target = JSON.parse(line) as Target

async function insertFor(millis: number): Promise<number> {
  const clients = Array.from(
    { length: producers },
    () => new pg.Client({ connectionString: target.databaseUrl }),
  )
  for (const client of clients) await client.connect()
  await clients[0]?.query(
    `CREATE TABLE IF NOT EXISTS plain_audit (
       id uuid PRIMARY KEY, tenant text NOT NULL, producer text NOT NULL, time timestamptz NOT NULL, event jsonb NOT NULL)`,
  )
  let rows = 0
  const began = performance.now()
  const insert = async (client: pg.Client) => {
    while (performance.now() - began < millis) {
      const event = anEvent()
      await client.query({
        name: 'insert',
        text: 'INSERT INTO plain_audit VALUES ($1, $2, $3, $4, $5)',
        values: [event.id, event.tenant, event.producer, event.time, JSON.stringify(event)],
      })
      rows++
    }
  }
  await Promise.all(clients.map(insert))
  const perSecond = (rows / (performance.now() - began)) * 1_000
  await Promise.all(clients.map((client) => client.end()))
  return perSecond
}

/** Reads the fields of /proc/PID/stat after the command: 1 is the parent, 11 and 12 the process's own CPU time. */
function statOf(pid: number): number[] {
  return (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []).map(Number)
}

function cpuSeconds(pid: number): number {
  const fields = statOf(pid)
  return ((fields[11] ?? 0) + (fields[12] ?? 0)) / clockTicksPerSecond
}

/** Adds up the CPU time of PostgreSQL: the postmaster, its living children, and (fields 13, 14) its dead ones. */
function serverSeconds(postmaster: number): number {
  const fields = statOf(postmaster)
  let seconds = cpuSeconds(postmaster) + ((fields[13] ?? 0) + (fields[14] ?? 0)) / clockTicksPerSecond
  for (const name of readdirSync('/proc')) {
    try {
      if (/^\d+$/.test(name) && statOf(Number(name))[1] === postmaster) seconds += cpuSeconds(Number(name))
    } catch {
      // It ended while we looked; the postmaster has its time now.
    }
  }
  return seconds
}

async function findPostmaster(): Promise<number> {
  const client = new pg.Client({ connectionString: target.databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const parent = statOf(rows[0]?.pid ?? 0)[1] ?? 0
  await client.end()
  return parent
}

const at = (sorted: readonly number[], quantile: number) =>
  Number((sorted[Math.floor((sorted.length - 1) * quantile)] ?? Number.NaN).toFixed(2))

const warmed = await appendFor(target, producers, warmUpMillis)
const postmaster = await findPostmaster()
let server = serverSeconds(postmaster)
const before = await insertFor(baselineMillis)
const plainCpuMicros = Math.round(
  ((serverSeconds(postmaster) - server) * 1e6) / ((before * baselineMillis) / 1_000),
)
server = serverSeconds(postmaster)
const cpu = cpuSeconds(target.pid)
const load = await appendFor(target, producers, ledgerMillis)
const cpuMicros = Math.round(((cpuSeconds(target.pid) - cpu) * 1e6) / load.acknowledged.length)
const serverCpuMicros = Math.round(((serverSeconds(postmaster) - server) * 1e6) / load.acknowledged.length)
const after = await insertFor(baselineMillis)
await awaitSigned(target, warmed.acknowledged.length + load.acknowledged.length)
const step = Math.ceil(load.acknowledged.length / proofs)
const proofMillis = await proveSome(
  target,
  load.acknowledged.filter((_, index) => index % step === 0),
)
closeConnections()
host.stdin.end()
await once(host, 'exit')

const baseline = Math.round((before + after) / 2)
const value = Math.round(load.eventsPerSecond)
console.log(`plain inserts: ${Math.round(before)}/s before, ${Math.round(after)}/s after`)
console.log(`ledger: ${value} events/s in ${load.latencies.length} requests`)
console.log(
  `CPU: a plain row ${plainCpuMicros} µs of PostgreSQL; an event ${serverCpuMicros} µs of PostgreSQL and ${cpuMicros} µs of the ledger`,
)
console.log(`append: p50 ${at(load.latencies, 0.5)} ms, p99 ${at(load.latencies, 0.99)} ms a batch`)
console.log(`inclusion proof: p50 ${at(proofMillis, 0.5)} ms, p99 ${at(proofMillis, 0.99)} ms`)
console.log(
  JSON.stringify({
    name: 'ledger',
    ratio: Number((value / baseline).toFixed(2)),
    baseline,
    value,
    unit: 'acknowledged events/s',
    cpuMicros: { plainRow: plainCpuMicros, eventInPostgres: serverCpuMicros, eventInLedger: cpuMicros },
    appendMillis: { p50: at(load.latencies, 0.5), p99: at(load.latencies, 0.99) },
    proofMillis: { p50: at(proofMillis, 0.5), p99: at(proofMillis, 0.99) },
  }),
)
