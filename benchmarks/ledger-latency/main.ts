/**
 * How long an event takes at a rate below the peak, over HTTP in batches of 200: until it is acknowledged, until a
 * checkpoint covers it, and until search finds it. Batches are sent at their time, whether or not the ones before were
 * answered. The same rows by `INSERT … unnest` at the same rate are the baseline. `npm run bench -- ledger-latency 5000 15`
 * sets events a second and seconds. The last line is JSON; its ratio is that of the 99th percentiles of receipts.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import {
  anEvent,
  appendBatch,
  appendFor,
  ask,
  awaitSigned,
  closeConnections,
  type Target,
} from '../ledger/load.ts'
import { openRows } from '../ledger/plain-rows.ts'

const [rate = '5000', seconds = '15'] = process.argv.slice(2)
const batch = 200
const batches = Math.round((Number(rate) / batch) * Number(seconds))
const everyMillis = (1_000 * batch) / Number(rate)
/** Pause between two looks whether search finds an event. */
const lookMillis = 20

// Benchmarks import no room: what is measured runs in a process of its own.
const fixture = join(import.meta.dirname, '../../tests/audit/fixtures/durable-ledger.ts')
const host = spawn(process.execPath, [fixture, '1000'], { stdio: ['pipe', 'pipe', 'inherit'] })
const [line] = (await once(createInterface(host.stdout), 'line')) as [string]
const target = JSON.parse(line) as Target

/** Does something at its time, again and again; answers the milliseconds of each, ascending. */
async function atRate(work: (at: number) => Promise<unknown>): Promise<number[]> {
  const began = performance.now()
  const works = Array.from({ length: batches }, async (_, at) => {
    const due = began + at * everyMillis
    await pause(Math.max(0, due - performance.now()))
    await work(at)
    return performance.now() - due
  })
  return (await Promise.all(works)).sort((a, b) => a - b)
}

const at = (sorted: readonly number[], quantile: number) =>
  Number((sorted[Math.floor((sorted.length - 1) * quantile)] ?? Number.NaN).toFixed(1))
const quantiles = (sorted: readonly number[]) => ({ p50: at(sorted, 0.5), p99: at(sorted, 0.99) })

/** Waits until search finds an event by its trace. */
async function awaitFound(trace: string): Promise<void> {
  for (;;) {
    const answer = await ask(target, `/v1/logs/drill/search?trace=${trace}`)
    if ((JSON.parse(answer) as { entries: unknown[] }).entries.length > 0) return
    await pause(lookMillis)
  }
}

const warmed = await appendFor(target, { clients: 8, batch, millis: 1_500 })
await awaitSigned(target, warmed.acknowledged.length)
const signed: Promise<number>[] = []
const found: Promise<number>[] = []
/** Sizes that were acknowledged and wait for a checkpoint. */
const waiting: { readonly size: number; readonly done: () => void }[] = []
let isOver = false
const follow = (async () => {
  while (!isOver || waiting.length > 0) {
    const note = await ask(target, '/v1/logs/drill/checkpoint')
    const size = Number(note.split('\n')[1])
    while (waiting[0] !== undefined && waiting[0].size <= size) waiting.shift()?.done()
    await pause(lookMillis)
  }
})()
const since = (work: Promise<unknown>): Promise<number> => {
  const started = performance.now()
  return work.then(() => performance.now() - started)
}
const acknowledged = await atRate(async (turn) => {
  const events = Array.from({ length: batch }, anEvent)
  const receipts = await appendBatch(target, events)
  const size = Math.max(...receipts.map(({ index }) => index)) + 1
  signed.push(since(new Promise<void>((done) => waiting.push({ size, done }))))
  // One in ten is looked for: each look is an event itself.
  if (turn % 10 === 0) found.push(since(awaitFound(events[batch - 1]?.facts.traceId ?? '')))
})
const [signedMillis, foundMillis] = [await Promise.all(signed), await Promise.all(found)].map((all) =>
  all.sort((a, b) => a - b),
)
isOver = true
await follow
const rows = await openRows(target.databaseUrl, 8)
const plain = await atRate(() => rows.insert(batch))
await rows.close()
closeConnections()
const gone = once(host, 'exit')
host.stdin.end()
await gone

const [receipt, baseline] = [quantiles(acknowledged), quantiles(plain)]
const [checkpoint, search] = [quantiles(signedMillis ?? []), quantiles(foundMillis ?? [])]
const say = (what: string, { p50, p99 }: { readonly p50: number; readonly p99: number }) =>
  console.log(`${what}: p50 ${p50} ms, p99 ${p99} ms`)
say(`receipt of a batch of ${batch} at ${rate} events/s`, receipt)
say('the same rows by INSERT … unnest', baseline)
say('covered by a checkpoint after', checkpoint)
say('found by search after', search)
console.log(
  JSON.stringify({
    name: 'ledger-latency',
    ratio: Number((receipt.p99 / baseline.p99).toFixed(2)),
    baseline: baseline.p99,
    value: receipt.p99,
    unit: `ms, p99 of a batch of ${batch} at ${rate} events/s`,
    receipt,
    checkpoint,
    search,
  }),
)
