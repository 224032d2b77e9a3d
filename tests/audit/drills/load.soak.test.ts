import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { startPostgres } from '../../support/postgres.ts'
import {
  anEvent,
  append,
  awaitCheckpoint,
  makeHome,
  startLedger,
  type LedgerProcess,
} from '../ledger-process.ts'
import { metricsOf } from '../metrics.ts'
import { checkLog } from '../../support/check-log.ts'
import { ask as query } from './two-tenants.ts'

const minutes = Number(process.env['CAMPANILE_SOAK_MINUTES'] ?? 60)
/** Half of what `npm run bench -- ledger` measures through HTTP on two cores. */
const eventsPerSecond = Number(process.env['CAMPANILE_SOAK_RATE'] ?? 6_000)
const batchSize = 200
const tenants = ['drill', 'university_a', 'university_b', 'university_c'] as const
/** Growth of the ledger's memory between its tenth part and its end that counts as bounded. */
const mostGrowthBytes = 256 * 2 ** 20

/** Seconds of events that may wait for their checkpoint and for search at the end. */
const mostLagSeconds = 10

interface Sample {
  readonly seconds: number
  readonly rssMebibytes: number
  readonly entries: number
  /** Not covered by a checkpoint yet. */
  readonly unsigned: number
  /** Not to be found by search yet. */
  readonly unsearched: number
}

describe(`a ledger under load for ${minutes} minutes`, function () {
  this.timeout((minutes + 15) * 60_000)

  it('keeps up, keeps its memory, and has every event', async () => {
    const postgres = await startPostgres({ durable: true })
    const home = await makeHome(postgres)
    const ledger = await startLedger(home, { variables: { CAMPANILE_CHECKPOINT_MILLIS: '1000' } })
    const acknowledged = new Map<string, number>()
    const elapsed: number[] = []
    const samples: Sample[] = []
    let refused = 0
    const started = performance.now()
    const seconds = () => (performance.now() - started) / 1_000
    const isOver = () => seconds() >= minutes * 60
    const workers = Array.from({ length: 8 }, async (_, worker) => {
      for (let batch = 0; !isOver(); batch++) {
        // Every worker has its place in the second; one that is late goes at once and catches up.
        const due = ((batch * 8 + worker) * batchSize) / eventsPerSecond
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, (due - seconds()) * 1_000)))
        const tenant = tenants[(batch + worker) % tenants.length] ?? 'drill'
        const sent = performance.now()
        const events = makeEvents(tenant, batch)
        let receipts = await tryToAppend(ledger, events)
        for (; receipts === undefined; receipts = await tryToAppend(ledger, events)) refused += 1
        elapsed.push(performance.now() - sent)
        acknowledged.set(tenant, (acknowledged.get(tenant) ?? 0) + receipts.length)
      }
    })
    const sampler = (async () => {
      while (!isOver()) {
        samples.push(await sampleOf(ledger, seconds()))
        await new Promise((resolve) => setTimeout(resolve, Math.max(1_000, (minutes * 60_000) / 60)))
      }
    })()
    await Promise.all([...workers, sampler])
    const took = seconds()
    samples.push(await sampleOf(ledger, took))
    const total = [...acknowledged.values()].reduce((sum, count) => sum + count, 0)
    console.log(JSON.stringify(reportOf({ samples, elapsed, refused, total, took })))
    expect(refused, 'requests that were refused and sent again').to.be.at.most(elapsed.length / 1_000)
    expect(growthOf(samples)).to.be.below(mostGrowthBytes / 2 ** 20)
    const last = samples.at(-1)
    expect(last?.unsigned, 'entries that wait for a checkpoint').to.be.below(mostLagSeconds * eventsPerSecond)
    expect(last?.unsearched, 'entries that wait for search').to.be.below(mostLagSeconds * eventsPerSecond)
    for (const [tenant, count] of acknowledged) await awaitCheckpoint(ledger, tenant, count)
    const [smallest] = [...acknowledged].sort(([, a], [, b]) => a - b)
    // One log is derived again as a whole, as far as an export of it fits into this process.
    if (smallest !== undefined && smallest[1] <= 1_000_000) await checkLog(ledger, ...smallest)
    await ledger.stop()
    await home.remove()
    await postgres.stop()
  })
})

/** Sends events as a producer does: where the ledger says that it is overloaded, a moment later again. */
async function tryToAppend(ledger: LedgerProcess, events: ReturnType<typeof makeEvents>) {
  try {
    return await append(ledger, events)
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('status 503')) throw error
    await new Promise((resolve) => setTimeout(resolve, 500))
    return undefined
  }
}

function makeEvents(tenant: string, batch: number) {
  return Array.from({ length: batchSize }, (_, at) => {
    const subject = `student-${(batch * batchSize + at) % 5_000}`
    const personal = { actor: `faculty-${at % 50}`, subject, party: 'Advisor', interest: 'advising' }
    return anEvent({ tenant, personal })
  })
}

async function sampleOf(ledger: LedgerProcess, seconds: number): Promise<Sample> {
  const status = readFileSync(`/proc/${ledger.child.pid}/status`, 'utf8')
  const page = await metricsOf(ledger)
  const entries = sumOf(page, 'ledger_entries')
  const [row] = await query<{ size: number }>(
    ledger.home.database,
    'superuser',
    'select coalesce(sum(size), 0)::float8 as size from ledger.search_cursor',
  )
  return {
    seconds: Math.round(seconds),
    rssMebibytes: Math.round(Number(/^VmRSS:\s+([0-9]+)/m.exec(status)?.[1] ?? 0) / 1_024),
    entries,
    unsigned: entries - sumOf(page, 'ledger_checkpoint_size'),
    unsearched: Math.max(0, entries - (row?.size ?? 0)),
  }
}

function sumOf(page: string, name: string): number {
  const lines = page.split('\n').filter((line) => line.startsWith(`${name}{`))
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

/** Mebibytes between the tenth part of the run, when caches are full, and its end. */
function growthOf(samples: readonly Sample[]): number {
  const early = samples[Math.floor(samples.length / 10)]
  return (samples.at(-1)?.rssMebibytes ?? 0) - (early?.rssMebibytes ?? 0)
}

interface Run {
  readonly samples: readonly Sample[]
  readonly elapsed: number[]
  readonly refused: number
  readonly total: number
  readonly took: number
}

function reportOf({ samples, elapsed, refused, total, took }: Run) {
  const sorted = elapsed.sort((a, b) => a - b)
  const at = (ratio: number) => Math.round((sorted[Math.floor((sorted.length - 1) * ratio)] ?? 0) * 10) / 10
  const [start, middle, end] = [samples[1], samples[Math.floor(samples.length / 2)], samples.at(-1)]
  return {
    minutes,
    events: total,
    eventsPerSecond: Math.round(total / took),
    askedPerSecond: eventsPerSecond,
    refused,
    ackMillis: { p50: at(0.5), p99: at(0.99), most: at(1) },
    rssMebibytes: { start: start?.rssMebibytes, middle: middle?.rssMebibytes, end: end?.rssMebibytes },
    unsigned: { start: start?.unsigned, middle: middle?.unsigned, end: end?.unsigned },
    unsearched: { start: start?.unsearched, middle: middle?.unsearched, end: end?.unsearched },
  }
}
