/**
 * Syncs of a second with 1,000 tenants of one event a second each, against 100 tenants of the same: the ratio says
 * how much of it grows with tenants. `npm run bench -- ledger-tenants 1000 20` sets tenants and seconds.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

interface Measured {
  readonly tenants: number
  readonly eventsPerSecond: number
  readonly fileSyncsPerSecond: number
  readonly walSyncsPerSecond: number
  readonly ackMillis: { readonly p50: number; readonly p99: number }
  readonly signedMillis: { readonly p50: number; readonly p99: number }
}

const [tenants = '1000', seconds = '20'] = process.argv.slice(2)

// Benchmarks import no room: what is measured runs in a process of its own.
async function measure(count: string): Promise<Measured> {
  const fixture = join(import.meta.dirname, '../../tests/audit/fixtures/many-tenants.ts')
  const host = spawn(process.execPath, [fixture, count, seconds], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface(host.stdout), 'line')) as [string]
  const measured = JSON.parse(line) as Measured
  console.log(
    `${count} tenants: ${measured.fileSyncsPerSecond} file syncs and ${measured.walSyncsPerSecond} of the WAL a second;` +
      ` receipt p50 ${measured.ackMillis.p50} ms, p99 ${measured.ackMillis.p99} ms;` +
      ` signed after p50 ${measured.signedMillis.p50} ms, p99 ${measured.signedMillis.p99} ms`,
  )
  return measured
}

const syncsOf = ({ fileSyncsPerSecond, walSyncsPerSecond }: Measured) =>
  fileSyncsPerSecond + walSyncsPerSecond
const few = await measure(String(Math.max(1, Math.round(Number(tenants) / 10))))
const many = await measure(tenants)
console.log(
  JSON.stringify({
    name: 'ledger-tenants',
    ratio: Number((syncsOf(many) / syncsOf(few)).toFixed(2)),
    baseline: Math.round(syncsOf(few)),
    value: Math.round(syncsOf(many)),
    unit: 'syncs/s',
    few,
    many,
  }),
)
