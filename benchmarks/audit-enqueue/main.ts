/**
 * What it costs a service to hand over an audit event: the time until `record` has returned, and apart from it the time
 * until the event is durable, for the spool and for the outbox. Baselines in the same run, in turn with what they are
 * held against: append and fsync of the same bytes for each event, and a plain INSERT of the same bytes. The last line
 * is JSON.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import pg from 'pg'
import { startSdk } from '#sdk'
import { sdkMigrations } from '../../tests/sdk/sdk-migrations.ts'
import { startPostgres } from '../../tests/support/postgres.ts'

const rounds = 12
/** Events of a burst: as many requests are under way at once. */
const burst = 64
const burstsPerRound = 40
const plainPerRound = 300

const event = {
  tenant: 'drill',
  facts: {
    class: 'access',
    action: 'transcript.read',
    outcome: 'success',
    actorRole: 'faculty',
    basis: '99.31(a)(1)(i)(A)',
    synthetic: true,
  },
  personal: {
    actor: 'b7f0c0de-0000-4000-8000-000000000001',
    subject: 'b7f0c0de-0000-4000-8000-000000000002',
    party: 'Advisor, Office of the Registrar',
    interest: 'degree audit before registration',
  },
} as const
const json = JSON.stringify({
  ...event,
  id: crypto.randomUUID(),
  time: new Date().toISOString(),
  sequence: 1,
})

/** Microseconds of one way, and events a second while bursts ran. */
interface Timings {
  readonly handOver: number[]
  readonly durable: number[]
  events: number
  millis: number
}
const timings = (): Timings => ({ handOver: [], durable: [], events: 0, millis: 0 })

// TMPDIR must be on a disk: in memory a sync costs nothing.
const folder = mkdtempSync(join(tmpdir(), 'campanile-enqueue-'))
const postgres = await startPostgres({ durable: true, migrations: sdkMigrations() })
const database = await postgres.createDatabase()
const sdk = startSdk({
  service: 'users',
  environment: 'development',
  otlpEndpoint: 'http://127.0.0.1:1',
  logLevel: 'error',
  logStream: new PassThrough().resume(),
})
const spool = await sdk.audit.openSpool({ folder: join(folder, 'spool'), maxBytes: 2 ** 30 })
const pool = sdk.pool({ url: database.url('users_app'), max: burst })
const plain = new pg.Pool({ connectionString: database.url('superuser'), max: burst })
await plain.query('CREATE TABLE plain_audit (id uuid PRIMARY KEY, event jsonb NOT NULL)')
const plainFile = openSync(join(folder, 'plain'), 'a')

/** Runs bursts of calls that are timed until they return and until what they returned is done. */
async function bursts(into: Timings, count: number, call: () => Promise<unknown>): Promise<void> {
  for (let round = 0; round < count; round++) {
    const began = performance.now()
    const calls = Array.from({ length: burst }, () => {
      const started = performance.now()
      const done = call()
      into.handOver.push((performance.now() - started) * 1_000)
      return done.then(() => into.durable.push((performance.now() - started) * 1_000))
    })
    await Promise.all(calls)
    into.millis += performance.now() - began
    into.events += burst
  }
}

function appendAndSync(into: Timings, count: number): void {
  const began = performance.now()
  for (let n = 0; n < count; n++) {
    const started = performance.now()
    writeSync(plainFile, `${json}\n`)
    fdatasyncSync(plainFile)
    into.durable.push((performance.now() - started) * 1_000)
  }
  into.millis += performance.now() - began
  into.events += count
}

const [viaSpool, viaFile, viaInsert] = [timings(), timings(), timings()]
/** Events of one tenant take turns between `record` and commit; those of others do not wait for them. */
const [viaOutbox, viaOneTenant] = [timings(), timings()]
/** Only the statement's hand-over: the transaction around it belongs to the business change. */
const outboxHandOver: number[] = []
const recordFor = (tenant: string) =>
  pool.inTenant(tenant, (tx) => {
    const started = performance.now()
    const done = sdk.audit.record(tx, { ...event, tenant })
    outboxHandOver.push((performance.now() - started) * 1_000)
    return done
  })
let turn = 0
const record = () => recordFor(`tenant_${turn++ % burst}`)
const insert = () =>
  plain.query({
    name: 'insert',
    text: 'INSERT INTO plain_audit VALUES ($1, $2)',
    values: [crypto.randomUUID(), json],
  })

await bursts(timings(), 40, () => spool.record(event)) // compiled and warm
await bursts(timings(), 3, record)
outboxHandOver.length = 0
for (let round = 0; round < rounds; round++) {
  await bursts(viaSpool, burstsPerRound, () => spool.record(event))
  appendAndSync(viaFile, plainPerRound)
  await bursts(viaOutbox, 3, record)
  await bursts(viaInsert, 3, insert)
  await bursts(viaOneTenant, 1, () => recordFor('drill'))
}

await spool.close()
await Promise.all([pool.end(), plain.end()])
closeSync(plainFile)
await sdk.shutdown()
await database.drop()
await postgres.stop()
rmSync(folder, { recursive: true, force: true })

const at = (values: readonly number[], quantile: number) => {
  const sorted = [...values].sort((a, b) => a - b)
  return Number((sorted[Math.floor((sorted.length - 1) * quantile)] ?? Number.NaN).toFixed(1))
}
const perSecond = ({ events, millis }: Timings) => Math.round((events / millis) * 1_000)
const spread = (values: readonly number[]) => ({ p50: at(values, 0.5), p99: at(values, 0.99) })
const value = at(viaSpool.handOver, 0.5)
const baseline = at(viaFile.durable, 0.5)
console.log(`spool, hand-over: p50 ${value} µs, p99 ${at(viaSpool.handOver, 0.99)} µs`)
console.log(
  `spool, durable, ${burst} under way: p50 ${at(viaSpool.durable, 0.5)} µs, ${perSecond(viaSpool)} events/s`,
)
console.log(`append and fsync each: p50 ${baseline} µs, ${perSecond(viaFile)} events/s`)
console.log(
  `outbox, hand-over: p50 ${at(outboxHandOver, 0.5)} µs; committed: p50 ${at(viaOutbox.durable, 0.5)} µs, ${perSecond(viaOutbox)} events/s`,
)
console.log(`plain INSERT each: p50 ${at(viaInsert.durable, 0.5)} µs, ${perSecond(viaInsert)} events/s`)
console.log(
  JSON.stringify({
    name: 'audit-enqueue',
    ratio: Number((value / baseline).toFixed(3)),
    baseline,
    value,
    unit: 'µs to hand over an event, p50',
    bytes: Buffer.byteLength(json),
    handOverMicros: { spool: spread(viaSpool.handOver), outbox: spread(outboxHandOver) },
    durableMicros: {
      spool: spread(viaSpool.durable),
      appendAndSync: spread(viaFile.durable),
      outbox: spread(viaOutbox.durable),
      outboxOneTenant: spread(viaOneTenant.durable),
      insert: spread(viaInsert.durable),
    },
    durablePerSecond: {
      spool: perSecond(viaSpool),
      appendAndSync: perSecond(viaFile),
      outbox: perSecond(viaOutbox),
      outboxOneTenant: perSecond(viaOneTenant),
      insert: perSecond(viaInsert),
    },
  }),
)
