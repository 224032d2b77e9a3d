/**
 * Acknowledged events per second of the ledger, against plain rows on a PostgreSQL with the same durability, in the
 * same run: over HTTP with single events and with batches of 200, and without the door. The last line is JSON; its
 * ratio is that of the whole append for 64 callers, without the door, to single-row inserts of 64 clients.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cpuSeconds, findPostmaster, serverSeconds } from './cpu-time.ts'
import { appendFor, awaitSigned, closeConnections, proveSome, type Load, type Target } from './load.ts'
import { insertFor } from './plain-rows.ts'

const clients = 64
const batch = 200
const millis = 4_000
const baselineMillis = 2_000
const proofs = 300

interface InProcess {
  readonly wholePerSecond: number
  readonly sequencedPerSecond: number
  readonly sequencedOf16PerSecond: number
  readonly cpuMicros: number
  readonly databaseUrl: string
}

interface Measured extends Load {
  readonly ledgerMicros: number
  readonly serverMicros: number
}

// Benchmarks import no room: what is measured runs in processes of its own.
function start(fixture: string, ...args: string[]): ChildProcess {
  const path = join(import.meta.dirname, '../../tests/audit/fixtures', fixture)
  return spawn(process.execPath, [path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
}

async function firstLine(host: ChildProcess): Promise<string> {
  if (host.stdout === null) throw new Error('found no output, expected a pipe')
  const [line] = (await once(createInterface(host.stdout), 'line')) as [string]
  return line
}

async function end(host: ChildProcess): Promise<void> {
  const gone = once(host, 'exit')
  host.stdin?.end()
  await gone
}

/** Measures without the door, plain rows before and after on the same server. */
async function withoutDoor() {
  const host = start('append-in-process.ts', '--wait')
  const measured = JSON.parse(await firstLine(host)) as InProcess
  const { databaseUrl } = measured
  const plain = await insertFor({ databaseUrl, clients, millis: 2 * baselineMillis, rows: 1 })
  const plain16 = await insertFor({ databaseUrl, clients: 16, millis: baselineMillis, rows: 1 })
  await end(host)
  return { ...measured, plain, plain16 }
}

async function measure(target: Target, postmaster: number, shape: { clients: number; batch: number }) {
  const [server, ledger] = [serverSeconds(postmaster), cpuSeconds(target.pid)]
  const load = await appendFor(target, { ...shape, millis })
  const micros = (seconds: number) => Math.round((seconds * 1e6) / load.acknowledged.length)
  return {
    ...load,
    ledgerMicros: micros(cpuSeconds(target.pid) - ledger),
    serverMicros: micros(serverSeconds(postmaster) - server),
  } satisfies Measured
}

const at = (sorted: readonly number[], quantile: number) =>
  Number((sorted[Math.floor((sorted.length - 1) * quantile)] ?? Number.NaN).toFixed(2))

/** Measures over HTTP, plain rows on the same server. */
async function overHttp() {
  const host = start('durable-ledger.ts')
  const target = JSON.parse(await firstLine(host)) as Target
  const { databaseUrl } = target
  const postmaster = await findPostmaster(databaseUrl)
  const warmed = await appendFor(target, { clients: 8, batch, millis: 1_500 })
  const single = await measure(target, postmaster, { clients, batch: 1 })
  const plain = await insertFor({ databaseUrl, clients, millis: baselineMillis, rows: 1 })
  const batches = await measure(target, postmaster, { clients: 8, batch })
  const unnest = await insertFor({ databaseUrl, clients: 8, millis: baselineMillis, rows: batch })
  const acknowledged = [warmed, single, batches].flatMap((load) => load.acknowledged)
  await awaitSigned(target, acknowledged.length)
  const step = Math.ceil(acknowledged.length / proofs)
  const proofMillis = await proveSome(
    target,
    acknowledged.filter((_, index) => index % step === 0),
  )
  closeConnections()
  await end(host)
  return { single, batches, plain, unnest, proofMillis }
}

const inside = await withoutDoor()
const http = await overHttp()
const per = (value: number, baseline: number) => (value / baseline).toFixed(2)
const say = (what: string, value: number, baseline: number) =>
  console.log(
    `${what}: ${Math.round(value)}/s, plain rows ${Math.round(baseline)}/s, ratio ${per(value, baseline)}`,
  )
const cost = (what: string, { ledgerMicros, serverMicros, latencies }: Measured) =>
  console.log(
    `${what}: CPU ${ledgerMicros} µs of the ledger and ${serverMicros} µs of PostgreSQL an event; a request p50 ${at(latencies, 0.5)} ms, p99 ${at(latencies, 0.99)} ms`,
  )
say('sequencer alone, 64 callers', inside.sequencedPerSecond, inside.plain)
say('sequencer alone, 16 callers', inside.sequencedOf16PerSecond, inside.plain16)
say('whole append without the door, 64 callers', inside.wholePerSecond, inside.plain)
say('HTTP, 64 clients with single events', http.single.eventsPerSecond, http.plain)
cost('  ', http.single)
say('HTTP, 8 clients with batches of 200, against INSERT … unnest', http.batches.eventsPerSecond, http.unnest)
cost('  ', http.batches)
console.log(`inclusion proof: p50 ${at(http.proofMillis, 0.5)} ms, p99 ${at(http.proofMillis, 0.99)} ms`)
console.log(
  JSON.stringify({
    name: 'ledger',
    ratio: Number(per(inside.wholePerSecond, inside.plain)),
    baseline: Math.round(inside.plain),
    value: inside.wholePerSecond,
    unit: 'acknowledged events/s of 64 callers',
    cpuMicros: inside.cpuMicros,
    sequencer: inside.sequencedPerSecond,
    sequencerOf16: inside.sequencedOf16PerSecond,
    plainOf16Clients: Math.round(inside.plain16),
    http: {
      singlePerSecond: Math.round(http.single.eventsPerSecond),
      batchesPerSecond: Math.round(http.batches.eventsPerSecond),
      unnestPerSecond: Math.round(http.unnest),
      ledgerMicros: http.batches.ledgerMicros,
      serverMicros: http.batches.serverMicros,
    },
    proofMillis: { p50: at(http.proofMillis, 0.5), p99: at(http.proofMillis, 0.99) },
  }),
)
